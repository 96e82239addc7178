import type { GenerationPolicy } from 'generation-lifecycle';
import type { Model, Outcome } from './reference-types.js';

export const longestHintMs = 300_000;
export const offlineMs = 30_000;
export const byteNoticeMs = 1_000;
export const jitter = 1.2;
export const unopened = { reopenAt: Infinity, reopenBy: Infinity };
const last = (times: readonly number[]): number => times.at(-1) ?? 0;

/** What nobody remembers over a reload. */
const afresh = {
  phase: 'idle',
  isAsleep: false,
  stream: { is: 'none', byteAt: 0, ...unopened, lossCount: 0 },
  reads: {
    isHeld: false,
    heldUntil: Infinity,
    firstAt: 0,
    dueBy: Infinity,
    pollBy: Infinity,
    settledAt: 0,
    retryAt: 0,
    isRequested: false,
    isRequestedAgain: false,
    isRestarting: false,
    missingCount: 0,
  },
  submit: undefined,
  cancel: undefined,
  read: undefined,
  submitCount: 0,
  submittedAt: 0,
  resubmitAt: undefined,
  cancelCount: 0,
  mayHaveEnded: [],
} as const;

export function modelOf(policy: GenerationPolicy, has: Model['has'], key: string): Model {
  return {
    ...afresh,
    policy,
    has,
    key,
    isKnown: false,
    mayHaveArrived: false,
    phaseOfJob: undefined,
    clock: { phase: 'running', queuedMs: 0, runningMs: 0 },
    isCancelRequested: false,
    isOnline: true,
    progress: undefined,
    lastEventId: undefined,
    skippedMs: 0,
    deadlineAt: Infinity,
    lateFrom: Infinity,
    outage: { mustMs: 0, mayMs: 0, tailMs: 0, markedAt: 0 },
    isSeen: false,
    outcomes: [],
    faults: [],
  };
}

export const fault = (model: Model, text: string): Model => ({ ...model, faults: [...model.faults, text] });
export const interrupt = (model: Model): Model => {
  const { mustMs, tailMs } = model.outage;
  return { ...model, outage: { ...model.outage, mustMs: mustMs - tailMs, tailMs: 0 } };
};
export const reads = (model: Model, next: Partial<Model['reads']>): Model => ({
  ...model,
  reads: { ...model.reads, ...next },
});
export const stream = (model: Model, next: Partial<Model['stream']>): Model => ({
  ...model,
  stream: { ...model.stream, ...next },
});
const quiet = { submit: undefined, cancel: undefined, read: undefined, confirm: undefined } as const;

export const isFollowed = ({ phase }: Model) => phase === 'following' || phase === 'verifying' || phase === 'expiring';
export const isFinalRead = ({ phase }: Model) => phase === 'verifying' || phase === 'expiring';

/** In the moment in which the rules leave open whether it has ended, the earlier end stands, too. */
export function end(model: Model, ...outcomes: Outcome[]): Model {
  return {
    ...stream(model, { is: 'none', call: undefined }),
    ...quiet,
    phase: 'ended',
    outcomes: [...outcomes, ...model.mayHaveEnded],
  };
}

/** One read, now; what else runs is over. */
export const lastRead = (model: Model, phase: 'verifying' | 'expiring', at: number): Model => ({
  ...reads(stream(model, { is: 'none', call: undefined }), { isHeld: false, dueBy: at, isRestarting: true }),
  cancel: undefined,
  phase,
});

export const earliest = ({ reads: { settledAt, retryAt } }: Model, at: number) => Math.max(at, settledAt, retryAt);

/** The first read: at once, or when the answer to the submit asks for it. */
export function first(model: Model, at: number): Model {
  const { isHeld, firstAt } = model.reads;
  return isHeld && firstAt > at ? reads(model, { isHeld: false, dueBy: firstAt + 1 }) : want(model, at);
}

/** Asked for: as soon as may be, and after the read in flight. */
export function want(model: Model, at: number): Model {
  if (model.read) return reads(model, { isRequestedAgain: true });
  return reads(model, { isHeld: false, isRequested: true, dueBy: Math.min(model.reads.dueBy, earliest(model, at)) });
}

