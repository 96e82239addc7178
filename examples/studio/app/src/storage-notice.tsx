import type { StorageError } from 'generation-lifecycle';
import { useGenerations } from 'generation-lifecycle/react';
import type { StudioClients } from './clients/studio-clients.js';

const storageErrorTexts: Readonly<Record<StorageError, string>> = {
  'storage-full':
    'This browser has no room left. What is new stays on this page and is gone with it, until you delete something.',
  'storage-unavailable':
    'This browser does not let the page store anything. What you make stays on this page, and is gone with it.',
};

/** Says why something that is shown may be gone after a reload. */
export function StorageNotice({ clients: { image, video } }: { readonly clients: StudioClients }) {
  const pictures = useGenerations(image.client, view => view.storageError);
  const films = useGenerations(video.client, view => view.storageError);
  const storageError = pictures ?? films;
  return (
    storageError && (
      <p className="card notice" role="alert">
        {storageErrorTexts[storageError]}
      </p>
    )
  );
}
