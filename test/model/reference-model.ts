import type { EnvironmentEvent, FailureCode } from 'generation-lifecycle';
import {
  askToStop,
  atOnce,
  byteNoticeMs,
  confirm,
  earliest,
  end,
  fault,
  first,
  follow,
  hasten,
  inPhase,
  interrupt,
  isFinalRead,
  isFollowed,
  isLate,
  isOverdue,
  jitter,
  lastRead,
  longestHintMs,
  lose,
  offlineMs,
  presumed,
  progress,
  readAgain,
  readIsOver,
  reads,
  readTimeoutMs,
  refuse,
  resume,
  settle,
  sign,
  stream,
  unopened,
  want,
  watch,
} from './reference-moves.js';
import type { CallKind, Happening, JobMessage, Model, Outcome, StreamMessage } from './reference-types.js';

const transient: readonly FailureCode[] = ['network', 'timeout', 'rate-limited', 'busy'];
const forGood: readonly FailureCode[] = ['unauthorized', 'bad-input', 'payment-required'];

function readFailed(model: Model, at: number, code: FailureCode, retryAfterMs?: number, timeoutCount = 0): Model {
  if (model.phase === 'confirming')
    return timeoutCount > 0 ? reads(readAgain(model, at), { timeoutCount }) : readAgain(model, at);
  if (isFinalRead(model)) return end(model, presumed(model));
  const isMissing = code === 'not-found';
  const missingCount = isMissing ? model.reads.missingCount + 1 : 0;
  const next = reads(readIsOver(model, at, { retryAfterMs, timeoutCount }), { missingCount });
  const { streamIdleTimeoutMs, maxOutageMs } = model.policy;
  const isShown = Math.abs(at + model.skippedMs - (model.stream.seenAt ?? -Infinity)) <= streamIdleTimeoutMs;
  const failed: Outcome = { status: 'failed', code };
  const unreachable: Outcome = { status: 'failed', code: 'unreachable' };
  const isOut = model.outage.mayMs >= maxOutageMs;
  // One that the stream belies is repeated like any other: after a clock was set back, it may be so for long.
  if (forGood.includes(code) && !isShown) return end(next, failed);
  if (isMissing && !model.isSeen) return { ...next, outage: { ...next.outage, mustMs: 0, tailMs: 0 } };
  if (isMissing && missingCount > 1 && !isShown) return end(next, failed, ...(isOut ? [unreachable] : []));
  if (isOut) {
    const must = model.outage.mustMs >= maxOutageMs && !isMissing && model.isOnline;
    return must ? end(next, unreachable) : { ...next, mayHaveEnded: [unreachable] };
  }
  return next;
}

/** What stands of a job's end. */
const outcomeOf = (message: JobMessage): Outcome | undefined => {
  if (message.type === 'succeeded') return { status: 'completed', url: message.url };
  if (message.type === 'failed') return { status: 'failed', code: 'job-failed' };
  return message.type === 'cancelled' ? { status: 'cancelled', stopped: true } : undefined;
};

function onReadMessage(model: Model, at: number, message: JobMessage): Model {
  const outcome = outcomeOf(message);
  // In a final read success wins; whether another end of the job wins over the presumed one is left open.
  if (outcome)
    return end(model, outcome, ...(isFinalRead(model) && message.type !== 'succeeded' ? [presumed(model)] : []));
  if (message.type === 'error') return readFailed(model, at, message.code, message.retryAfterMs);
  if (model.phase === 'confirming') return readAgain(model, at);
  if (isFinalRead(model)) return end(model, presumed(model));
  const { progress: known, phase, readAfterMs: hintMs } = message.type === 'pending' ? message : {};
  const told = inPhase(progress(model, known), at, phase);
  return reads(readIsOver(sign(told, at), at, { hintMs, isAnswer: true }), { missingCount: 0 });
}

/** Opening asks for a read, unless the backend has said when to read first. */
const opened = (model: Model, at: number): Model =>
  model.reads.isHeld || model.reads.firstAt <= at || model.reads.readAt !== undefined ? first(model, at) : model;

const patience = (model: Model, retryMs: number) => stream(model, { retryMs: Math.min(retryMs, longestHintMs) });

