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
  busyUntil: Number.NEGATIVE_INFINITY,
  askedAt: Number.NEGATIVE_INFINITY,
  busyBefore: Number.NEGATIVE_INFINITY,
  stream: { is: 'none', byteAt: 0, ...unopened, lossCount: 0, isTelling: false },
  reads: {
    isHeld: false,
    heldUntil: Infinity,
    firstAt: 0,
    dueBy: Infinity,
    pollBy: Infinity,
    count: 0,
    timeoutCount: 0,
    isSettling: false,
    settlesAt: 0,
    isGapFree: false,
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

/** What is left of the wait that the backend asks for. */
const heldMs = ({ busyUntil, skippedMs }: Model, at: number) =>
  Math.ceil(Math.min(Math.max(0, busyUntil - at - skippedMs), longestHintMs));

/** What is left of a gap since a time of day. A clock that was set back leaves nothing. */
const leftMs = ({ policy, skippedMs }: Model, since: number | undefined, at: number) => {
  const passed = at + skippedMs - (since ?? -Infinity);
  return passed < 0 ? 0 : Math.max(0, policy.minReadGapMs - passed);
};

/** When a wait and a gap are over. A clock that was set back comes to the moment of the gap again, at the end of the wait. */
const freeAt = (model: Model, since: number | undefined, at: number) => {
  const waited = at + Math.max(heldMs(model, at), leftMs(model, since, at));
  return waited > at ? waited + leftMs(model, since, waited) : waited;
};

/** Before this, no read begins. */
export const earliest = (model: Model, at: number) =>
  model.reads.isGapFree ? at + heldMs(model, at) : freeAt(model, model.reads.readAt, at);

/** A wait that the backend asks for holds back both the reads and the stream. */
function asked(model: Model, at: number, retryAfterMs = 0): Model {
  const waitMs = Math.min(retryAfterMs, longestHintMs);
  if (waitMs <= 0) return model;
  const { busyUntil, askedAt } = model;
  const next = {
    ...model,
    busyUntil: Math.max(busyUntil, at + model.skippedMs + waitMs),
    askedAt: at,
    busyBefore: askedAt === at ? model.busyBefore : busyUntil,
  };
  const free = at + heldMs(next, at);
  const { dueBy, pollBy, readAt } = model.reads;
  const readBy = freeAt(next, readAt, at) + 1;
  return stream(reads(next, { dueBy: Math.max(dueBy, readBy), pollBy: Math.max(pollBy, readBy) }), {
    reopenAt: model.stream.reopenAt <= at ? model.stream.reopenAt : Math.max(model.stream.reopenAt, free),
    reopenBy: Math.max(model.stream.reopenBy, freeAt(next, model.stream.triedAt, at)),
  });
}

/** A page that wakes opens a lost stream: at once, unless it was tried just now or has to wait. */
export function hasten(model: Model, at: number): Model {
  const free = freeAt(model, model.stream.triedAt, at);
  return model.stream.is === 'lost' ? stream(model, { reopenAt: free, reopenBy: free }) : model;
}

/** How long a read may take. */
export const readTimeoutMs = (model: Model): number => {
  const { readTimeoutMs: firstMs, requestTimeoutMs } = model.policy;
  return isFinalRead(model) ? requestTimeoutMs : Math.min(firstMs * 2 ** model.reads.timeoutCount, requestTimeoutMs);
};

/** Its timer would have run, had the page not slept. */
export const isOverdue = (model: Model, at: number): boolean => {
  const { policy, reads: read } = model;
  const limitMs = Math.min(policy.readTimeoutMs * 2 ** read.timeoutCount, policy.requestTimeoutMs);
  return Math.abs(at + model.skippedMs - (read.readAt ?? -Infinity)) >= limitMs;
};

/** The stream has told the job on this connection, and not long ago. */
const isTold = ({ stream: { is, isTelling, seenAt }, policy, skippedMs }: Model, at: number): boolean =>
  is === 'open' && isTelling && Math.abs(at + skippedMs - (seenAt ?? -Infinity)) <= policy.streamIdleTimeoutMs;

/** The gap has passed. */
export const settle = (model: Model, at: number): Model =>
  reads(model, {
    isSettling: false,
    watchedFrom: !model.reads.isRequested && isTold(model, at) ? at : undefined,
  });

/** The stream tells the job: reads become rare. */
export function watch(model: Model, at: number): Model {
  const { read, isAsleep } = model;
  const { isHeld, isSettling, isRequested, isRequestedAgain, dueBy, watchedFrom, readAt = 0 } = model.reads;
  if (read || isAsleep || isHeld || isRequested || isRequestedAgain || isHinted(model, at)) return model;
  const passed = Math.max(0, at + model.skippedMs - readAt);
  const watchBy = at + Math.max(0, model.policy.streamReadIntervalMs - passed) + 1;
  return reads(model, {
    dueBy: Math.max(dueBy, watchBy),
    watchedFrom: isSettling ? watchedFrom : (watchedFrom ?? at),
  });
}

/** The first read: at once, or when the answer to the submit asks for it. */
export function first(model: Model, at: number): Model {
  const { isHeld, firstAt } = model.reads;
  return isHeld && firstAt > at ? reads(model, { isHeld: false, dueBy: firstAt + 1 }) : want(model, at);
}

/** Asked for: as soon as may be, and after the read in flight. */
export function want(model: Model, at: number): Model {
  if (model.read) return reads(model, { isRequestedAgain: true });
  const free = earliest(model, at);
  const { isSettling } = model.reads;
  const settlesAt = isSettling ? model.reads.settlesAt : free;
  return reads(model, {
    isHeld: false,
    isRequested: true,
    isSettling: settlesAt > at,
    settlesAt,
    watchedFrom: undefined,
    dueBy: Math.max(Math.min(model.reads.dueBy, Math.max(settlesAt, free)), free),
  });
}

/** It waits for the time that the answer to the submit asked for: no read has been made. */
const isHinted = ({ reads: { firstAt, readAt } }: Model, at: number) => firstAt > at && readAt === undefined;

/** A stream that has lived for so long is opened soon again. */
const stableMs = 30_000;

export function lose(model: Model, at: number, { silentMs = 0, retryAfterMs = 0, isExpected = false } = {}): Model {
  const { is, openAt = Infinity, retryMs = 0 } = model.stream;
  const { reopenDelaysMs } = model.policy;
  const isStable = at + model.skippedMs - silentMs - openAt >= stableMs;
  // One that ends with its news is not blamed.
  const lossCount = isExpected ? model.stream.lossCount : isStable ? 1 : model.stream.lossCount + 1;
  const delayMs = reopenDelaysMs[Math.max(1, lossCount) - 1] ?? last(reopenDelaysMs);
  const free = at + heldMs(model, at);
  const lost = stream(interrupt(model), {
    is: 'lost',
    call: undefined,
    lossCount,
    isTelling: false,
    openAt: undefined,
    reopenAt: Math.max(free, at + Math.max(Math.floor(delayMs * (2 - jitter)), retryMs)),
    reopenBy: Math.max(freeAt(model, model.stream.triedAt, at), at + Math.max(Math.ceil(delayMs * jitter), retryMs)),
  });
  const next = asked(lost, at, retryAfterMs);
  const { watchedFrom, isHeld, isRequested } = model.reads;
  if (isHeld) return first(next, at);
  if (is !== 'open') return next;
  // Whether a loss just at the end of the gap asks for a read is left open.
  if (watchedFrom !== undefined && watchedFrom < at) return want(reads(next, { count: 0 }), at);
  const open = reads(next, { watchedFrom: undefined, count: watchedFrom === at ? undefined : next.reads.count });
  return isRequested || model.read ? open : reads(open, { dueBy: next.reads.pollBy });
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

export function readIsOver(
  model: Model,
  at: number,
  { retryAfterMs = 0, hintMs = 0, isAnswer = false, timeoutCount = 0 } = {},
): Model {
  const { change, count, isRequestedAgain: isRequested } = model.reads;
  const over = reads(
    { ...model, read: undefined, outage: { ...model.outage, tailMs: 0 } },
    {
      readAt: at + model.skippedMs,
      count: count === undefined ? undefined : count + 1,
      timeoutCount,
      change: change === 'unread' ? change : undefined,
      isRequested,
      isRequestedAgain: false,
      isRestarting: false,
      isSettling: true,
      watchedFrom: undefined,
      // Set anew: what was due was this read.
      dueBy: 0,
      pollBy: 0,
    },
  );
  const settled = asked(over, at, retryAfterMs);
  // What was asked for during the first read needs no gap.
  if (isAnswer && isRequested && count === undefined) return atOnce(paced(settled, at, hintMs), at, false);
  if (isAnswer && isRequested && count === 0) return atOnce(paced(settled, at, hintMs), at, true);
  return paced(settled, at, hintMs);
}

/** When the next read has to begin. */
function paced(model: Model, at: number, hintMs: number): Model {
  const free = earliest(model, at);
  const dueBy = model.reads.isRequested ? free : pace(model, at, isTold(model, at), hintMs);
  return reads(model, { settlesAt: free, dueBy, pollBy: pace(model, at, false, hintMs) });
}

/** Within the gap, where no wait forbids it. */
export function atOnce(model: Model, at: number, isDue: boolean): Model {
  if (heldMs(model, at) > 0 || isLate(model, at)) return model;
  return reads(model, { isGapFree: true, ...(isDue && { dueBy: at, isSettling: false }) });
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
