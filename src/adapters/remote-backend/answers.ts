import { checkedFailure, checkedUpdate, isKnownKind, toJob } from '../../machines/generation/generation.answers.js';
import { GenerationError } from '../../machines/generation/generation.errors.js';
import type { JobRef, JobUpdate, Submission } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import { protocolHeader } from '../http/generation-protocol.js';
import type { JsonAnswer } from '../http/json-answer.js';

/** Errors of our own server half are plain failures. Those of anything on the way are read as of any backend. */
export function toAnswerError(answer: JsonAnswer, call: string, job: JobRef | undefined): GenerationError {
  const said = answer.members['error'];
  if (!answer.headers.has(protocolHeader) || !isObject(said) || typeof said['code'] !== 'string')
    return answer.toError();
  const failure = checkedFailure(said, call);
  const named = failure.job ?? job;
  return new GenerationError(
    { ...failure, status: answer.status, ...(named && { job: named }) },
    { retryAfterMs: answer.retryAfterMs ?? failure.retryAfterMs },
  );
}

/** What a server half says of a job. A kind of a later version goes on: it never ends a paid job. */
export function toUpdate<TOutput>(said: unknown, call: string, job: JobRef): JobUpdate<TOutput> {
  if (isObject(said) && typeof said['kind'] === 'string' && !isKnownKind(said['kind'])) return { kind: 'pending' };
  const update = checkedUpdate<TOutput>(said, call, job);
  // Its job is the page's own.
  return update.kind === 'failed' ? { kind: 'failed', failure: { ...update.failure, job } } : update;
}

/** A job with what the server says of it. @throws GenerationError for an answer that names none */
export function toSubmission<TOutput>(answer: JsonAnswer, call: string): Submission<TOutput> {
  const job = toJob(answer.members['job']);
  if (!job || !answer.headers.has(protocolHeader)) throw answer.toError({ code: 'invalid-response' });
  const { update } = answer.members;
  return isObject(update) ? { job, update: toUpdate<TOutput>(update, call, job) } : { job };
}
