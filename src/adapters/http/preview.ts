import type { Preview } from '../../machines/generation/generation.port.js';
import { toDataUrl } from './data-url.js';

/** URLs of blobs that a page may still show. What is older than these is freed. */
const keptCount = 24;
const kept: string[] = [];

const pictures = /^image\/(?:png|jpeg|webp|gif|avif)$/;

/** A page has documents, and holds a picture as bytes. Elsewhere it is a text that a server half takes out of the view. */
const isInPage = () => Reflect.get(globalThis, 'document') !== undefined;

/** The picture of a job that runs, as an update of it. */
export async function toPreview(
  bytes: Uint8Array,
  type: unknown,
): Promise<{ readonly kind: 'pending'; readonly previews: readonly Preview[] }> {
  const blob = new Blob([Uint8Array.from(bytes)], { type: pictures.test(String(type)) ? String(type) : 'image/jpeg' });
  return { kind: 'pending', previews: [{ url: isInPage() ? toKeptUrl(blob) : await toDataUrl(blob) }] };
}

function toKeptUrl(blob: Blob): string {
  const url = URL.createObjectURL(blob);
  kept.push(url);
  const oldest = kept.length > keptCount ? kept.shift() : undefined;
  if (oldest !== undefined) URL.revokeObjectURL(oldest);
  return url;
}
