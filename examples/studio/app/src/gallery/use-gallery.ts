import { useGenerations } from 'generation-lifecycle/react';
import { useMemo } from 'react';
import type { StudioClients } from '../clients/studio-clients.js';
import type { StudioItem } from './gallery-item.js';

/** Pictures and films together, newest first, and what is done with them at their clients. */
export function useGallery({ image, video }: StudioClients) {
  const pictures = useGenerations(image.client, view => view.items);
  const films = useGenerations(video.client, view => view.items);
  // Each list is in order by itself, and stays so: the sort is stable.
  const items = useMemo(
    () => [...pictures, ...films].sort((one, other) => other.askedAt - one.askedAt),
    [pictures, films],
  );
  return {
    items,
    remove: ({ kind, id }: StudioItem) => (kind === 'image' ? image : video).client.send({ type: 'REMOVE', id }),
    clear: () => {
      for (const { client } of [image, video]) client.send({ type: 'CLEAR' });
    },
  };
}
