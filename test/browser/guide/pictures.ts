// pictures.ts
import type { GenerationTool } from 'generation-lifecycle';
import { defineComponent, h } from 'vue';
import { useTool } from './use-client.js';

type Picture = { readonly id: string; readonly url: string };

export const toPictures = (tool: GenerationTool<{ prompt: string }, unknown, Picture>) =>
  defineComponent(() => {
    const view = useTool(tool);
    const generate = () => tool.generate({ prompt: 'a lighthouse' });
    return () => [
      h('button', { onClick: generate }, 'Generate'),
      ...view.value.generations.map(({ id, status, canCancel }) =>
        h('p', { key: id }, [
          status,
          canCancel && h('button', { onClick: () => tool.send({ type: 'CANCEL', id }) }, 'Cancel'),
        ]),
      ),
      ...view.value.items.map(({ id, url }) => h('img', { key: id, src: url, alt: '' })),
    ];
  });
