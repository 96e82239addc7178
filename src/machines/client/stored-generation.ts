import type { GenerationPolicy } from '../generation/generation.policy.js';
import type { Failure, JobRef } from '../generation/generation.port.js';
import type { ResumeToken } from '../generation/generation.types.js';
import type { StoredGeneration } from './client.port.js';

/** Changes what is stored of a generation; `undefined` stands for nothing. Pure: a store may call it more than once. */
export type StoredChange = (stored: StoredGeneration | undefined) => StoredGeneration | undefined;

/** What is stored of a generation before its submit. */
export const newStored = (
  id: string,
  now: number,
  {
    unanswered: { idempotencyKey, sentAt: startedAt } = { idempotencyKey: id, sentAt: undefined },
    ...rest
  }: Pick<StoredGeneration, 'name' | 'origin' | 'description' | 'input' | 'durationLabel'> & {
    /** A submit that may have been charged: its key is sent again. */
    readonly unanswered?: { readonly idempotencyKey: string; readonly sentAt: number | undefined } | undefined;
  },
): StoredGeneration => ({
  version: 1,
  token: { version: 1, id, idempotencyKey, startedAt, cancelRequested: false },
  createdAt: now,
  updatedAt: now,
  ...rest,
});

/** What is stored just before the submit: the time in the queue does not count. */
export const asSubmitted = (stored: StoredGeneration, now: number): StoredGeneration => ({
  ...stored,
  token: { ...stored.token, startedAt: stored.token.startedAt ?? now },
  updatedAt: now,
});

/** For the writes around a submit, and for clocks that differ a little. */
const submitSlackMs = 30_000;

/** Longer than a submit takes with this policy. */
export const toSubmitWindowMs = ({ submitTimeoutMs, submitPatienceMs }: GenerationPolicy): number =>
  submitTimeoutMs + submitPatienceMs + submitSlackMs;

/**
 * How long a stored generation without a job may still be submitted by another tab, in ms. A date that lies ahead, or is
 * none, counts as now.
 */
export const submitWindowLeftMs = (
  { stored }: { readonly stored: StoredGeneration },
  now: number,
  windowMs: number,
): number => {
  const agoMs = now - stored.updatedAt;
  return windowMs - (agoMs >= 0 ? Math.min(agoMs, windowMs) : 0);
};

// The changes below store nothing again that has been removed.

export const withProgress =
  (token: ResumeToken, message: string | undefined, now: number): StoredChange =>
  stored =>
    stored && {
      ...stored,
      // Another tab may have requested the cancel meanwhile.
      token: { ...token, cancelRequested: token.cancelRequested || stored.token.cancelRequested },
      message,
      updatedAt: now,
    };

export const withFailure =
  (failed: StoredGeneration, now: number): StoredChange =>
  stored =>
    stored && { ...stored, token: failed.token, failure: failed.failure, message: undefined, updatedAt: now };

export const withCancelRequest =
  (now: number): StoredChange =>
  stored =>
    stored && { ...stored, token: { ...stored.token, cancelRequested: true }, updatedAt: now };

export const withOutcomeEmitted =
  (now: number): StoredChange =>
  stored =>
    // Other tabs are notified of each write, so it is written once.
    stored && !stored.isOutcomeEmitted ? { ...stored, isOutcomeEmitted: true, updatedAt: now } : stored;

/** What a failed generation is resumed from: the same job and id, and a new deadline. */
export const renewed = ({ token, ...stored }: StoredGeneration, now: number): StoredGeneration => ({
  ...stored,
  token: {
    ...token,
    deadlineAt: undefined,
    queuedMs: undefined,
    runningMs: undefined,
    step: undefined,
    cancelRequested: false,
  },
  failure: undefined,
  updatedAt: now,
});

/** What a failed generation is resumed from. Others stay stored until they are told, if the page was left before. */
export const resumableOf = (stored: StoredGeneration): StoredGeneration | undefined =>
  stored.failure?.resumable ? stored : undefined;

/** What is stored of a failed generation. */
export const failedStored = (
  stored: StoredGeneration,
  failure: Failure,
  job: JobRef | undefined,
): StoredGeneration => ({
  ...stored,
  token: { ...stored.token, job, cancelRequested: false },
  message: undefined,
  failure,
});
