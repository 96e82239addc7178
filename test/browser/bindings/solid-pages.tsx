/** @jsxImportSource solid-js */
import { useGeneration, useGenerations, useTimeLeft } from 'generation-lifecycle/solid';
import { For, Show } from 'solid-js';
import { createStore } from 'solid-js/store';
import type { GalleryProps, Generation, PainterProps } from './binding.js';

export function Painter(props: PainterProps) {
  const [form] = createStore({ prompt: 'a lighthouse' });
  const generation = useGeneration(
    () => props.machine,
    () => props.options ?? {},
  );
  const timeLeft = useTimeLeft(generation);
  return (
    <div>
      <p title={generation.id}>
        {generation.status} {generation.progress} {timeLeft.text}
      </p>
      <button type="button" onClick={() => generation.generate(form)}>
        Generate
      </button>
      <button type="button" onClick={generation.cancel}>
        Cancel
      </button>
      <button type="button" onClick={generation.check}>
        Check
      </button>
      <button type="button" onClick={generation.reset}>
        Reset
      </button>
    </div>
  );
}

type RowProps = {
  readonly generation: Generation;
  readonly onCancel: (id: string) => void;
  readonly onCreated: (id: string) => void;
};

function Row(props: RowProps) {
  props.onCreated(props.generation.id);
  const timeLeft = useTimeLeft(() => props.generation);
  return (
    <li title={props.generation.id}>
      {props.generation.status} {props.generation.progress} {timeLeft.text}{' '}
      <Show when={props.generation.canCancel}>
        <button type="button" onClick={() => props.onCancel(props.generation.id)}>
          Cancel
        </button>
      </Show>
    </li>
  );
}

export function Gallery(props: GalleryProps) {
  const gallery = useGenerations(() => props.client);
  return (
    <div>
      <button type="button" onClick={() => gallery.generate({ prompt: 'a lighthouse' })}>
        Generate
      </button>
      <ul>
        <For each={gallery.generations}>
          {generation => <Row generation={generation} onCancel={gallery.cancel} onCreated={props.onRow} />}
        </For>
      </ul>
      <ol>
        <For each={gallery.items}>
          {item => (
            <li>
              <img src={item.url} alt="" />
            </li>
          )}
        </For>
      </ol>
    </div>
  );
}
