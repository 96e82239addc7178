import type { FailureCode, GenerationPolicy, SurroundingsFact } from 'generation-lifecycle';
import type { CallKind, Happening, Model, Outcome, Saying, StreamSaying } from './reference-types.js';

const longestHintMs = 300_000;
const offlineMs = 30_000;
const byteNoticeMs = 1_000;
const jitter = 1.2;
const unopened = { reopenAt: Infinity, reopenBy: Infinity };
const last = (times: readonly number[]): number => times.at(-1) ?? 0;

export function modelOf(policy: GenerationPolicy, has: Model['has']): Model {
  return {
    policy,
    has,
    phase: 'idle',
    isCancelWanted: false,
    isAsleep: false,
    isOnline: true,
    progress: undefined,
    deadlineAt: Infinity,
    stream: { is: 'none', byteAt: 0, ...unopened, lossCount: 0 },
    reads: {
      isHeld: false,
      dueBy: Infinity,
      pollBy: Infinity,
      settledAt: 0,
      retryAt: 0,
      isAsked: false,
      isWantedAgain: false,
      isRestarting: false,
      missingCount: 0,
    },
    outage: { mustMs: 0, mayMs: 0, tailMs: 0, markAt: 0 },
    isSeen: false,
    submitCount: 0,
    cancelCount: 0,
    outcomes: [],
    mayHaveEnded: [],
    faults: [],
  };
}

const fault = (model: Model, text: string): Model => ({ ...model, faults: [...model.faults, text] });
const interrupt = (model: Model): Model => {
  const { mustMs, tailMs } = model.outage;
  return { ...model, outage: { ...model.outage, mustMs: mustMs - tailMs, tailMs: 0 } };
};
const reads = (model: Model, next: Partial<Model['reads']>): Model => ({
  ...model,
  reads: { ...model.reads, ...next },
});
const stream = (model: Model, next: Partial<Model['stream']>): Model => ({
  ...model,
  stream: { ...model.stream, ...next },
});
const quiet = { submit: undefined, cancel: undefined, read: undefined } as const;

const isFollowed = ({ phase }: Model) => phase === 'following' || phase === 'verifying' || phase === 'expiring';
const isLastWord = ({ phase }: Model) => phase === 'verifying' || phase === 'expiring' || phase === 'rechecking';

function end(model: Model, ...outcomes: Outcome[]): Model {
  return { ...stream(model, { is: 'none', call: undefined }), ...quiet, phase: 'ended', outcomes };
}

/** One read, now; what else runs is over. */
const lastRead = (model: Model, phase: 'verifying' | 'expiring' | 'rechecking', at: number): Model => ({
  ...reads(stream(model, { is: 'none', call: undefined }), { isHeld: false, dueBy: at, isRestarting: true }),
  cancel: undefined,
  phase,
});

const earliest = ({ reads: { settledAt, retryAt } }: Model, at: number) => Math.max(at, settledAt, retryAt);

/** Asked for: as soon as may be, and after the read in flight. */
function want(model: Model, at: number): Model {
  if (model.read) return reads(model, { isWantedAgain: true });
  return reads(model, { isHeld: false, isAsked: true, dueBy: Math.min(model.reads.dueBy, earliest(model, at)) });
}

function lose(model: Model, at: number): Model {
  const { is, lossCount } = model.stream;
  const { reopenDelaysMs } = model.policy;
  const delayMs = reopenDelaysMs[lossCount] ?? last(reopenDelaysMs);
  const next = stream(interrupt(model), {
    is: 'lost',
    call: undefined,
    lossCount: lossCount + 1,
    reopenAt: at + Math.floor(delayMs * (2 - jitter)),
    reopenBy: at + Math.ceil(delayMs * jitter),
  });
  // Whether a loss within the shortest gap asks for a read is left open.
  const isWaiting = !model.read && earliest(model, at) === at;
  if (model.reads.isHeld || (is === 'open' && isWaiting)) return want(next, at);
  return is === 'open' && !model.reads.isAsked ? reads(next, { dueBy: model.reads.pollBy }) : next;
}

function refuse(model: Model, at: number): Model {
  return stream(lose(model, at), { is: 'refused', ...unopened });
}

function sign(model: Model, at: number): Model {
  return { ...model, isSeen: true, outage: { mustMs: 0, mayMs: 0, tailMs: 0, markAt: at } };
}

function progress(model: Model, value: number | undefined): Model {
  return value === undefined ? model : { ...model, progress: Math.max(model.progress ?? 0, value) };
}

