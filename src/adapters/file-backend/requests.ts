import { createCredentials } from '../http/credentials.js';
import { isCrossOrigin } from '../http/cross-origin.js';
import { toErrorResponse } from '../http/error-response.js';
import type { Fetch } from '../http/exchange.js';
import { toHeaderKey } from '../http/idempotency-header.js';
import type { RequestContext } from '../http/request-error.js';
import { type ReceivedAnswer, sendRequest } from '../http/send.js';
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

export type BackendAnswer = ReceivedAnswer;

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
  const keyHeaderFor = (url: string): string | false | undefined => {
    const isTaken = idempotencyHeader !== undefined || !!idempotentSubmit || canFindByKey === true;
    const isAllowed = isTaken || !isCrossOrigin(url);
    return isAllowed ? (idempotencyHeader ?? 'Idempotency-Key') : undefined;
  };

  const send = async (request: BackendRequest): Promise<BackendAnswer> => {
    const { context, route, id, signal, method = 'GET', body } = request;
    const url = toUrl(options, route, id, context);
    const headers = new Headers({ accept: 'application/json' });
    if (typeof body === 'string') headers.set('content-type', 'application/json');
    // In a header, so that the backend knows a submit that it gets again. Other requests have it in their URL.
    const key = context.action === 'submit' ? context.idempotencyKey : undefined;
    const keyHeader = key && keyHeaderFor(url);
    if (key && keyHeader) headers.set(keyHeader, toHeaderKey(key));
    return sendRequest(authorize(context), {
      context,
      url,
      signal,
      init: { method, headers, ...(body && { body }) },
      advice: keyHeader && isCrossOrigin(url) ? adviceForCors(keyHeader) : undefined,
    });
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
