import { useGenerations } from 'generation-lifecycle/react';
import { useMemo } from 'react';
import type { StudioClients } from '../clients/studio-clients.js';
import type { StudioItem } from './gallery-item.js';

/** Images and videos together, newest first, with the commands of their clients. */
export function useGallery({ image, video }: StudioClients) {
  const images = useGenerations(image.client, view => view.items);
  const videos = useGenerations(video.client, view => view.items);
  // The sort is stable, so items of one client keep their order.
  const items = useMemo(
    () => [...images, ...videos].sort((one, other) => other.requestedAt - one.requestedAt),
    [images, videos],
  );
  return {
    items,
    remove: ({ kind, id }: StudioItem) => (kind === 'image' ? image : video).client.send({ type: 'REMOVE', id }),
    clear: () => {
      for (const { client } of [image, video]) client.send({ type: 'CLEAR' });
    },
  };
}