/** What the end is when the last word does not say otherwise. */
function presumed({ phase }: Model): Outcome {
  if (phase === 'rechecking') return { status: 'cancelled', stopped: false };
  return { status: 'failed', code: phase === 'expiring' ? 'deadline' : 'job-failed' };
}

/** When the next read has to begin that nobody asks for. */
function pace(model: Model, at: number, isOpen: boolean, hintMs: number): number {
  const { quietMs, pollDelaysMs } = model.policy;
  const delayMs = isOpen ? quietMs : Math.max(last(pollDelaysMs), Math.min(hintMs, longestHintMs));
  return Math.max(at + Math.max(delayMs * jitter, model.isOnline ? 0 : offlineMs * jitter), earliest(model, at)) + 1;
}

function readIsOver(model: Model, at: number, { retryAfterMs = 0, hintMs = 0 } = {}): Model {
  const settled = reads(
    { ...model, read: undefined, outage: { ...model.outage, tailMs: 0 } },
    { settledAt: at + model.policy.settleMs, retryAt: at + Math.min(retryAfterMs, longestHintMs) },
  );
  const dueBy = model.reads.isWantedAgain
    ? earliest(settled, at)
    : pace(settled, at, model.stream.is === 'open', hintMs);
  const pollBy = pace(settled, at, false, hintMs);
  return reads(settled, {
    dueBy,
    pollBy,
    isAsked: model.reads.isWantedAgain,
    isWantedAgain: false,
    isRestarting: false,
  });
}

const forGood: readonly FailureCode[] = ['unauthorized', 'bad-input', 'payment-required'];

function readFailed(model: Model, at: number, code: FailureCode, retryAfterMs?: number): Model {
  if (isLastWord(model)) return end(model, presumed(model));
  const isMissing = code === 'not-found';
  const missingCount = isMissing ? model.reads.missingCount + 1 : 0;
  const next = reads(readIsOver(model, at, { retryAfterMs }), { missingCount });
  const { silenceMs, outageMs } = model.policy;
  const isShown = at - (model.stream.heardAt ?? -Infinity) <= silenceMs;
  const failed: Outcome = { status: 'failed', code };
  const unreachable: Outcome = { status: 'failed', code: 'unreachable' };
  const isOut = model.outage.mayMs >= outageMs;
  if (forGood.includes(code)) return isShown ? next : end(next, failed);
  if (isMissing && !model.isSeen) return { ...next, outage: { ...next.outage, mustMs: 0, tailMs: 0 } };
  if (isMissing && missingCount > 1 && !isShown) return end(next, failed, ...(isOut ? [unreachable] : []));
  if (isOut) {
    const must = model.outage.mustMs >= outageMs && !isMissing && model.isOnline;
    return must ? end(next, unreachable) : { ...next, mayHaveEnded: [unreachable] };
  }
  return next;
}

/** What stands of a job's end. */
const outcomeOf = (saying: Saying): Outcome | undefined => {
  if (saying.say === 'succeeded') return { status: 'completed', url: saying.url };
  if (saying.say === 'failed') return { status: 'failed', code: 'job-failed' };
  return saying.say === 'cancelled' ? { status: 'cancelled', stopped: true } : undefined;
};

function readSaid(model: Model, at: number, saying: Saying): Model {
  const outcome = outcomeOf(saying);
  // In a last word success wins; whether another end of the job wins over the presumed one is left open.
  if (outcome)
    return end(model, outcome, ...(isLastWord(model) && saying.say !== 'succeeded' ? [presumed(model)] : []));
  if (saying.say === 'error') return readFailed(model, at, saying.code, saying.retryAfterMs);
  if (isLastWord(model)) return end(model, presumed(model));
  const { progress: known, readAfterMs: hintMs } = saying.say === 'pending' ? saying : {};
  return reads(readIsOver(sign(progress(model, known), at), at, { hintMs }), { missingCount: 0 });
}

function streamSaid(model: Model, at: number, saying: StreamSaying): Model {
  const { is } = model.stream;
  const alive = stream(model, { byteAt: at });
  if (saying.say === 'alive' || saying.say === 'ignored') return alive;
  if (saying.say === 'open') return is === 'open' ? alive : want(stream(alive, { is: 'open' }), at);
  if (saying.say === 'end') return lose(model, at);
  if (saying.say === 'error') return saying.code === 'not-found' ? refuse(model, at) : lose(model, at);
  if (saying.say === 'failed') return lastRead(model, 'verifying', at);
  const outcome = outcomeOf(saying);
  if (outcome) return end(model, outcome);
  const heard = stream(sign(alive, at), { heardAt: at, lossCount: 0 });
  return saying.say === 'pending' ? progress(heard, saying.progress) : want(heard, at);
}

