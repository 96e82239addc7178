import type { JobOutcome, PendingUpdate } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import { toPreviewUrl } from '../http/preview.js';

export type Members = { readonly [name: string]: unknown };

const types: ReadonlyMap<unknown, string> = new Map([
  ['jpg', 'image/jpeg'],
  ['svg', 'image/svg+xml'],
]);

/** The URL of a picture in an answer: Base64, or a URL. `undefined` if there is none. */
export function toPictureUrl(said: unknown, format: unknown): string | undefined {
  if (typeof said !== 'string' || said === '') return undefined;
  if (/^(?:data:image\/|https?:\/\/)/i.test(said)) return said;
  const name = typeof format === 'string' && /^[\w.+-]{1,20}$/.test(format) ? format : 'png';
  return `data:${types.get(name) ?? `image/${name}`};base64,${said}`;
}

/** An early picture as the update of a job that runs; `undefined` for what is none. */
export async function toEarlyPicture(
  said: unknown,
  { output_format: format, partial_image_index: index }: Members,
): Promise<PendingUpdate | undefined> {
  const url = toPictureUrl(said, format);
  if (!url) return undefined;
  const number = typeof index === 'number' ? { index } : {};
  return { kind: 'pending', phase: 'running', previews: [{ url: await toPreviewUrl(url), ...number }] };
}

/** The tokens of a usage. */
export const tokensOf = (usage: unknown): number => Number((isObject(usage) && usage['total_tokens']) || 0);

export const toSuccess = <TOutput>(output: TOutput, tokens: number): JobOutcome<TOutput> => ({
  kind: 'succeeded',
  output,
  ...(tokens > 0 && { cost: { amount: tokens, unit: 'tokens' } }),
});
