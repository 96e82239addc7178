import type { StorageError } from 'generation-lifecycle';
import { useGenerations } from 'generation-lifecycle/react';
import type { StudioClients } from './clients/studio-clients.js';

const storageErrorTexts: Readonly<Record<StorageError, string>> = {
  'storage-full':
    'This browser has no storage left. New results are lost when you close this page. Delete something to store them.',
  'storage-unavailable': 'This browser does not allow the page to store data. Your results are lost when you close it.',
};

/** Warns that results may be lost after a reload. */
export function StorageNotice({ clients: { image, video } }: { readonly clients: StudioClients }) {
  const images = useGenerations(image.client, view => view.storageError);
  const videos = useGenerations(video.client, view => view.storageError);
  const storageError = images ?? videos;
  return (
    storageError && (
      <p className="notice" role="alert">
        {storageErrorTexts[storageError]}
      </p>
    )
  );
}