function submitSaid(model: Model, at: number, saying: Saying): Model {
  if (saying.say === 'error') {
    return end(model, model.isCancelWanted ? { status: 'cancelled' } : { status: 'failed', code: saying.code });
  }
  const outcome = outcomeOf(saying);
  if (outcome) return end(model, outcome);
  const accepted = {
    ...progress(model, saying.say === 'pending' ? saying.progress : undefined),
    submit: undefined,
    isSeen: saying.say === 'pending',
    deadlineAt: at + model.policy.deadlineMs,
    outage: { mustMs: 0, mayMs: 0, tailMs: 0, markAt: at },
  };
  if (model.isCancelWanted) return askToStop(accepted);
  const following = { ...accepted, phase: 'following' } as const;
  if (!model.has.events) return want(stream(following, { is: 'refused' }), at);
  const held = reads(following, { isHeld: true, dueBy: at + model.policy.connectTimeoutMs });
  return stream(held, { is: 'wanted', reopenAt: at, reopenBy: at });
}

function askToStop(model: Model): Model {
  const still = { ...stream(model, { is: 'none', call: undefined }), ...quiet, isCancelWanted: true, isAsleep: false };
  return model.has.cancel ? { ...still, phase: 'cancelling' } : end(still, { status: 'cancelled', stopped: false });
}

function cancelSaid(model: Model, at: number, saying: Saying): Model {
  if (saying.say === 'error') return end(model, { status: 'cancelled', stopped: false });
  const outcome = outcomeOf(saying);
  return outcome ? end(model, outcome) : lastRead(model, 'rechecking', at);
}

function commanded(model: Model, at: number, command: 'START' | 'CANCEL' | 'CHECK'): Model {
  if (command === 'START') return model.phase === 'idle' ? { ...model, phase: 'submitting' } : model;
  if (command === 'CANCEL') {
    if (model.phase === 'submitting') return { ...model, isCancelWanted: true };
    return isFollowed(model) ? askToStop(model) : model;
  }
  return model.phase === 'following' && !model.isAsleep && !model.read ? want(model, at) : model;
}

function told(given: Model, at: number, fact: SurroundingsFact): Model {
  const model = {
    ...interrupt(given),
    isOnline: fact === 'online' || fact === 'offline' ? fact === 'online' : given.isOnline,
  };
  if (!isFollowed(model)) return model;
  if (fact === 'offline') {
    // The wait that begins now is longer; one that has begun may be.
    const { dueBy, isAsked, isHeld } = model.reads;
    const longer = earliest(model, at) + offlineMs * jitter;
    return isAsked || isHeld
      ? model
      : reads(model, { dueBy: Math.max(dueBy, longer), pollBy: Math.max(model.reads.pollBy, longer) });
  }
  const isRefused = model.stream.is === 'refused';
  if (fact === 'asleep') {
    const still = reads(model, { dueBy: Infinity, isWantedAgain: false, isHeld: false });
    const silent = isLastWord(model) || isRefused ? still : stream(still, { is: 'lost', call: undefined });
    return { ...stream(silent, { ...unopened }), read: undefined, isAsleep: true };
  }
  const awake = { ...model, isAsleep: false };
  const reopening = model.stream.is === 'lost' ? stream(awake, { reopenAt: at, reopenBy: at }) : awake;
  if (isLastWord(model)) return reads(reopening, { dueBy: at, isRestarting: true });
  if (model.isAsleep && at >= model.deadlineAt) return lastRead(reopening, 'expiring', at);
  // Waking from a sleep reads at once; waking without one keeps the shortest gap.
  const rested = model.isAsleep ? reads(reopening, { settledAt: 0, retryAt: 0 }) : reopening;
  return reads(want({ ...rested, read: undefined }, at), { isRestarting: true });
}

