import type { FileRecord, Preview } from '../server/jobs.js';
import { type MediaUrls, validMsOf } from '../server/media.urls.js';

/**
 * URLs of files that are nowhere but in this worker. They work as long as it does: after a reload the page asks for new ones, as for
 * signed URLs that have expired.
 */
export function createBlobUrls(): MediaUrls {
  const previews = new WeakMap<Preview, string>();
  const toUrl = (bytes: Uint8Array | undefined, type: string, validMs?: number) => {
    const url = URL.createObjectURL(new Blob(bytes ? [new Uint8Array(bytes)] : [], { type }));
    if (validMs !== undefined) setTimeout(() => URL.revokeObjectURL(url), validMs);
    return url;
  };
  const image = (file: FileRecord) => toUrl(file.png, 'image/png', validMsOf(file));
  return {
    image,
    rotated: file => `${image(file)}#preview`,
    thumbnail: file => toUrl(file.thumbnail, 'image/png', validMsOf(file)),
    preview(preview) {
      const url = previews.get(preview) ?? toUrl(preview.jpeg, 'image/jpeg');
      previews.set(preview, url);
      return url;
    },
  };
}
