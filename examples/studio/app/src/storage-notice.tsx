import type { StorageTrouble } from 'generation-lifecycle';
import { useGenerationTool } from 'generation-lifecycle/react';
import type { StudioTools } from './clients/studio-clients.js';

const troubleWords: Readonly<Record<StorageTrouble, string>> = {
  'storage-full':
    'This browser has no room left. What is new stays on this page and is gone with it, until you delete something.',
  'storage-unavailable':
    'This browser does not let the page store anything. What you make stays on this page, and is gone with it.',
};

/** Says why something that is shown may be gone after a reload. */
export function StorageNotice({ tools: { image, video } }: { readonly tools: StudioTools }) {
  const pictures = useGenerationTool(image.tool, view => view.trouble);
  const films = useGenerationTool(video.tool, view => view.trouble);
  const trouble = pictures ?? films;
  return (
    trouble && (
      <p className="card notice" role="alert">
        {troubleWords[trouble]}
      </p>
    )
  );
}