function onStreamMessage(model: Model, at: number, message: StreamMessage): Model {
  const { is } = model.stream;
  const alive = stream(model, { byteAt: at });
  if (message.type === 'alive' || message.type === 'ignored') return alive;
  if (message.type === 'open')
    return is === 'open' ? alive : opened(stream(alive, { is: 'open', openAt: at + model.skippedMs }), at);
  if (message.type === 'end') return lose(model, at, { isExpected: model.reads.change !== undefined });
  // What a stream asks for on the way is no byte of it: the adapter says those.
  if (message.type === 'id') return { ...model, lastEventId: message.id };
  if (message.type === 'retry') return patience(model, message.retryMs);
  if (message.type === 'error') {
    const { retryAfterMs = 0 } = message;
    if (message.code === 'not-found') return refuse(model, at);
    return lose(model, at, { retryAfterMs, isExpected: model.reads.change !== undefined });
  }
  if (message.type === 'failed') return lastRead(model, 'verifying', at);
  const outcome = outcomeOf(message);
  if (outcome) return end(model, outcome);
  const seen = stream(sign(alive, at), { seenAt: at + model.skippedMs, isTelling: true });
  if (message.type === 'pending') return inPhase(watch(progress(seen, message.progress), at), at, message.phase);
  const changed = reads(seen, { change: 'unread' });
  const { isSettling, count } = model.reads;
  const isFirstGap = !model.read && isSettling && (count === undefined || count < 2);
  return isFirstGap ? atOnce(want(changed, at), at, count !== undefined) : want(changed, at);
}

/** A hint alone does not show that the job can be read already. */
const showsJob = ({ progress, phase, readAfterMs }: Extract<JobMessage, { type: 'pending' }>): boolean =>
  readAfterMs === undefined || progress !== undefined || phase !== undefined;

function onSubmitMessage(model: Model, at: number, message: JobMessage): Model {
  if (message.type === 'error') {
    const isForNow = message.code === 'rate-limited' || message.code === 'busy';
    const { submitRetryDelaysMs, submitPatienceMs } = model.policy;
    const delayMs = submitRetryDelaysMs[model.submitCount - 1] ?? submitRetryDelaysMs.at(-1) ?? 0;
    const waitMs = Math.min(message.retryAfterMs ?? 0, longestHintMs) || delayMs;
    const isInTime = at + model.skippedMs - model.submittedAt + waitMs <= submitPatienceMs;
    if (isForNow && isInTime && !model.isCancelRequested)
      return { ...model, submit: undefined, resubmitAt: at + waitMs };
    return end(model, model.isCancelRequested ? { status: 'cancelled' } : { status: 'failed', code: message.code });
  }
  const outcome = outcomeOf(message);
  if (outcome) return end(model, outcome);
  const accepted = {
    ...progress(model, message.type === 'pending' ? message.progress : undefined),
    phaseOfJob: message.type === 'pending' ? message.phase : undefined,
    submit: undefined,
    isKnown: true,
    isSeen: message.type === 'pending' && showsJob(message),
  };
  const hintMs = message.type === 'pending' ? Math.min(message.readAfterMs ?? 0, longestHintMs) : 0;
  return model.isCancelRequested ? askToStop(accepted) : follow(reads(accepted, { firstAt: at + hintMs }), at);
}

function onCancelMessage(model: Model, at: number, message: JobMessage): Model {
  if (message.type === 'error') return confirm(model, at, transient.includes(message.code), message.retryAfterMs);
  const outcome = outcomeOf(message);
  return outcome ? end(model, outcome) : confirm(model, at, false);
}

function commanded(model: Model, at: number, command: 'GENERATE' | 'CANCEL' | 'CHECK'): Model {
  if (command === 'GENERATE') {
    if (model.phase !== 'idle') return model;
    return model.mayHaveArrived
      ? end(model, { status: 'failed', code: 'interrupted' })
      : { ...model, phase: 'submitting' };
  }
  if (command === 'CANCEL') {
    if (model.resubmitAt !== undefined && !model.submit) return end(model, { status: 'cancelled', stopped: true });
    if (model.phase === 'submitting') return { ...model, isCancelRequested: true };
    return isFollowed(model) ? askToStop(model) : model;
  }
  return model.phase === 'following' && !model.isAsleep && !model.read ? want(model, at) : model;
}

function onPageEvent(given: Model, at: number, event: EnvironmentEvent): Model {
  const model = {
    ...interrupt(given),
    isOnline: event === 'online' || event === 'offline' ? event === 'online' : given.isOnline,
  };
  if (!isFollowed(model)) return model;
  if (event === 'offline') {
    // The wait that begins now is longer; one that has begun may be.
    const { dueBy, isRequested, isHeld } = model.reads;
    const longer = earliest(model, at) + offlineMs * jitter;
    return isRequested || isHeld
      ? model
      : reads(model, { dueBy: Math.max(dueBy, longer), pollBy: Math.max(model.reads.pollBy, longer) });
  }
  const isRefused = model.stream.is === 'refused';
  if (event === 'asleep') {
    const still = reads(model, {
      dueBy: Infinity,
      isRequested: false,
      isRequestedAgain: false,
      isHeld: false,
      isSettling: false,
      watchedFrom: undefined,
    });
    const silent =
      isFinalRead(model) || isRefused
        ? still
        : stream(still, { is: 'lost', call: undefined, isTelling: false, openAt: undefined });
    return { ...stream(silent, { ...unopened }), read: undefined, isAsleep: true };
  }
  const awake = { ...model, isAsleep: false };
  // A younger read is the one that waking asks for.
  const isYoung = model.read !== undefined && !isOverdue(model, at);
  if (isFinalRead(model)) return isYoung ? awake : reads(awake, { dueBy: at, isRestarting: true });
  const reopening = reads(hasten(awake, at), { count: 0 });
  if (model.isAsleep && isLate(model, at)) return lastRead(reopening, 'expiring', at);
  return isYoung ? reopening : want({ ...reopening, read: undefined }, at);
}

