// pictures.ts
import type { GenerationClient } from 'generation-lifecycle';
import { defineComponent, h } from 'vue';
import { useClient } from './use-client.js';

type Picture = { readonly id: string; readonly url: string };

export const toPictures = (client: GenerationClient<{ prompt: string }, unknown, Picture>) =>
  defineComponent(() => {
    const snapshot = useClient(client);
    const generate = () => client.generate({ prompt: 'a lighthouse' });
    return () => [
      h('button', { onClick: generate }, 'Generate'),
      ...snapshot.value.generations.map(({ id, status, canCancel }) =>
        h('p', { key: id }, [
          status,
          canCancel && h('button', { onClick: () => client.send({ type: 'CANCEL', id }) }, 'Cancel'),
        ]),
      ),
      ...snapshot.value.items.map(({ id, url }) => h('img', { key: id, src: url, alt: '' })),
    ];
  });
