import { throwIfAborted } from '../../machines/abort.js';
import { discard, type Fetch, withNetworkErrors } from './exchange.js';
import { toBody } from './refusal.js';
import { type RequestContext, toRequestError, toResponseError } from './request-error.js';

/** One request, and what its errors are about. */
export type SentRequest = {
  readonly context: RequestContext;
  readonly url: string;
  readonly signal: AbortSignal;
  readonly init: RequestInit;
  /** What to do if there is no answer. @defaultValue by what the request does */
  readonly advice?: string | undefined;
};

/** A whole response. `body` is parsed JSON, the text of a body that is none, or `undefined`. */
export type ReceivedAnswer = { readonly response: Response; readonly body: unknown };

/**
 * Sends one request, once, and reads its whole answer.
 *
 * @throws GenerationError if there is no answer, or if a submit is redirected
 */
export const sendRequest = async (fetch: Fetch, request: SentRequest): Promise<ReceivedAnswer> =>
  receive(await openResponse(fetch, request), request);

/** Sends one request, once, whose body is still to be read. */
export async function openResponse(
  fetch: Fetch,
  { context, url, signal, init, advice }: SentRequest,
): Promise<Response> {
  // 307 and 308 would send the paid request a second time.
  const redirect = init.method === 'POST' ? 'manual' : init.redirect;
  const given: RequestInit = { cache: 'no-store', ...init, signal, ...(redirect && { redirect }) };
  const response = await withNetworkErrors(context, signal, () => fetch(url, given), { advice });
  if (init.method === 'POST') assertNotRedirected(response, context);
  return response;
}

/** Reads the whole answer. */
export async function receive(
  response: Response,
  { context, signal }: Pick<SentRequest, 'context' | 'signal'>,
): Promise<ReceivedAnswer> {
  const text = withNetworkErrors(context, signal, () => response.text());
  if (response.ok) return { response, body: toBody(await text, response.headers) };
  // The connection may break within the body of an error response. The status is sufficient.
  const said = toBody(await text.catch(() => ''), response.headers);
  throwIfAborted(signal);
  return { response, body: said };
}

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