function called(model: Model, at: number, kind: CallKind, call: number, passed: string | undefined): Model {
  const at1 = `at ${at}: ${kind} ${call}`;
  const made = { call, since: at };
  if (kind === 'submit') {
    const isDue = model.submitCount === 0 || (model.resubmitAt !== undefined && at >= model.resubmitAt);
    const isRight = model.phase === 'submitting' && !model.submit && isDue && passed === model.key;
    const submittedAt = model.submitCount === 0 ? at + model.skippedMs : model.submittedAt;
    const next = isRight ? model : fault(model, `${at1} is not allowed`);
    return { ...next, submit: made, submittedAt, resubmitAt: undefined, submitCount: model.submitCount + 1 };
  }
  if (kind === 'cancel') {
    const isFirst = model.phase === 'cancelling' && model.cancelCount === 0;
    const isRight = isFirst || (model.confirm?.next === 'cancel' && at >= model.confirm.dueAt);
    return { ...(isRight ? model : fault(model, `${at1} is not allowed`)), cancel: made, cancelCount: call + 1 };
  }
  if (kind === 'events') {
    const { is, reopenAt } = model.stream;
    const isRight = model.phase === 'following' && !model.isAsleep && (is === 'requested' || is === 'lost');
    const timely = isRight && at >= reopenAt ? model : fault(model, `${at1} comes while the stream is ${is}`);
    const { lastEventId } = model;
    const checked =
      passed === lastEventId ? timely : fault(timely, `${at1} goes on from ${passed}, not ${lastEventId}`);
    const triedAt = at + model.skippedMs;
    return stream(checked, {
      is: 'connecting',
      call,
      byteAt: at,
      triedAt,
      openAt: undefined,
      isTelling: false,
      ...unopened,
    });
  }
  if (model.confirm) {
    const isDue = model.confirm.next === 'read' && !model.read && at >= model.confirm.dueAt;
    return { ...(isDue ? model : fault(model, `${at1} is not due`)), read: made };
  }
  // A timer that sleep has made late is found late where a read begins.
  if (model.phase === 'following' && (isLate(model, at) || (model.isAsleep && at >= model.deadlineAt)))
    return called({ ...lastRead(model, 'expiring', at), isAsleep: false }, at, kind, call, passed);
  const next = {
    ...reads(model, {
      isHeld: false,
      dueBy: Infinity,
      isRequested: false,
      isRequestedAgain: false,
      isRestarting: false,
      isSettling: false,
      watchedFrom: undefined,
      isGapFree: false,
      readAt: at + model.skippedMs,
      change: model.reads.change && 'reading',
    }),
    read: made,
    // Whoever reads on has not ended.
    mayHaveEnded: [],
  };
  if (model.phase === 'ended' || model.phase === 'cancelling' || model.submit || model.phase === 'idle')
    return fault(next, `${at1} while ${model.phase}`);
  if (model.isAsleep) return fault(next, `${at1} while asleep`);
  if (isFinalRead(model)) return model.reads.isRestarting ? next : fault(next, `${at1} is a second final read`);
  if (model.read) return fault(next, `${at1} while another is in flight`);
  const known = model.askedAt === at ? { ...model, busyUntil: model.busyBefore } : model;
  if (at < earliest(known, at))
    return fault(next, `${at1} within minReadGapMs or Retry-After, before ${earliest(known, at)}`);
  return next;
}

function onMessage(model: Model, at: number, kind: CallKind, call: number, message: StreamMessage): Model {
  if (kind === 'events') return model.stream.call === call ? onStreamMessage(model, at, message) : model;
  // The other words are of streams only.
  if (message.type === 'open' || message.type === 'alive' || message.type === 'end' || message.type === 'ignored')
    return model;
  if (message.type === 'id' || message.type === 'retry') return model;
  if (model[kind]?.call !== call) return model;
  if (kind === 'submit') return onSubmitMessage(model, at, message);
  return kind === 'cancel' ? onCancelMessage(model, at, message) : onReadMessage(model, at, message);
}

