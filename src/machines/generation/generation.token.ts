import { isObject } from '../json.js';
import type { GenerationContext, ResumeToken } from './generation.types.js';

/**
 * The token of a generation, at any moment of its life. Of an ended one, too: a failure that is `resumable` is
 * followed by a new actor made from it.
 *
 * @example
 * actor.on('submitted', () => {
 *   localStorage.setItem('running', JSON.stringify(toResumeToken(actor.getSnapshot())));
 * });
 */
export function toResumeToken(snapshot: { readonly context: GenerationContext<unknown> }): ResumeToken {
  const { id, idempotencyKey, job, startedAt, deadlineAt, cancelRequested, shown, stream } = snapshot.context;
  const { progress } = shown;
  const { lastEventId } = stream;
  return { version: 1, id, idempotencyKey, job, lastEventId, progress, startedAt, deadlineAt, cancelRequested };
}

const isText = (value: unknown) => typeof value === 'string' && value !== '';
const isTextOrNothing = (value: unknown) => value === undefined || typeof value === 'string';
const isNumberOrNothing = (value: unknown) => value === undefined || Number.isFinite(value);

/**
 * Whether a value out of a storage is a token that this version can resume.
 *
 * @example
 * const stored: unknown = JSON.parse(localStorage.getItem('running') ?? 'null');
 * if (isResumeToken(stored)) createActor(machine, { input: { id: stored.id, resume: stored } }).start();
 */
export function isResumeToken(value: unknown): value is ResumeToken {
  return (
    isObject(value) &&
    value['version'] === 1 &&
    isText(value['id']) &&
    isText(value['idempotencyKey']) &&
    (value['job'] === undefined || (isObject(value['job']) && isText(value['job']['id']))) &&
    isTextOrNothing(value['lastEventId']) &&
    isNumberOrNothing(value['progress']) &&
    isNumberOrNothing(value['startedAt']) &&
    isNumberOrNothing(value['deadlineAt']) &&
    typeof value['cancelRequested'] === 'boolean'
  );
}
