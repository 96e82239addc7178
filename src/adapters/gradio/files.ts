import { isObject } from '../../machines/json.js';
import { mapValues } from '../http/map-texts.js';
import { toTrustedUrl } from '../http/trusted-url.js';
import type { Preparation } from './app.js';
import type { GradioFile } from './gradio.types.js';

const isBlob = (value: unknown): value is Blob => typeof Blob !== 'undefined' && value instanceof Blob;

/** The app guesses the type of a file by the end of its name. */
const toName = (blob: Blob) =>
  'name' in blob && typeof blob.name === 'string' ? blob.name : `file.${blob.type.split(/[/;+]/)[1] ?? 'bin'}`;

/** Data in which the app knows the files: each blob is uploaded, in one request for all. */
export async function withUploads(
  data: unknown,
  { ask, api, ...call }: Preparation & { readonly api: string },
): Promise<unknown> {
  const blobs: Blob[] = [];
  mapValues(data, value => {
    if (isBlob(value)) blobs.push(value);
    return value;
  });
  if (blobs.length === 0) return data;
  const body = new FormData();
  for (const blob of blobs) body.append('files', blob, toName(blob));
  const answer = await ask({ action: 'prepare', method: 'POST', url: `${api}/upload`, body, ...call });
  const paths: readonly unknown[] = Array.isArray(answer.body) ? answer.body : [];
  if (paths.length !== blobs.length || !paths.every(path => typeof path === 'string')) {
    throw answer.toError({ code: 'invalid-response' });
  }
  let at = 0;
  return mapValues(data, value => {
    if (!isBlob(value)) return value;
    const path = paths[at];
    at += 1;
    const { size, type } = value;
    return { path, orig_name: toName(value), size, mime_type: type || null, meta: { _type: 'gradio.FileData' } };
  });
}

/** Where an app is, as far as its files are concerned. */
export type FilePlace = { readonly api: string; readonly origin: string };

const isFile = (value: unknown): value is GradioFile =>
  isObject(value) &&
  typeof value['path'] === 'string' &&
  ('orig_name' in value || (isObject(value['meta']) && value['meta']['_type'] === 'gradio.FileData'));

/** The app has its files at its own address, and leads on from there to those that it has elsewhere. */
const withUrl = (file: GradioFile, { api, origin }: FilePlace): GradioFile => ({
  ...file,
  url: toTrustedUrl(file.url, [origin]) ?? `${api}/file=${file.path.split('/').map(encodeURIComponent).join('/')}`,
});

/** What a function has put out, with the URLs of its files. */
export const withFileUrls = (data: unknown, place: FilePlace): unknown =>
  mapValues(data, value => (isFile(value) ? withUrl(value, place) : value));

/** The URLs of the pictures in what a function has put out. */
export function picturesIn(data: unknown, place: FilePlace): readonly string[] {
  const urls: string[] = [];
  mapValues(data, value => {
    if (isFile(value) && /^image\/|\.(?:png|jpe?g|webp|gif|avif)$/i.test(value.mime_type ?? value.path)) {
      urls.push(withUrl(value, place).url);
    }
    return value;
  });
  return urls;
}