/** A stream that has shown nothing of its job gives way to a read without an answer. */
function starved(model: Model, at: number): Model {
  const { is, seenAt } = model.stream;
  const isShown = Math.abs(at + model.skippedMs - (seenAt ?? -Infinity)) <= model.policy.streamIdleTimeoutMs;
  const isListening = is === 'requested' || is === 'connecting' || is === 'open';
  return model.phase === 'following' && isListening && !isShown && model.reads.timeoutCount > 1
    ? lose(model, at, { silentMs: model.policy.streamIdleTimeoutMs })
    : model;
}

/** What time alone does, one thing at a time, each when it is due. */
function wait(model: Model, until: number): Model {
  const { policy, read, submit, cancel } = model;
  const isAwake = model.phase === 'following' && !model.isAsleep;
  const due: readonly (readonly [number, (at: number) => Model])[] = [
    [
      submit ? submit.since + policy.submitTimeoutMs : Infinity,
      () => end(model, model.isCancelRequested ? { status: 'cancelled' } : { status: 'failed', code: 'interrupted' }),
    ],
    [cancel ? cancel.since + policy.requestTimeoutMs : Infinity, at => confirm(model, at, true)],
    [model.confirm?.until ?? Infinity, () => end(model, { status: 'cancelled', stopped: false })],
    [isAwake ? model.deadlineAt : Infinity, at => lastRead(model, 'expiring', at)],
    [
      read ? read.since + readTimeoutMs(model) : Infinity,
      at => starved(readFailed(model, at, 'timeout', 0, model.reads.timeoutCount + 1), at),
    ],
    [isAwake && model.reads.isSettling && !read ? model.reads.settlesAt : Infinity, at => settle(model, at)],
    [model.reads.isHeld ? model.reads.heldUntil : Infinity, at => first(reads(model, { heldUntil: Infinity }), at)],
    [
      model.stream.is === 'open' ? model.stream.byteAt + policy.streamIdleTimeoutMs : Infinity,
      at => lose(model, at, { silentMs: policy.streamIdleTimeoutMs }),
    ],
  ];
  const [at, happen] = due.reduce((first, other) => (other[0] < first[0] ? other : first));
  if (at > until) return counted(model, until);
  // What the clock does now is done when it has been counted up to now.
  const before = counted(model, at);
  return before === model ? wait(happen(at), until) : wait(before, until);
}

function counted(model: Model, at: number): Model {
  const { markedAt, mustMs, mayMs, tailMs } = model.outage;
  if (markedAt >= at) return model;
  const isCounting = model.phase === 'following' && model.isOnline && !model.isAsleep;
  const passed = isCounting ? at - markedAt : 0;
  return {
    ...model,
    outage: { mustMs: mustMs + passed, mayMs: mayMs + passed, tailMs: tailMs + passed, markedAt: at },
  };
}

/** A clock that was set back makes what is measured with it later: by the gap, and by what is left of a wait. */
function jumped(model: Model, at: number, ms: number): Model {
  const next = { ...model, skippedMs: model.skippedMs + ms };
  if (ms > 0) return next;
  const { dueBy, pollBy } = model.reads;
  const laterBy = model.policy.minReadGapMs;
  const free = earliest(next, at) + 1;
  return reads(next, { dueBy: Math.max(dueBy + laterBy, free), pollBy: Math.max(pollBy + laterBy, free) });
}

/** A stream may be given up a little early, because not every byte is noticed; one that never opens, too. */
function stopped(model: Model, at: number, kind: CallKind, call: number): Model {
  if (kind !== 'events' || model.stream.call !== call) return model;
  const { streamIdleTimeoutMs: silentMs } = model.policy;
  return at >= model.stream.byteAt - byteNoticeMs + silentMs ? lose(model, at, { silentMs }) : model;
}

/**
 * What a user who knows the rules expects after what happened. Written from the rules alone; where they leave
 * something open, so does this.
 */
export function reduce(given: Model, happening: Happening): Model {
  const { at } = happening;
  const model = wait(given, at);
  if (happening.type === 'command') return commanded(model, at, happening.command);
  if (happening.type === 'page') return onPageEvent(model, at, happening.event);
  if (happening.type === 'called') return called(model, at, happening.kind, happening.call, happening.passed);
  if (happening.type === 'jumped') return jumped(model, at, happening.ms);
  if (happening.type === 'reloaded') return resume(model, at);
  if (happening.type === 'stopped') return stopped(model, at, happening.kind, happening.call);
  if (happening.type === 'sent') return onMessage(model, at, happening.kind, happening.call, happening.message);
  return model;
}
