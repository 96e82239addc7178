import { checkedFailure, checkedUpdate, isKnownKind, toJob } from '../../machines/generation/generation.answers.js';
import { GenerationError } from '../../machines/generation/generation.errors.js';
import type { JobRef, JobUpdate, Submission } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import { protocolHeader } from '../http/generation-protocol.js';
import type { JsonAnswer } from '../http/json-answer.js';
import { mapTexts } from '../http/map-texts.js';

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

/** A result or a preview that the server answers for, below wherever its routes are. */
const served = /^\/(?:[^?#]*\/)?jobs\/([\w-]+)\/((?:results|previews)\/[\w-]+(?:\?[^#]*)?)$/;

/**
 * An output or previews whose paths to the server are URLs: the server knows neither its own origin nor what a proxy makes of its paths, and
 * the page knows where it asks.
 */
const withUrls = <TValue>(value: TValue, base: string, { id }: JobRef): TValue =>
  mapTexts(value, text => {
    const [, of, rest] = served.exec(text) ?? [];
    return of === id ? `${base}/jobs/${of}/${rest}` : text;
  });

/** What a server half says of a job. A kind of a later version goes on: it never ends a paid job. */
export function toUpdate<TOutput>(said: unknown, call: string, job: JobRef, base: string): JobUpdate<TOutput> {
  if (isObject(said) && typeof said['kind'] === 'string' && !isKnownKind(said['kind'])) return { kind: 'pending' };
  const update = checkedUpdate<TOutput>(said, call, job);
  // Its job is the page's own.
  if (update.kind === 'failed') return { kind: 'failed', failure: { ...update.failure, job } };
  if (update.kind === 'succeeded') return { ...update, output: withUrls(update.output, base, job) };
  return update.kind === 'pending' ? { ...update, previews: withUrls(update.previews, base, job) } : update;
}

/** A job with what the server says of it. @throws GenerationError for an answer that names none */
export function toSubmission<TOutput>(answer: JsonAnswer, call: string, base: string): Submission<TOutput> {
  const job = toJob(answer.members['job']);
  if (!job || !answer.headers.has(protocolHeader)) throw answer.toError({ code: 'invalid-response' });
  const { update } = answer.members;
  return isObject(update) ? { job, update: toUpdate<TOutput>(update, call, job, base) } : { job };
}
