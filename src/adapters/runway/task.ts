import type { Failure, JobRef, JobUpdate } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import type { JsonAnswer } from '../http/json-answer.js';
import type { Exchange } from '../http/json-exchange.js';
import { noResult } from '../http/no-result.js';
import { toRetryAfterMs } from '../http/retry-after.js';
import { statusTable } from '../http/status-table.js';
import { firstExpiryOf } from '../http/url-expiry.js';

type Members = { readonly [name: string]: unknown };

/** `THROTTLED`: it waits until fewer tasks of the account run. */
const toState = statusTable({
  PENDING: 'queued',
  THROTTLED: 'queued',
  RUNNING: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  CANCELED: 'cancelled',
});

/** Runway asks not to expect news of a task more often. */
export const readPaceMs = 5_000;

const hourMs = 3_600_000;
/** URLs stop working 24 to 48 hours after they were read. */
export const urlsLiveMs = 24 * hourMs;

/**
 * What a task says of its job.
 *
 * @throws GenerationError for what is no task, another one, or one that has succeeded without a result: it is read again
 */
export function toUpdate<TOutput>(
  job: JobRef,
  answer: JsonAnswer,
  jobFailed: Exchange['jobFailed'],
): JobUpdate<TOutput> {
  const { members } = answer;
  const { id, status, output, progress } = members;
  const isTask = typeof status === 'string' && (id === undefined || String(id) === job.id);
  if (!isTask) throw answer.toError({ code: 'invalid-response' });
  const state = toState(status);
  switch (state) {
    case 'succeeded':
      if (!hasOutput(output)) throw answer.toError(noResult);
      return {
        kind: 'succeeded',
        output: output as TOutput,
        // A time that is not signed is told as a whole hour, so that two reads say the same.
        expiresAt: firstExpiryOf(output) ?? Math.floor((Date.now() + urlsLiveMs) / hourMs) * hourMs,
        cost: toAccount(members).cost,
      };
    case 'failed':
      return toFailure(job, members, jobFailed);
    case 'cancelled':
      return { kind: 'cancelled', ...toAccount(members) };
    default:
      return {
        kind: 'pending',
        ...(state !== 'pending' && { phase: state }),
        ...(typeof progress === 'number' && progress >= 0 && progress <= 1 && { progress }),
        readAfterMs: toRetryAfterMs(answer.headers) ?? readPaceMs,
      };
  }
}

const hasOutput = (output: unknown) => (Array.isArray(output) ? output.length > 0 : Boolean(output));

/** A task that is over says what it has cost. One that was refunded has cost nothing. */
function toAccount({ cost }: Members) {
  const credits = isObject(cost) ? cost['credits'] : undefined;
  if (typeof credits !== 'number' || !(credits >= 0)) return {};
  const charged: Failure['charged'] = credits > 0 ? 'yes' : 'no';
  return { charged, cost: { amount: credits, unit: 'credits' } };
}

/** The same input is refused again. */
const isAboutInput = /^ASSET(?:\.|$)/i;

/**
 * Codes such as `SAFETY.INPUT.TEXT` and `INPUT_PREPROCESSING.SAFETY.TEXT` are understood as they are.
 *
 * @see https://docs.dev.runwayml.com/errors/task-failures/
 */
function toFailure(job: JobRef, members: Members, jobFailed: Exchange['jobFailed']): JobUpdate<never> {
  const { failure, failureCode } = members;
  const type = typeof failureCode === 'string' ? failureCode : '';
  return jobFailed(
    job,
    { failure: failure || type, failureCode },
    {
      charged: toAccount(members).charged,
      retryable: isAboutInput.test(type) ? false : undefined,
    },
  );
}
