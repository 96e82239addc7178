import type { Failure, FailureCode } from '../generation/generation.port.js';

/** Refusals that a later submit need not get. */
const passingCodes: readonly FailureCode[] = ['rate-limited', 'busy'];

/** The same, if the backend names a wait. A proxy may send one with any refusal, also of a prompt. */
const deferredCodes: readonly FailureCode[] = ['network', 'timeout'];

/** A submit that was refused so often, and for so long, in ms, is not sent again. */
export const mostRefusals = 10;
const refusalPatienceMs = 600_000;

/** Whether a later request with the same key may be answered. */
export const isPassing = ({ code }: Failure): boolean => passingCodes.includes(code);

export const isRefusedForNow = ({ charged, code, retryAfterMs }: Failure): boolean =>
  charged === 'no' && (passingCodes.includes(code) || (retryAfterMs !== undefined && deferredCodes.includes(code)));

/** How often a submit was refused for now, at most up to the limit, and when for the first time, in ms since the epoch. */
export type Refusals = { readonly count: number; readonly firstAt: number };

export const isRefusedTooOften = (refusals: Refusals | undefined, now: number): boolean =>
  refusals !== undefined && refusals.count >= mostRefusals && now - refusals.firstAt >= refusalPatienceMs;
