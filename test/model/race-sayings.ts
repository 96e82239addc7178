import { type Failure, GenerationError, type JobUpdate } from 'generation-lifecycle';
import type { Saying, StreamSaying } from './reference-types.js';

export type Input = { readonly prompt: string };
export type Output = { readonly url: string };

const failure: Failure = { code: 'job-failed', message: 'No.', retryable: true, resumable: false, charged: 'no' };

/** A word of the model as an adapter says it. */
export function toUpdate(saying: Exclude<Saying, { say: 'error' }>): JobUpdate<Output> {
  if (saying.say === 'pending') {
    const { progress, readAfterMs } = saying;
    return { kind: 'pending', progress, readAfterMs };
  }
  if (saying.say === 'succeeded') return { kind: 'succeeded', output: { url: saying.url } };
  return saying.say === 'failed' ? { kind: 'failed', failure } : { kind: saying.say };
}

export const toError = ({ code, retryAfterMs }: Extract<Saying, { say: 'error' }>) =>
  new GenerationError({ code, message: `The backend says ${code}.` }, { retryAfterMs });

/** Whether it is about a job, and not about its stream. */
export const isSaying = (saying: StreamSaying): saying is Saying =>
  !['open', 'alive', 'end', 'ignored', 'id', 'retry'].includes(saying.say);
