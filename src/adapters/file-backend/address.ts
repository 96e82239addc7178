import { missingApis } from '../../machines/platform.js';
import { toBase, trimSlashes } from '../http/page-base.js';
import { type RequestContext, toRequestError } from '../http/request-error.js';
import { toAbsoluteUrl } from '../http/result-url.js';
import type { BackendAddress } from './file-backend.types.js';

/**
 * Refuses a `baseUrl` that cannot be one. What it contains is not quoted: it may be a password.
 *
 * @throws TypeError
 */
export function assertBaseUrl(functionName: string, baseUrl: string | undefined): void {
  if (baseUrl === undefined) return;
  // The submit says what the platform lacks.
  if (missingApis('URL').length > 0) return;
  // A URL without a scheme is relative, and its parts are read all the same.
  const url = toUrlParts(baseUrl);
  if (!url || url.username || url.password) {
    const reason = url ? 'contains a user name or a password' : 'is not a URL';
    throw new TypeError(
      `The baseUrl of ${functionName}() ${reason}. Pass the URL before /api, and credentials as headers.`,
    );
  }
  if (url.search || url.hash) {
    throw new TypeError(`The baseUrl of ${functionName}() has a query or a fragment. Pass the URL before /api only.`);
  }
}

function toUrlParts(baseUrl: unknown): URL | undefined {
  const absolute = typeof baseUrl === 'string' ? toAbsoluteUrl(baseUrl, 'http://relative.invalid') : undefined;
  return absolute === undefined ? undefined : new URL(absolute);
}

/**
 * The absolute URL of a route with an id. Without `baseUrl` and outside a page there is none: then it is a path, if the
 * user has given a `fetch` that may understand one.
 */
export function toUrl({ baseUrl, fetch }: BackendAddress, route: string, id: string, context: RequestContext): string {
  const path = `api/${route}/${toSegment(id, context)}`;
  const base = toBase(baseUrl);
  const relative = `${trimSlashes(baseUrl ?? '')}/${path}`;
  const url = base ? `${base}${path}` : fetch && relative;
  if (url) return url;
  throw toRequestError(
    context,
    'bad-input',
    `the URL ${relative} is relative, and there is no page to resolve it against`,
    {
      isCertainlyNotStarted: true,
      advice: 'Set the baseUrl option to the absolute URL of the backend',
    },
  );
}

/** `.` and `..` change the path even if they are encoded. */
const dotSegment = /^\.{0,2}$/;

/** Half of a surrogate pair cannot be encoded in UTF-8. */
const loneSurrogate = /[\ud800-\udfff]/u;

/** An id as one segment of a path. */
function toSegment(id: string, context: RequestContext): string {
  if (!dotSegment.test(id) && !loneSurrogate.test(id)) return encodeURIComponent(id);
  throw toRequestError(context, 'bad-input', `the id ${JSON.stringify(id)} cannot be part of a URL`, {
    advice: 'Check where the id of the job comes from',
  });
}
