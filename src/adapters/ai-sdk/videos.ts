import { isObject } from '../../machines/json.js';
import { toMediaType, toMediaUrl } from '../http/data-url.js';
import { toAbsoluteUrl, withoutParameters } from '../http/result-url.js';
import type { AiSdkVideoOutput } from './ai-sdk.types.js';

const shown = /^https?:|^data:(?:video|image|audio)\//i;
const storage = /^(?:gs|s3):\/\//i;

/** The files of a completed job: those that a page can load, and those in a storage of yours. */
export async function toVideos(
  given: unknown,
  provider: string,
  secrets: readonly string[],
): Promise<Pick<AiSdkVideoOutput, 'videos' | 'stored'>> {
  const videos: AiSdkVideoOutput['videos'][number][] = [];
  const stored: { mediaType: string; uri?: string }[] = [];
  // The package of Google puts your key there.
  const isCredential = (name: string, value: string) =>
    secrets.some(secret => value.includes(secret)) || (name === 'key' && provider.startsWith('google'));

  for (const { type, data, url: told, mediaType: toldType } of Array.isArray(given) ? given.filter(isObject) : []) {
    const mediaType = toMediaType(toldType, 'video/mp4');
    const url = type === 'url' ? String(told) : '';
    const absolute = toAbsoluteUrl(url, undefined) ?? '';
    if (type === 'uploaded') stored.push({ mediaType });
    else if (storage.test(url)) stored.push({ mediaType, uri: url });
    else if (typeof data === 'string' || data instanceof Uint8Array) {
      videos.push({ url: await toMediaUrl(data, mediaType), mediaType });
    } else if (shown.test(absolute)) {
      const bare = withoutParameters(absolute, isCredential);
      videos.push({ url: bare, mediaType, needsKey: bare !== absolute || undefined });
    }
  }
  return { videos, stored: stored.length > 0 ? stored : undefined };
}
