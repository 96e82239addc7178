import type { UseGenerationOptions } from 'generation-lifecycle/vue';
import { useGeneration, useGenerations, useTimeLeft } from 'generation-lifecycle/vue';
import { defineComponent, h, type PropType, reactive } from 'vue';
import type { Input, Output } from '../../support/played-machine.js';
import type { Client, Generation, Machine } from './binding.js';

export const Painter = defineComponent({
  props: {
    machine: { type: Object as PropType<Machine>, required: true },
    options: { type: Object as PropType<UseGenerationOptions<Output, Input>>, default: () => ({}) },
  },
  setup(props) {
    const form = reactive({ prompt: 'a lighthouse' });
    const { view, id, status, progress, generate, cancel, check, reset } = useGeneration(
      () => props.machine,
      () => props.options,
    );
    const { text } = useTimeLeft(view);
    return () =>
      h('div', [
        h('p', { title: id.value }, [status.value, ' ', progress.value, ' ', text.value]),
        h('button', { onClick: () => generate(form) }, 'Generate'),
        h('button', { onClick: cancel }, 'Cancel'),
        h('button', { onClick: check }, 'Check'),
        h('button', { onClick: reset }, 'Reset'),
      ]);
  },
});

const Row = defineComponent({
  props: {
    generation: { type: Object as PropType<Generation>, required: true },
    onCancel: { type: Function as PropType<(id: string) => void>, required: true },
    onCreated: { type: Function as PropType<(id: string) => void>, required: true },
  },
  setup(props) {
    props.onCreated(props.generation.id);
    const { text } = useTimeLeft(() => props.generation);
    return () => {
      const { id, status, progress, canCancel } = props.generation;
      return h('li', { title: id }, [
        status,
        ' ',
        progress,
        ' ',
        text.value,
        canCancel ? h('button', { onClick: () => props.onCancel(id) }, 'Cancel') : undefined,
      ]);
    };
  },
});

export const Gallery = defineComponent({
  props: {
    client: { type: Object as PropType<Client>, required: true },
    onRow: { type: Function as PropType<(id: string) => void>, required: true },
  },
  setup(props) {
    const { generations, items, generate, cancel } = useGenerations(() => props.client);
    return () =>
      h('div', [
        h('button', { onClick: () => generate({ prompt: 'a lighthouse' }) }, 'Generate'),
        h(
          'ul',
          generations.value.map(generation =>
            h(Row, { key: generation.id, generation, onCancel: cancel, onCreated: props.onRow }),
          ),
        ),
        h(
          'ol',
          items.value.map(({ id, url }) => h('li', { key: id }, h('img', { src: url, alt: '' }))),
        ),
      ]);
  },
});
