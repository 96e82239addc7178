import type { Preview } from '../../machines/generation/generation.port.js';
import { fromDataUrl, toDataUrl } from './data-url.js';

/** URLs of blobs that a page may still show. What is older than these is freed. */
const keptCount = 24;
const kept: string[] = [];

/** A page has documents, and holds a picture as bytes. Elsewhere it is a text that a server half takes out of the view. */
const isInPage = () => Reflect.get(globalThis, 'document') !== undefined;

const pictures = /^image\/(?:png|jpeg|webp|gif|avif)$/;

/** The picture of a job that runs, as an update of it. */
export async function toPreview(
  bytes: Uint8Array,
  type: unknown,
): Promise<{ readonly kind: 'pending'; readonly previews: readonly Preview[] }> {
  const blob = new Blob([Uint8Array.from(bytes)], { type: pictures.test(String(type)) ? String(type) : 'image/jpeg' });
  return { kind: 'pending', previews: [{ url: await toPreviewUrl(blob) }] };
}

/** The URL of an early picture: its bytes, or a data URL. */
export async function toPreviewUrl(picture: Blob | string): Promise<string> {
  const isText = typeof picture === 'string';
  if (!isInPage()) return isText ? picture : toDataUrl(picture);
  const blob = isText ? fromDataUrl(picture) : picture;
  return blob ? toKeptUrl(blob) : String(picture);
}

function toKeptUrl(blob: Blob): string {
  const url = URL.createObjectURL(blob);
  kept.push(url);
  const oldest = kept.length > keptCount ? kept.shift() : undefined;
  if (oldest !== undefined) URL.revokeObjectURL(oldest);
  return url;
}
