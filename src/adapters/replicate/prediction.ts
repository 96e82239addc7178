import type { JobRef, JobUpdate, PendingUpdate } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import type { Exchange } from '../http/json-exchange.js';
import { readLog } from '../http/log-progress.js';
import { statusTable } from '../http/status-table.js';

/** What an answer is read with. Both functions cut out the credentials that were sent. */
type Reading = Pick<Exchange, 'jobFailed' | 'toShownText'> & {
  /** Whether the model is certainly a public one. */
  readonly isPublic: boolean;
};
type Members = { readonly [name: string]: unknown };

/** `canceled` and `aborted` are Replicate's words, and its guide says `successful`, too. */
const toState = statusTable({
  starting: 'queued',
  processing: 'running',
  succeeded: 'succeeded',
  successful: 'succeeded',
  failed: 'failed',
  canceled: 'cancelled',
  cancelled: 'cancelled',
  aborted: 'aborted',
});

/** Replicate removes what it has of a job after an hour. */
export const resultsLiveMs = 3_600_000;

/** Whether an answer is a prediction, and the one that was asked for. */
export const isPrediction = ({ id }: JobRef, said: Members): boolean =>
  typeof said['status'] === 'string' && (said['id'] === undefined || String(said['id']) === id);

/** What a prediction says of its job. */
export function toUpdate<TOutput>(job: JobRef, said: Members, reading: Reading): JobUpdate<TOutput> {
  const state = toState(said['status']);
  switch (state) {
    case 'succeeded':
      return isRemoved(said) ? reading.jobFailed(job, undefined, { code: 'expired' }) : toSuccess(said);
    case 'failed':
      return toFailure(job, said, reading);
    case 'cancelled':
      // What has begun is paid up to its end. What has not may have booted a machine of yours.
      return { kind: 'cancelled', charged: typeof said['started_at'] === 'string' ? 'yes' : undefined };
    case 'aborted':
      // Its deadline was over before it began. That is free on public models; the boot of a private one is paid.
      return { kind: 'cancelled', charged: reading.isPublic ? 'no' : undefined };
    default:
      return toPending(state === 'pending' ? undefined : state, said, reading);
  }
}

function toPending(phase: PendingUpdate['phase'], { logs, output }: Members, { toShownText }: Reading): PendingUpdate {
  const previews = toImages(output);
  return {
    kind: 'pending',
    ...(phase && { phase }),
    ...(typeof logs === 'string' && readLog(logs, toShownText)),
    ...(previews.length > 0 && { previews }),
  };
}

/** A model with several results gives them one by one. An output that is not over is never the result. */
const toImages = (output: unknown) =>
  (Array.isArray(output) ? output : [output]).flatMap((url: unknown, index) =>
    typeof url === 'string' && /^https?:\/\/[^?#]+\.(?:png|jpe?g|webp|gif|avif)(?:[?#]|$)/i.test(url)
      ? { url, index }
      : [],
  );

/** The member stays, and becomes `null`. */
const isRemoved = ({ data_removed: isGone, output }: Members): boolean =>
  isGone === true || (isGone !== false && (output ?? null) === null);

function toSuccess<TOutput>({ output, metrics, completed_at: end }: Members): JobUpdate<TOutput> {
  const seconds = isObject(metrics) ? Number(metrics['predict_time']) : Number.NaN;
  const endedAt = typeof end === 'string' && hasUrl(output) ? Date.parse(end) : Number.NaN;
  return {
    kind: 'succeeded',
    output: output as TOutput,
    ...(seconds >= 0 && { durationMs: seconds * 1_000 }),
    ...(endedAt > 0 && { expiresAt: endedAt + resultsLiveMs }),
  };
}

/** Texts and data URLs are there for good. */
function hasUrl(output: unknown): boolean {
  if (typeof output === 'string') return /^https?:\/\//i.test(output);
  return typeof output === 'object' && output !== null && Object.values(output).some(hasUrl);
}

/** Models of ByteDance say so of content that they refuse. Codes of Replicate itself begin with E1000. */
const flagged = /\bE005\b/;

/** An input that the model does not take, which it will not take later, either. */
const refusedInput = /\binput validation|failed validation|validation error/i;

function toFailure(job: JobRef, { error, logs }: Members, { jobFailed, toShownText }: Reading) {
  const said = error || (typeof logs === 'string' ? readLog(logs, toShownText).message : undefined);
  const isFlagged = flagged.test(typeof said === 'string' ? said : JSON.stringify(said ?? ''));
  const { kind, failure } = jobFailed(job, said, { code: isFlagged ? 'moderated' : undefined });
  const isRefused = refusedInput.test(failure.message);
  return { kind, failure: { ...failure, retryable: failure.retryable && !isRefused } };
}
