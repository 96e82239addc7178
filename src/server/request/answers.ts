import { protocolHeader, protocolVersion } from '../../adapters/http/generation-protocol.js';
import type { Failure } from '../../machines/generation/generation.port.js';
import { toStatus } from './failures.js';
import type { RequestRefusal } from './refusal.js';

/** In every answer. Nothing here is anybody else's, and no browser may guess a type. */
export const commonHeaders = {
  [protocolHeader]: protocolVersion,
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
} as const;

export function toAnswer(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...commonHeaders, 'content-type': 'application/json', ...headers },
  });
}

const toWaitHeaders = (retryAfterMs: number | undefined) =>
  retryAfterMs === undefined
    ? undefined
    : { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)), 'retry-after-ms': String(Math.ceil(retryAfterMs)) };

/** The answer of a call that has failed at the backend, as a failure that the page may get. */
export const toFailureAnswer = (failure: Failure, status = toStatus(failure.code)): Response =>
  toAnswer({ error: failure }, status, toWaitHeaders(failure.retryAfterMs));

/** The answer of a request that was refused here. Nothing was submitted by it, unless it may have been charged. */
export function toRefusalAnswer({ status, code, message, headers, retryAfterMs, charged }: RequestRefusal): Response {
  const isLater = code === 'rate-limited' || code === 'busy' || code === 'network';
  const error: Failure = {
    code,
    message,
    retryable: isLater && charged === 'no',
    resumable: false,
    charged,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
  return toAnswer({ error }, status, { ...headers, ...toWaitHeaders(retryAfterMs) });
}
