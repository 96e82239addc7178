import type { JobRef } from '../../machines/generation/generation.port.js';
import { type RequestContext, toRequestError } from '../http/request-error.js';
import { toAbsoluteUrl } from '../http/result-url.js';
import type { FileBackendOptions, FileKind } from './file-backend.types.js';

/** The URL against which relative URLs of the backend are resolved: `baseUrl`, or the page's own. */
export const toBase = (baseUrl: string | undefined) => toAbsoluteUrl(baseUrl ?? '', globalThis.location?.href);

type AddressOptions = Pick<FileBackendOptions<FileKind>, 'baseUrl' | 'fetch'>;

/**
 * The absolute URL of a route with an id. Without `baseUrl` and outside a page there is none: then it is a path, if the
 * user has given a `fetch` that may understand one.
 */
export function toUrl({ baseUrl, fetch }: AddressOptions, route: string, id: string, context: RequestContext): string {
  const origin = baseUrl?.replace(/\/+$/, '') ?? '';
  const path = `${origin}/api/${route}/${toSegment(id, context)}`;
  const url = toAbsoluteUrl(path, toBase(baseUrl)) ?? (fetch && path);
  if (url) return url;
  throw toRequestError(
    context,
    'bad-input',
    `the URL ${path} is relative, and there is no page to resolve it against`,
    {
      isCertainlyNotStarted: true,
      advice: 'Set the baseUrl option to the absolute URL of the backend',
    },
  );
}

/**
 * The ids of the files that a job of {@link fileBackend} makes: one for each file of a batch, otherwise the id of the job.
 *
 * @example
 * const ids = jobs.flatMap(toFileIds);
 */
export function toFileIds({ id, files }: JobRef): readonly string[] {
  const ids = Array.isArray(files) ? files.filter(file => typeof file === 'string') : [];
  return ids.length > 0 ? ids : [id];
}

/** `.` and `..` change the path even if they are encoded. */
const dotSegment = /^\.{0,2}$/;

/** Half of a surrogate pair cannot be encoded in UTF-8. */
const loneSurrogate = /[\ud800-\udfff]/u;

/** An id as one segment of a path. */
function toSegment(id: string, context: RequestContext): string {
  if (!dotSegment.test(id) && !loneSurrogate.test(id)) return encodeURIComponent(id);
  throw toRequestError(context, 'bad-input', `the id ${JSON.stringify(id)} cannot be part of a URL`, {
    isCertainlyNotStarted: true,
    advice: 'Check where the id of the job comes from',
  });
}
