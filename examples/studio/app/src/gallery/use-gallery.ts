import { useGenerationTool } from 'generation-lifecycle/react';
import { useMemo } from 'react';
import type { StudioTools } from '../clients/studio-clients.js';
import type { GalleryItem } from './gallery-item.js';

/** Pictures and films together, newest first, and what is done with them at their tools. */
export function useGallery({ image, video }: StudioTools) {
  const pictures = useGenerationTool(image.tool, view => view.items);
  const films = useGenerationTool(video.tool, view => view.items);
  // Each list is in order by itself, and stays so: the sort is stable.
  const items = useMemo(
    () => [...pictures, ...films].sort((one, other) => other.askedAt - one.askedAt),
    [pictures, films],
  );
  return {
    items,
    remove: ({ kind, id }: GalleryItem) => (kind === 'image' ? image : video).tool.send({ type: 'REMOVE', id }),
    clear: () => {
      for (const { tool } of [image, video]) tool.send({ type: 'CLEAR' });
    },
  };
}
