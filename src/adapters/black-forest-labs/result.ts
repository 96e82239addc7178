import type { JobOutcome, JobRef, JobUpdate } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import type { JsonAnswer } from '../http/json-answer.js';
import type { Exchange } from '../http/json-exchange.js';
import { noResult } from '../http/no-result.js';
import { toRetryAfterMs } from '../http/retry-after.js';
import { statusTable } from '../http/status-table.js';
import { firstExpiryOf } from '../http/url-expiry.js';

type Members = { readonly [name: string]: unknown };

/** All of them come with HTTP 200. `Pending` says of the queue and of the work. */
const toState = statusTable({
  Queued: 'queued',
  Processing: 'running',
  Running: 'running',
  Ready: 'ready',
  'Request Moderated': 'moderated',
  'Content Moderated': 'moderated',
  Error: 'failed',
  Failed: 'failed',
  'Task not found': 'missing',
});

const minuteMs = 60_000;
/** Of a picture. */
export const sampleLivesMs = 10 * minuteMs;

/** Some of its answers say `state` in place of `status`. */
const statusOf = ({ status, state }: Members): unknown => status ?? state;

/**
 * What an answer says of its job.
 *
 * @throws GenerationError for what is no answer about this job, for a job that is not found, and for a result that is not there: all of them
 * are read again
 */
export function toUpdate<TOutput>(
  job: JobRef,
  answer: JsonAnswer,
  jobFailed: Exchange['jobFailed'],
): JobUpdate<TOutput> {
  const { members, headers } = answer;
  const { id, progress } = members;
  const isOfJob = typeof statusOf(members) === 'string' && (id == null || String(id) === job.id);
  if (!isOfJob) throw answer.toError({ code: 'invalid-response' });
  const outcome = toOutcome<TOutput>(job, answer, jobFailed);
  if (outcome) return outcome;
  const state = toState(statusOf(members));
  if (state === 'missing') throw answer.toError({ code: 'not-found', said: statusOf(members) });
  if (state === 'ready') throw answer.toError(noResult);
  const waitMs = toRetryAfterMs(headers);
  return {
    kind: 'pending',
    ...((state === 'queued' || state === 'running') && { phase: state }),
    ...(typeof progress === 'number' && progress >= 0 && progress <= 1 && { progress }),
    ...(waitMs !== undefined && { readAfterMs: waitMs }),
  };
}

/** Whether the content of the job was refused, whatever the HTTP status is. */
export const isModerated = ({ members }: Pick<JsonAnswer, 'members'>): boolean =>
  toState(statusOf(members)) === 'moderated';

/** How the job has ended, if the answer says so. */
export function toOutcome<TOutput>(
  job: JobRef,
  { members }: Pick<JsonAnswer, 'members'>,
  jobFailed: Exchange['jobFailed'],
): Exclude<JobOutcome<TOutput>, { readonly kind: 'cancelled' }> | undefined {
  const status = statusOf(members);
  const { result, error, message, details, cost } = members;
  switch (toState(status)) {
    case 'moderated':
      return jobFailed(job, { message: status, details }, { code: 'moderated' });
    case 'failed':
      return jobFailed(job, { error, message, details, ...(isObject(result) && { reason: result['error'] }) });
    case 'ready': {
      if (!hasSample(result)) return undefined;
      const credits = [cost, job['credits']].find(each => typeof each === 'number' && each >= 0);
      return {
        kind: 'succeeded',
        output: result as TOutput,
        expiresAt: toExpiry(result),
        ...(credits !== undefined && { cost: { amount: Number(credits), unit: 'credits' } }),
      };
    }
    default:
      return undefined;
  }
}

const hasSample = (result: unknown): result is Members & { readonly sample: unknown } =>
  isObject(result) && (Array.isArray(result['sample']) ? result['sample'].length > 0 : Boolean(result['sample']));

/** A sample is signed with its time. One that is not lives for 10 minutes, told as a whole minute, so that two reads say the same. */
function toExpiry({ sample, end_time: end }: Members & { readonly sample: unknown }): number {
  const signed = firstExpiryOf(sample);
  if (signed !== undefined) return signed;
  const endedAt = typeof end === 'number' && end > 0 ? end * 1_000 : Date.now();
  return Math.floor((endedAt + sampleLivesMs) / minuteMs) * minuteMs;
}
