import { throwIfAborted } from '../../machines/abort.js';
import { createCredentials } from '../http/credentials.js';
import { isCrossOrigin } from '../http/cross-origin.js';
import { toErrorResponse } from '../http/error-response.js';
import { discard, type Fetch, parseJson, withNetworkErrors } from '../http/exchange.js';
import { toHeaderKey } from '../http/idempotency-header.js';
import { toPlainBody } from '../http/refusal.js';
import { type RequestContext, toRequestError, toResponseError } from '../http/request-error.js';
import { toUrl } from './address.js';
import type { FileBackendOptions, FileKind } from './file-backend.types.js';

/** One request to a route of the backend. */
type BackendRequest = {
  readonly context: RequestContext;
  readonly route: 'generate' | 'generate/by-key' | 'file';
  readonly id: string;
  readonly signal: AbortSignal;
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly body?: string | FormData;
};

/** A response. `body` is parsed JSON, the text of a body that is none, or `undefined`. */
export type BackendAnswer = { readonly response: Response; readonly body: unknown };

/** How an adapter reaches the routes of its backend. */
export type BackendRequests = {
  /** @throws GenerationError for a request that is not answered */
  readonly send: (request: BackendRequest) => Promise<BackendAnswer>;
  /** @throws GenerationError also for an answer with an error status */
  readonly ask: (request: BackendRequest) => Promise<BackendAnswer>;
  /** A `fetch` with the headers of the user. */
  readonly authorize: (context: RequestContext) => Fetch;
};

export function createRequests(options: FileBackendOptions<FileKind>): BackendRequests {
  const { fetch, headers: headersSource, idempotencyHeader, idempotentSubmit, canFindByKey } = options;
  // The global fetch is looked up at each request, because it may be replaced. Called as `options.fetch()` it would throw "Illegal invocation".
  const authorize = createCredentials((url, init) => (fetch ?? globalThis.fetch)(url, init), headersSource);

  /** A header that the backend of another origin does not allow makes the browser refuse the whole request. */
  const keyHeaderFor = (url: string): string | undefined => {
    if (idempotencyHeader === false) return undefined;
    const isTaken = idempotencyHeader !== undefined || idempotentSubmit !== undefined || canFindByKey === true;
    const isAllowed = isTaken || !isCrossOrigin(url);
    return isAllowed ? (idempotencyHeader ?? 'Idempotency-Key') : undefined;
  };

  const send = async ({ context, route, id, signal, method = 'GET', body }: BackendRequest): Promise<BackendAnswer> => {
    const url = toUrl(options, route, id, context);
    const headers = new Headers({ accept: 'application/json' });
    if (typeof body === 'string') headers.set('content-type', 'application/json');
    const keyHeader = method === 'POST' && context.idempotencyKey ? keyHeaderFor(url) : undefined;
    if (keyHeader) headers.set(keyHeader, toHeaderKey(context.idempotencyKey ?? ''));
    const init: RequestInit = { method, cache: 'no-store', headers, signal, ...(body && { body }) };
    // 307 and 308 would send the paid request a second time.
    if (method === 'POST') init.redirect = 'manual';
    const response = await withNetworkErrors(context, signal, () => authorize(context)(url, init), {
      advice: keyHeader && isCrossOrigin(url) ? adviceForCors(keyHeader) : undefined,
    });
    if (method === 'POST') assertNotRedirected(response, context);
    const text = withNetworkErrors(context, signal, () => response.text());
    const toBody = (given: string) => parseJson(given) ?? toPlainBody(given, response.headers.get('content-type'));
    if (response.ok) return { response, body: toBody(await text) };
    // The connection may break within the body of an error response. The status is sufficient.
    const said = toBody(await text.catch(() => ''));
    throwIfAborted(signal);
    return { response, body: said };
  };

  const ask = async (request: BackendRequest) => {
    const answer = await send(request);
    if (!answer.response.ok) throw toErrorResponse(answer.body, answer.response, request.context);
    return answer;
  };
  return { send, ask, authorize };
}

const adviceForCors = (header: string) =>
  `The job may be running and may have been charged: check at the backend before you submit again. If the console of the browser names CORS, nothing was sent: let the backend allow the header ${header}, or set idempotencyHeader to false`;

/** A browser does not tell where a redirect leads, nor its status. */
function assertNotRedirected(response: Response, context: RequestContext): void {
  const { status, type } = response;
  if (type !== 'opaqueredirect' && !(status >= 300 && status < 400)) return;
  discard(response);
  // Only these say that the request was not processed: it is to be sent elsewhere as it is.
  const isCertainlyNotStarted = status === 307 || status === 308;
  const advice = 'Set the baseUrl option to the URL that it redirects to';
  if (isCertainlyNotStarted) {
    throw toResponseError(context, response, {
      code: 'invalid-response',
      reason: ', which redirects. A submit is not sent a second time',
      charged: 'no',
      advice,
    });
  }
  throw toRequestError(
    context,
    'invalid-response',
    'the backend answered with a redirect, and a submit is not sent a second time',
    { response: status > 0 ? response : undefined },
  );
}
