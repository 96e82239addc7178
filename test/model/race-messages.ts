import { type Failure, GenerationError, type JobUpdate } from 'generation-lifecycle';
import type { JobMessage, StreamMessage } from './reference-types.js';

export type Input = { readonly prompt: string };
export type Output = { readonly url: string };

const failure: Failure = { code: 'job-failed', message: 'No.', retryable: true, resumable: false, charged: 'no' };

/** A message of the model as the update of an adapter. */
export function toUpdate(message: Exclude<JobMessage, { type: 'error' }>): JobUpdate<Output> {
  if (message.type === 'pending') {
    const { phase, progress, readAfterMs } = message;
    return { kind: 'pending', phase, progress, readAfterMs };
  }
  if (message.type === 'succeeded') return { kind: 'succeeded', output: { url: message.url } };
  return message.type === 'failed' ? { kind: 'failed', failure } : { kind: message.type };
}

export const toError = ({ code, retryAfterMs }: Extract<JobMessage, { type: 'error' }>) =>
  new GenerationError({ code, message: `The backend sends ${code}.` }, { retryAfterMs });

/** Whether it is about the job, not only about its stream. */
export const isJobMessage = (message: StreamMessage): message is JobMessage =>
  !['open', 'alive', 'end', 'ignored', 'id', 'retry'].includes(message.type);
