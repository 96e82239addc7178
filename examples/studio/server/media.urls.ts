import type { FileRecord, Preview } from './jobs.js';
import type { Signer } from './signing.js';

/** The URLs of the files of a backend. */
export type MediaUrls = {
  /** A new URL of the image: no two are the same. */
  image(file: FileRecord): string;
  /** Another URL of the same image. */
  rotated(file: FileRecord): string;
  thumbnail(file: FileRecord): string;
  /** It stays the same, so that a page loads it once. */
  preview(preview: Preview): string;
};

/** Below this path. */
export const previewPath = '/media/previews';

/** How long URLs of this file work, if it is not as long as all others. */
export const validMsOf = ({ faults: { urlsExpireAfterS } }: FileRecord): number | undefined =>
  urlsExpireAfterS === undefined ? undefined : urlsExpireAfterS * 1_000;

/** The URLs of a server with this origin, which serves a file to whoever has its signed URL. */
export function signedUrls(origin: string, signer: Signer): MediaUrls {
  const signed = (path: string, file: FileRecord) => origin + signer.sign(path, validMsOf(file));
  return {
    image: file => signed(`/media/${file.id}.png`, file),
    rotated: file => `${signed(`/cdn/${file.id}.webp`, file)}&format=png#preview`,
    thumbnail: file => signed(`/media/${file.id}.thumbnail.png`, file),
    preview: ({ name }) => `${origin}${previewPath}/${name}`,
  };
}
