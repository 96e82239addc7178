import { useGenerations } from 'generation-lifecycle/react';
import { useMemo } from 'react';
import type { StudioClients } from '../clients/studio-clients.js';
import { toEntries } from './gallery-entries.js';

/** Everything of both clients, newest first. */
export function useGallery({ image, video }: StudioClients) {
  const images = useGenerations(image.client);
  const videos = useGenerations(video.client);
  return useMemo(
    () =>
      toEntries([
        { kind: 'image', generations: images.generations, items: images.items },
        { kind: 'video', generations: videos.generations, items: videos.items },
      ]),
    [images, videos],
  );
}
