import { toMediaType } from '../http/data-url.js';
import { toResultUrl, withoutParameters } from '../http/result-url.js';
import { toTrustedUrl } from '../http/trusted-url.js';
import type { GoogleMedium } from './google.types.js';

/** A medium as Google says it: bytes in Base64, or where they are. Nobody has checked it. */
type SaidMedium = { readonly data: unknown; readonly uri: unknown; readonly mimeType: unknown };

const ownTypes = { image: 'image/png', video: 'video/mp4', audio: 'audio/wav' } as const;

/** A medium of an answer; none without bytes and without a URL that a page may load. */
export function toMedium(type: keyof typeof ownTypes, said: SaidMedium, base: string): readonly GoogleMedium[] {
  const { data, uri, mimeType } = said;
  const isNamed = typeof mimeType === 'string' && mimeType !== '';
  const url = isText(data)
    ? `data:${toMediaType(isNamed ? mimeType.split(';')[0] : undefined, ownTypes[type])};base64,${data}`
    : isText(uri)
      ? toUrl(uri, base)
      : undefined;
  return url === undefined ? [] : [{ type, url, ...(isNamed && { mimeType }) }];
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** Where the bytes of a file are. What names a file without them would be answered with what is known of it. */
function toUrl(uri: string, base: string): string | undefined {
  const url = toResultUrl(/^files\//.test(uri) ? `${base}/${uri}` : uri, base);
  if (url === undefined || !/^https?:/i.test(url)) return undefined;
  // A key in a URL would reach the page.
  const bare = withoutParameters(url, name => name === 'key');
  const isFile = toTrustedUrl(bare, [base]) !== undefined && /\/files\/[\w-]+$/.test(bare);
  return isFile ? `${bare}:download?alt=media` : bare;
}
