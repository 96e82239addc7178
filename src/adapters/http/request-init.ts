import { missingApis } from '../../machines/platform.js';
import type { GivenHeaders } from './exchange.js';
import { toHeaderKey } from './idempotency-header.js';
import { type RequestContext, toRequestError } from './request-error.js';

/** What a request sends. */
type RequestParts = {
  readonly action: string;
  readonly method?: string | undefined;
  readonly body?: unknown;
  readonly headers?: GivenHeaders | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly idempotencyHeader?: string | undefined;
};

type Body = Exclude<RequestInit['body'], undefined>;

const sentAsIs = ['FormData', 'Blob', 'URLSearchParams'] as const;

/** What `fetch` is given for a request. @throws GenerationError for an input that is no JSON */
export function toInit(
  { action, method, body, headers: given, idempotencyKey, idempotencyHeader }: RequestParts,
  context: RequestContext,
): RequestInit {
  const headers = new Headers(given);
  if (!headers.has('accept')) headers.set('accept', 'application/json');
  if (idempotencyHeader && idempotencyKey) headers.set(idempotencyHeader, toHeaderKey(idempotencyKey));
  const sent = body === undefined ? undefined : toBody(body, context);
  if (typeof sent === 'string' && !headers.has('content-type')) headers.set('content-type', 'application/json');
  return {
    method: method ?? (action === 'submit' ? 'POST' : 'GET'),
    headers,
    // A redirect would take the credentials elsewhere, and a submit would be paid twice.
    redirect: 'manual',
    ...(sent !== undefined && { body: sent }),
  };
}

function toBody(body: unknown, context: RequestContext): Body {
  const isSentAsIs = sentAsIs.some(name => missingApis(name).length === 0 && body instanceof globalThis[name]);
  if (isSentAsIs) return body as Body;
  try {
    const text: string | undefined = JSON.stringify(body);
    if (text !== undefined) return text;
  } catch {
    // Told below: the text of the error may quote the input.
  }
  throw toRequestError(context, 'bad-input', 'its input cannot be written as JSON. Nothing was sent', {
    isCertainlyNotStarted: true,
    advice: 'Leave out functions, circular references and BigInts',
  });
}