/** It waits for the time that the answer to the submit asked for: no read has been made. */
const isHinted = ({ reads: { firstAt, settledAt } }: Model, at: number) => firstAt > at && settledAt === 0;

export function lose(model: Model, at: number): Model {
  const { is, lossCount, retryMs = 0 } = model.stream;
  const { reopenDelaysMs } = model.policy;
  const delayMs = reopenDelaysMs[lossCount] ?? last(reopenDelaysMs);
  const next = stream(interrupt(model), {
    is: 'lost',
    call: undefined,
    lossCount: lossCount + 1,
    reopenAt: at + Math.max(Math.floor(delayMs * (2 - jitter)), retryMs),
    reopenBy: at + Math.max(Math.ceil(delayMs * jitter), retryMs),
  });
  // Whether a loss within the shortest gap, or just at its end, asks for a read is left open.
  const isWaiting = !model.read && Math.max(model.reads.settledAt, model.reads.retryAt) < at;
  if (model.reads.isHeld) return first(next, at);
  if (is === 'open' && isWaiting && !isHinted(model, at)) return want(next, at);
  return is === 'open' && !model.reads.isRequested ? reads(next, { dueBy: model.reads.pollBy }) : next;
}

export function refuse(model: Model, at: number): Model {
  return stream(lose(model, at), { is: 'refused', ...unopened });
}

export function sign(model: Model, at: number): Model {
  return { ...model, isSeen: true, outage: { mustMs: 0, mayMs: 0, tailMs: 0, markedAt: at } };
}

export function progress(model: Model, value: number | undefined): Model {
  return value === undefined ? model : { ...model, progress: Math.max(model.progress ?? 0, value) };
}

/** The outcome when the final read has none. */
export function presumed({ phase }: Model): Outcome {
  return { status: 'failed', code: phase === 'expiring' ? 'deadline' : 'job-failed' };
}

/** The longest gap of the schedules of the library. */
const longestScheduledMs = 10_000;

/** When the next read has to begin that nobody asks for. */
function pace(model: Model, at: number, isOpen: boolean, hintMs: number): number {
  const { streamReadIntervalMs, pollDelayMs } = model.policy;
  const scheduledMs = typeof pollDelayMs === 'function' ? longestScheduledMs : last(pollDelayMs);
  const delayMs = isOpen ? streamReadIntervalMs : Math.max(scheduledMs, Math.min(hintMs, longestHintMs));
  return Math.max(at + Math.max(delayMs * jitter, model.isOnline ? 0 : offlineMs * jitter), earliest(model, at)) + 1;
}

export function readIsOver(model: Model, at: number, { retryAfterMs = 0, hintMs = 0 } = {}): Model {
  const settled = reads(
    { ...model, read: undefined, outage: { ...model.outage, tailMs: 0 } },
    { settledAt: at + model.policy.minReadGapMs, retryAt: at + Math.min(retryAfterMs, longestHintMs) },
  );
  const dueBy = model.reads.isRequestedAgain
    ? earliest(settled, at)
    : pace(settled, at, model.stream.is === 'open', hintMs);
  const pollBy = pace(settled, at, false, hintMs);
  return reads(settled, {
    dueBy,
    pollBy,
    isRequested: model.reads.isRequestedAgain,
    isRequestedAgain: false,
    isRestarting: false,
  });
}

export function askToStop(model: Model): Model {
  const still = {
    ...stream(model, { is: 'none', call: undefined }),
    ...quiet,
    isCancelRequested: true,
    isAsleep: false,
  };
  return model.has.cancel ? { ...still, phase: 'cancelling' } : end(still, { status: 'cancelled', stopped: false });
}

/** The backend has answered the cancel, or has not within the time of a request: the job is read at once. */
export function confirm(model: Model, at: number, isUnanswered: boolean, retryAfterMs = 0): Model {
  const { until = at + model.policy.cancelPatienceMs, readCount = 0 } = model.confirm ?? {};
  const retryMs = Math.min(retryAfterMs, longestHintMs);
  return {
    ...model,
    cancel: undefined,
    phase: 'confirming',
    confirm: { until, next: 'read', dueAt: at, readCount, isUnanswered, retryMs },
  };
}

