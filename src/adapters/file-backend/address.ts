import type { JobRef } from '../../machines/generation/generation.port.js';
import { type Errand, toError } from '../http/failure.js';
import { toAbsoluteUrl } from '../http/result-url.js';
import type { FileBackendOptions, FileKind } from './file-backend.types.js';

/** Where relative urls of the backend start: its base url, else the page. */
export const toBase = (baseUrl: string | undefined) => toAbsoluteUrl(baseUrl ?? '', globalThis.location?.href);

type Where = Pick<FileBackendOptions<FileKind>, 'baseUrl' | 'fetch'>;

/** The url of one thing of a route: an absolute one, unless a fetch of the user's own may know what to do with a path. */
export function toUrl({ baseUrl, fetch }: Where, route: string, id: string, errand: Errand): string {
  const joined = `${baseUrl?.replace(/\/+$/, '') ?? ''}/api/${route}/${toSegment(id, errand)}`;
  const url = toAbsoluteUrl(joined, toBase(baseUrl)) ?? (fetch && joined);
  if (url) return url;
  throw toError(errand, 'bad-input', 'outside a page it needs baseUrl', { isRefused: true });
}

/**
 * The ids of the files that a job of {@link fileBackend} makes: the batch it lists, or the one it is.
 *
 * @example
 * const ids = jobs.flatMap(toFileIds);
 */
export function toFileIds({ id, files }: JobRef): readonly string[] {
  const ids = Array.isArray(files) ? files.filter(file => typeof file === 'string') : [];
  return ids.length > 0 ? ids : [id];
}

/** An id as one path segment. Dots alone would walk up the path, encoded or not; half a surrogate pair has no code. */
function toSegment(id: string, errand: Errand): string {
  if (!/^\.{0,2}$|[\ud800-\udfff]/u.test(id)) return encodeURIComponent(id);
  throw toError(errand, 'bad-input', 'its id fits no address', { isRefused: true });
}