function called(model: Model, at: number, kind: CallKind, call: number): Model {
  const at1 = `at ${at}: ${kind} ${call}`;
  const made = { call, since: at };
  if (kind === 'submit') {
    const isRight = model.phase === 'submitting' && model.submitCount === 0;
    return { ...(isRight ? model : fault(model, `${at1} is not asked for`)), submit: made, submitCount: call + 1 };
  }
  if (kind === 'cancel') {
    const isRight = model.phase === 'cancelling' && model.cancelCount === 0;
    return { ...(isRight ? model : fault(model, `${at1} is not asked for`)), cancel: made, cancelCount: call + 1 };
  }
  if (kind === 'events') {
    const { is, reopenAt } = model.stream;
    const isRight = model.phase === 'following' && !model.isAsleep && (is === 'wanted' || is === 'lost');
    const checked = isRight && at >= reopenAt ? model : fault(model, `${at1} comes while the stream is ${is}`);
    return stream(checked, { is: 'connecting', call, byteAt: at, ...unopened });
  }
  // A page asleep runs no timers; where one does run, it may find the deadline.
  const isLate = model.phase === 'following' && model.isAsleep && at >= model.deadlineAt;
  if (isLate) return called({ ...lastRead(model, 'expiring', at), isAsleep: false }, at, kind, call);
  const next = {
    ...reads(model, { isHeld: false, dueBy: Infinity, isAsked: false, isWantedAgain: false, isRestarting: false }),
    read: made,
    // Whoever reads on has not ended.
    mayHaveEnded: [],
  };
  if (model.phase === 'ended' || model.phase === 'cancelling' || model.submit || model.phase === 'idle')
    return fault(next, `${at1} while ${model.phase}`);
  if (model.isAsleep) return fault(next, `${at1} while asleep`);
  if (isLastWord(model)) return model.reads.isRestarting ? next : fault(next, `${at1} is a second last word`);
  if (model.read) return fault(next, `${at1} while another is in flight`);
  if (at < earliest(model, at))
    return fault(next, `${at1} within settleMs or Retry-After, before ${earliest(model, at)}`);
  return next;
}

function said(model: Model, at: number, kind: CallKind, call: number, saying: StreamSaying): Model {
  if (kind === 'events') return model.stream.call === call ? streamSaid(model, at, saying) : model;
  // The other words are of streams only.
  if (saying.say === 'open' || saying.say === 'alive' || saying.say === 'end' || saying.say === 'ignored') return model;
  if (model[kind]?.call !== call) return model;
  if (kind === 'submit') return submitSaid(model, at, saying);
  return kind === 'cancel' ? cancelSaid(model, at, saying) : readSaid(model, at, saying);
}

/** What time alone does, one thing at a time, each when it is due. */
function wait(model: Model, until: number): Model {
  const { policy, read, submit, cancel } = model;
  const isAwake = model.phase === 'following' && !model.isAsleep;
  const due: readonly (readonly [number, (at: number) => Model])[] = [
    [
      submit ? submit.since + policy.submitTimeoutMs : Infinity,
      () => end(model, model.isCancelWanted ? { status: 'cancelled' } : { status: 'failed', code: 'interrupted' }),
    ],
    [
      cancel ? cancel.since + policy.requestTimeoutMs : Infinity,
      () => end(model, { status: 'cancelled', stopped: false }),
    ],
    [isAwake ? model.deadlineAt : Infinity, at => lastRead(model, 'expiring', at)],
    [read ? read.since + policy.requestTimeoutMs : Infinity, at => readFailed(model, at, 'timeout')],
    [model.stream.is === 'open' ? model.stream.byteAt + policy.silenceMs : Infinity, at => lose(model, at)],
  ];
  const [at, happen] = due.reduce((first, other) => (other[0] < first[0] ? other : first));
  if (at > until) return counted(model, until);
  // What the clock does now is done when it has been counted up to now.
  const before = counted(model, at);
  return before === model ? wait(happen(at), until) : wait(before, until);
}

function counted(model: Model, at: number): Model {
  const { markAt, mustMs, mayMs, tailMs } = model.outage;
  if (markAt >= at) return model;
  const isCounting = model.phase === 'following' && model.isOnline && !model.isAsleep;
  const passed = isCounting ? at - markAt : 0;
  return { ...model, outage: { mustMs: mustMs + passed, mayMs: mayMs + passed, tailMs: tailMs + passed, markAt: at } };
}

/** A stream may be given up a little early, because not every byte is noticed; one that never opens, too. */
function stopped(model: Model, at: number, kind: CallKind, call: number): Model {
  if (kind !== 'events' || model.stream.call !== call) return model;
  return at >= model.stream.byteAt - byteNoticeMs + model.policy.silenceMs ? lose(model, at) : model;
}

/**
 * What a user who knows the rules expects after what happened. Written from the rules alone; where they leave
 * something open, so does this.
 */
export function reduce(given: Model, happening: Happening): Model {
  const { at } = happening;
  const model = wait(given, at);
  if (happening.type === 'command') return commanded(model, at, happening.command);
  if (happening.type === 'told') return told(model, at, happening.fact);
  if (happening.type === 'called') return called(model, at, happening.kind, happening.call);
  if (happening.type === 'stopped') return stopped(model, at, happening.kind, happening.call);
  if (happening.type === 'said') return said(model, at, happening.kind, happening.call, happening.saying);
  return model;
}