/** That read has not told an end. */
export function readAgain(model: Model, at: number): Model {
  if (!model.confirm) return model;
  const { cancelReadDelaysMs } = model.policy;
  const readCount = model.confirm.readCount + 1;
  const delayMs = cancelReadDelaysMs[readCount - 1] ?? last(cancelReadDelaysMs);
  const dueAt = at + Math.max(delayMs, model.confirm.retryMs);
  const next = model.confirm.isUnanswered ? 'cancel' : 'read';
  return { ...model, read: undefined, confirm: { ...model.confirm, readCount, next, dueAt } };
}

/** By the time of day: the deadline has passed, whether or not its timer has run. */
export const isLate = (model: Model, at: number): boolean => at + model.skippedMs >= model.lateFrom;

const budgetOf = ({ deadlineMs, queueDeadlineMs }: GenerationPolicy, phase: Model['clock']['phase']) =>
  phase === 'queued' ? queueDeadlineMs : deadlineMs;

/** The deadline of the phase that the job is in: each phase has its own, and time spent in one is none of the other. */
function timed(model: Model, at: number): Model {
  const { policy, phaseOfJob = 'running' } = model;
  const now = at + model.skippedMs;
  const spentIn = (clock: Model['clock']) => (clock.phase === 'queued' ? clock.queuedMs : clock.runningMs);
  const dueFrom = (clock: Model['clock']) => now + Math.max(0, budgetOf(policy, clock.phase) - spentIn(clock));
  let { clock, lateFrom } = model;
  if (phaseOfJob === clock.phase) lateFrom = Math.min(lateFrom, dueFrom(clock));
  else {
    const budget = budgetOf(policy, clock.phase);
    const spent = Math.min(Math.max(0, budget - (lateFrom - now)), budget);
    if (Number.isFinite(lateFrom)) clock = { ...clock, [clock.phase === 'queued' ? 'queuedMs' : 'runningMs']: spent };
    clock = { ...clock, phase: phaseOfJob };
    lateFrom = dueFrom(clock);
  }
  return { ...model, clock, lateFrom, deadlineAt: lateFrom - model.skippedMs };
}

/** What the backend says of its queue. */
export function inPhase(model: Model, at: number, phase: Model['phaseOfJob']): Model {
  if (phase === undefined || phase === model.phaseOfJob) return model;
  const next = { ...model, phaseOfJob: phase };
  if (model.phase !== 'following' || phase === model.clock.phase) return next;
  const changed = timed(next, at);
  // A time that is used up ends it with the next timer.
  return { ...changed, deadlineAt: Math.max(changed.deadlineAt, at + 1) };
}

/** A job that is known is listened to, and read as soon as that is known to fail or to work. */
export function follow(given: Model, at: number): Model {
  const model = timed(given, at);
  const following = {
    ...model,
    phase: 'following',
    outage: { mustMs: 0, mayMs: 0, tailMs: 0, markedAt: at },
  } as const;
  if (!model.has.events) return first(reads(stream(following, { is: 'refused' }), { isHeld: true }), at);
  const heldUntil = at + model.policy.pollFallbackAfterMs;
  const dueBy = Math.max(heldUntil, model.reads.firstAt + 1);
  const held = reads(following, { isHeld: true, heldUntil, dueBy });
  return stream(held, { is: 'requested', reopenAt: at, reopenBy: at });
}

/** Another page goes on from what was written down. What was not is forgotten. */
export function resume(given: Model, at: number): Model {
  const { phaseOfJob, clock, progress } = given;
  const phase: Model['clock']['phase'] = phaseOfJob === 'queued' ? 'queued' : 'running';
  const model = { ...given, ...afresh, clock: { ...clock, phase }, isSeen: progress !== undefined };
  if (!model.isKnown && model.isCancelRequested) return end(model, { status: 'cancelled', stopped: false });
  if (!model.isKnown) return { ...model, mayHaveArrived: given.mayHaveArrived || given.submitCount > 0 };
  if (model.isCancelRequested) return askToStop(model);
  return isLate(model, at) ? lastRead(model, 'expiring', at) : follow(model, at);
}
