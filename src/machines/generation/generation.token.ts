import { isObject } from '../json.js';
import { longestDelayMs } from '../reads/delays.js';
import type { GenerationContext } from './generation.context.js';
import type { ResumeStep, ResumeToken } from './generation.types.js';

/**
 * The token of a generation, at any moment of its life, including after its end: to follow the job of a `resumable`
 * failure, create a new actor from it. A token that an actor could not read is returned unchanged.
 *
 * @example
 * actor.on('submitted', () => {
 *   localStorage.setItem('running', JSON.stringify(toResumeToken(actor.getSnapshot())));
 * });
 */
export function toResumeToken(snapshot: { readonly context: GenerationContext<unknown> }): ResumeToken {
  const { context } = snapshot;
  // Another version of the library may read it.
  if (context.refusedToken) return context.refusedToken;
  const { id, idempotencyKey, job, startedAt, deadlineAt, cancelRequested, shown, estimate, stream, clock } = context;
  const { queuedMs, runningMs } = clock;
  return {
    version: 2,
    id,
    idempotencyKey,
    job,
    lastEventId: stream.lastEventId,
    progress: shown.progress,
    startedAt,
    deadlineAt,
    phase: shown.phase,
    ...(estimate.shown && { expectedAt: estimate.shown.expectedAt }),
    ...((queuedMs > 0 || runningMs > 0) && { queuedMs, runningMs }),
    cancelRequested,
    step: toStep(context),
  };
}

function toStep({ stream, reads, health, cancel, submit, busyUntil }: GenerationContext<unknown>): ResumeStep {
  return {
    lossCount: stream.lossCount,
    reopenAfterMs: stream.reopenAfterMs,
    busyUntil,
    readCount: reads.count,
    readTimeoutCount: reads.timeoutCount,
    isJobSeen: health.isJobSeen,
    isMissing: reads.isMissing,
    unansweredMs: health.unansweredMs,
    cancelReadCount: cancel.readCount,
    isCancelUnanswered: cancel.isUnanswered,
    mayHaveArrived: submit.mayHaveArrived || (submit.count > 0 && !submit.failure),
  };
}

/** A token that is not from this version, or was changed in its storage, may hold anything. */
const toMs = (value: unknown): number =>
  typeof value === 'number' && value >= 0 && value <= longestDelayMs ? value : 0;
const toOptionalMs = (value: unknown): number | undefined => toMs(value) || undefined;

/** The members of the context that a token sets. Numbers that are out of range count as absent. */
export function fromResumeToken(
  token: ResumeToken | undefined,
): Pick<
  GenerationContext<never>,
  'shown' | 'estimate' | 'clock' | 'busyUntil' | 'stream' | 'reads' | 'health' | 'cancel'
> {
  const step: Partial<ResumeStep> = token?.step ?? {};
  const { progress: given, phase, lastEventId } = token ?? {};
  const progress = typeof given === 'number' ? given : -1;
  const expectedAt = Number(token?.expectedAt);
  return {
    shown: {
      progress: progress >= 0 ? Math.min(progress, 1) : undefined,
      phase: phase === 'queued' || phase === 'running' ? phase : undefined,
    },
    estimate: {
      isLate: false,
      // Nobody knows who said it in the session before.
      isTold: Number.isFinite(expectedAt),
      shown: Number.isFinite(expectedAt) ? { expectedAt, lowAt: undefined, highAt: undefined } : undefined,
    },
    clock: {
      phase: phase === 'queued' ? phase : 'running',
      queuedMs: toMs(token?.queuedMs),
      runningMs: toMs(token?.runningMs),
    },
    busyUntil: Number.isFinite(step.busyUntil) ? step.busyUntil : undefined,
    stream: {
      lossCount: toMs(step.lossCount),
      lastEventId,
      reopenAfterMs: toOptionalMs(step.reopenAfterMs),
      isTelling: false,
    },
    reads: {
      count: toMs(step.readCount),
      timeoutCount: toMs(step.readTimeoutCount),
      isReadRequested: false,
      isMissing: step.isMissing === true,
    },
    health: {
      isJobSeen: step.isJobSeen === true || progress >= 0,
      unansweredMs: toMs(step.unansweredMs),
      markedAt: 0,
    },
    cancel: { readCount: toMs(step.cancelReadCount), isUnanswered: step.isCancelUnanswered === true },
  };
}

/** A token with which a job is followed again: it gets new deadlines, and no cancel that was asked for before. */
export const renewedToken = ({
  id,
  idempotencyKey,
  job,
  lastEventId,
  progress,
  startedAt,
}: ResumeToken): ResumeToken => ({
  version: 2,
  id,
  idempotencyKey,
  job,
  lastEventId,
  progress,
  startedAt,
  cancelRequested: false,
});

const isText = (value: unknown) => typeof value === 'string' && value !== '';
const isTextOrNothing = (value: unknown) => value === undefined || typeof value === 'string';
const isNumberOrNothing = (value: unknown) => value === undefined || Number.isFinite(value);

/**
 * Whether a value from a storage is a token that this version can resume.
 *
 * @example
 * const stored: unknown = JSON.parse(localStorage.getItem('running') ?? 'null');
 * if (isResumeToken(stored)) createActor(machine, { input: { id: stored.id, resume: stored } }).start();
 */
export function isResumeToken(value: unknown): value is ResumeToken {
  return (
    isObject(value) &&
    isKnownVersion(value['version']) &&
    isText(value['id']) &&
    isText(value['idempotencyKey']) &&
    (value['job'] === undefined || (isObject(value['job']) && isText(value['job']['id']))) &&
    isTextOrNothing(value['lastEventId']) &&
    isTextOrNothing(value['phase']) &&
    (value['step'] === undefined || isObject(value['step'])) &&
    ['progress', 'startedAt', 'deadlineAt', 'expectedAt', 'queuedMs', 'runningMs'].every(name =>
      isNumberOrNothing(value[name]),
    ) &&
    typeof value['cancelRequested'] === 'boolean'
  );
}

/** Of tokens that this version can resume. */
export const isKnownVersion = (version: unknown): boolean => version === 1 || version === 2;

/** Of tokens that a newer version of this library has made. */
export const isNewerVersion = (version: unknown): boolean =>
  typeof version === 'number' && version > 0 && !isKnownVersion(version);
