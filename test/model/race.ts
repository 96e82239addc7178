import type { Scheduler } from 'fast-check';
import {
  createGenerationMachine,
  type GenerationAdapter,
  type GenerationPolicy,
  type GenerationView,
  policyFor,
  type ResumeToken,
  toResumeToken,
  viewGeneration,
} from 'generation-lifecycle';
import { type Actor, createActor, type InspectionEvent } from 'xstate';
import { scriptedAdapter } from '../support/scripted-adapter.js';
import { flush, SimulatedWorld } from '../support/simulated-world.js';
import { disagreements, type Observed, settled } from './model-verdict.js';
import { type Input, isJobMessage, type Output, toError, toUpdate } from './race-messages.js';
import { type DefaultRead, describeStep, type Resumed, type Setup, type Step } from './race-steps.js';
import { reduce } from './reference-model.js';
import { modelOf } from './reference-moves.js';
import type { CallKind, Happening, Outcome, StreamMessage } from './reference-types.js';

/** Short, so that a few steps reach each outcome; odd numbers, so that no two timers end at once. */
const short: GenerationPolicy = {
  pollFallbackAfterMs: 9_973,
  streamReadIntervalMs: 14_983,
  streamIdleTimeoutMs: 23_011,
  minReadGapMs: 997,
  pollDelayMs: [1_009, 2_003, 5_003, 9_901],
  readTimeoutMs: 5_009,
  requestTimeoutMs: 11_027,
  submitTimeoutMs: 31_013,
  submitPatienceMs: 40_013,
  submitRetryDelaysMs: [1_019, 3_001],
  cancelPatienceMs: 10_009,
  cancelReadDelaysMs: [500, 1_000, 2_000, 4_000],
  reopenDelaysMs: [1_013, 5_009, 30_011],
  maxOutageMs: 40_009,
  deadlineMs: 100_019,
  queueDeadlineMs: 200_017,
};
const long: GenerationPolicy = {
  ...short,
  pollDelayMs: policyFor('image').pollDelayMs,
  maxOutageMs: 120_011,
  deadlineMs: policyFor('image').deadlineMs + 7,
};

const job = { id: 'job-1' };
const id = 'generation-1';
const key = 'key-1';
const typeOf = (message: { readonly type: string }) => message.type;

/** Changes the behaviour of the library. The race has to detect each. */
export type Tampering = {
  readonly outcomes?: (outcomes: readonly Outcome[]) => readonly Outcome[];
  readonly view?: (view: GenerationView<Output>) => GenerationView<Output>;
  readonly adapter?: (adapter: GenerationAdapter<Input, Output>) => GenerationAdapter<Input, Output>;
  /** Called with each outcome as it is emitted. */
  readonly afterwards?: (adapter: GenerationAdapter<Input, Output>) => void;
  readonly inspect?: (event: InspectionEvent) => void;
};

/**
 * Runs a generation through the steps, and compares it with the model after each of them. Then an hour passes, and all late
 * answers arrive.
 *
 * @throws Error with the first disagreement and the steps before it
 */
export async function race(given: Setup, steps: readonly Step[], scheduler: Scheduler, wrong: Tampering = {}) {
  const policy = given.isLong ? long : short;
  const world = new SimulatedWorld();
  world.chance = given.chance;
  let defaultRead: DefaultRead = given.defaultRead;
  let happened: Happening[] = [];
  const history: (string | Happening)[] = [];
  const live = new Map<AbortSignal, Observed['live'][number]>();
  const outcomes: Outcome[] = [];
  let model = modelOf(policy, given.has, key);
  const now = () => world.clock.now();

  const called = (kind: CallKind, call: number, signal: AbortSignal, passed?: string) => {
    happened.push({ type: 'called', kind, call, passed, at: now() });
    live.set(signal, { kind, call });
    signal.addEventListener('abort', () => {
      live.delete(signal);
      happened.push({ type: 'stopped', kind, call, at: now() });
    });
  };
  const scripted = scriptedAdapter<Input, Output>({
    now,
    ignoresAbort: given.ignoresAbort,
    without: [...(given.has.events ? [] : (['events'] as const)), ...(given.has.cancel ? [] : (['cancel'] as const))],
    script: {
      submit: ({ signal, idempotencyKey }) => called('submit', scripted.submits.length - 1, signal, idempotencyKey),
      cancel: ({ signal }) => called('cancel', scripted.cancels.length - 1, signal),
      events: ({ signal, lastEventId }) => called('events', scripted.streams.length - 1, signal, lastEventId),
      read: ({ signal }) => {
        const call = scripted.reads.length - 1;
        called('read', call, signal);
        const message = defaultRead;
        if (message !== 'hang') answerLater(() => answer('read', call, message));
      },
    },
  });

  /** Set while timers run: what they begin in the same moment comes before any answer to it. */
  let answersDue: (() => void)[] | undefined;
  const answerLater = (act: () => void) => (answersDue ? void answersDue.push(act) : act());
  function runTimers(until: number) {
    const due: (() => void)[] = [];
    answersDue = due;
    world.clock.set(until);
    answersDue = undefined;
    for (const act of due) act();
  }

  const opened = new Set<number>();
  /** Delivers a message to the library. */
  function answer(kind: CallKind, call: number, message: StreamMessage) {
    if (kind === 'events' && message.type !== 'end' && message.type !== 'error') {
      // A stream opens once, before its first message.
      if (!opened.has(call)) {
        opened.add(call);
        if (message.type !== 'open') deliver(kind, call, { type: 'open' });
      } else if (message.type === 'open') return;
    }
    deliver(kind, call, message);
  }

  function deliver(kind: CallKind, call: number, message: StreamMessage) {
    happened.push({ type: 'sent', kind, call, message, at: now() });
    if (kind === 'events') return sendToStream(call, message);
    if (!isJobMessage(message)) return;
    const calls = kind === 'submit' ? scripted.submits : kind === 'read' ? scripted.reads : scripted.cancels;
    if (message.type === 'error') calls[call]?.refuse(toError(message));
    else if (kind === 'submit') scripted.submits[call]?.answer({ job, update: toUpdate(message) });
    else if (kind === 'read') scripted.reads[call]?.answer(toUpdate(message));
    else scripted.cancels[call]?.answer(toUpdate(message));
  }

  function sendToStream(call: number, message: StreamMessage) {
    const stream = scripted.streams[call];
    if (message.type === 'open') stream?.open();
    else if (message.type === 'alive') stream?.alive();
    else if (message.type === 'end') stream?.end();
    else if (message.type === 'error') stream?.fail(toError(message));
    else if (message.type === 'ignored') stream?.push({ kind: 'ignored' });
    else if (message.type === 'id') stream?.id(message.id);
    else if (message.type === 'retry') stream?.retry(message.retryMs);
    else stream?.push(toUpdate(message));
  }

  const adapter = wrong.adapter?.(scripted.adapter) ?? scripted.adapter;
  const machine = createGenerationMachine(adapter, { policy, environment: world.environment });
  let highest = 0;
  const view = () => {
    const shown = viewGeneration(actor.getSnapshot());
    return wrong.view?.(shown) ?? shown;
  };
  /** Opens a page, which may resume from a token. */
  function open(resume?: ResumeToken): Actor<typeof machine> {
    const made = createActor(machine, {
      input: { id, idempotencyKey: key, resume },
      clock: world.clock,
      ...(wrong.inspect && { inspect: wrong.inspect }),
    });
    made.on('completed', ({ output }) => outcomes.push({ status: 'completed', url: output.url }));
    made.on('failed', ({ failure: { code } }) => outcomes.push({ status: 'failed', code }));
    made.on('cancelled', ({ stopped }) => outcomes.push({ status: 'cancelled', stopped }));
    for (const type of ['completed', 'failed', 'cancelled'] as const) made.on(type, () => wrong.afterwards?.(adapter));
    made.subscribe({
      next: () => {
        const { progress = 0 } = view();
        if (progress < highest) model = { ...model, faults: [`the progress falls from ${highest} to ${progress}`] };
        highest = progress;
      },
      error: () => {},
    });
    return made;
  }
  let actor = open();

  /** Lets pending work finish, then compares. */
  async function compare(label: string) {
    await flush();
    history.push(`${now()} ${label}`);
    const newHappenings = happened;
    history.push(...newHappenings);
    happened = [];
    for (const happening of [...newHappenings, { type: 'waited', at: now() } as const])
      model = reduce(model, happening);
    const seen: Observed = {
      at: now(),
      view: view(),
      outcomes: wrong.outcomes?.(outcomes) ?? outcomes,
      live: [...live.values()],
      timerCount: world.clock.timerCount,
      watcherCount: world.listenerCount,
    };
    model = settled(model, seen);
    const problems = [...disagreements(model, seen)];
    if (actor.getSnapshot().status === 'error') problems.push('the actor is in error');
    if (problems.length > 0) throw new Error([...problems, 'after', ...history.map(describeHappening)].join('\n  '));
  }

  async function tick(ms: number) {
    const until = now() + ms;
    while (world.clock.nextDueAt() <= until) {
      runTimers(Math.max(now(), world.clock.nextDueAt()));
      await compare('a timer');
    }
    runTimers(until);
    await compare(`${ms} ms later`);
  }

  const waiting = new Map<string, StreamMessage[]>();
  /** Schedules a message. Messages of one stream arrive in order, all others in any order. */
  function send(kind: CallKind, call: number, message: StreamMessage) {
    const channel = `${kind} ${call}`;
    const queue = waiting.get(channel) ?? [];
    waiting.set(channel, [...queue, message]);
    const arrival = scheduler.schedule(Promise.resolve(), `${channel} ${typeOf(message)}`);
    void arrival.then(() => {
      const [first, ...rest] = waiting.get(channel) ?? [];
      waiting.set(channel, rest);
      if (first) answer(kind, call, first);
    });
  }

  let isAsleep = false;
  async function take(step: Step) {
    if (step.do === 'tick') return tick(step.ms);
    if (step.do === 'defaultRead') defaultRead = step.defaultRead;
    else if (step.do === 'arrive') {
      if (scheduler.count() > 0) await scheduler.waitNext(1);
    } else if (step.do === 'send') {
      const calls = {
        submit: scripted.submits,
        read: scripted.reads,
        cancel: scripted.cancels,
        events: scripted.streams,
      };
      const call = calls[step.kind].length - 1 - step.back;
      if (call >= 0) send(step.kind, call, step.message);
    } else if (step.do === 'command') {
      // XState drops events of an ended actor with a warning.
      if (actor.getSnapshot().status !== 'active') return;
      happened.push({ type: 'command', command: step.command, at: now() });
      actor.send(
        step.command === 'GENERATE' ? { type: 'GENERATE', input: { prompt: 'a lighthouse' } } : { type: step.command },
      );
    } else if (step.do === 'jump') {
      world.skip(step.ms);
      happened.push({ type: 'jumped', ms: step.ms, at: now() });
      // A page that did not notice the sleep wakes now; a sleeping page wakes later.
      if (!isAsleep) return take({ do: 'page', event: 'woke' });
    } else if (step.do === 'reload') {
      if (actor.getSnapshot().status !== 'active') return;
      // A page does not store where a step on a server begins.
      const { step: _, ...token }: ResumeToken = JSON.parse(JSON.stringify(toResumeToken(actor.getSnapshot())));
      actor.stop();
      return begin(token);
    } else {
      // A sleeping page receives only `woke`. A page that submits does not fall asleep before the response.
      const isPossible =
        step.event === 'woke' || (!isAsleep && (step.event !== 'asleep' || model.deadlineAt < Infinity));
      if (!isPossible) return;
      isAsleep = step.event === 'asleep';
      happened.push({ type: 'page', event: step.event, at: now() });
      await world.emit(step.event);
    }
    return compare(describeStep(step));
  }

  /** Opens another page, which resumes from a token. */
  async function begin(resume: ResumeToken) {
    isAsleep = false;
    happened.push({ type: 'reloaded', at: now() });
    actor = open(resume);
    actor.start();
    await compare('another page');
  }

  /** The token of an earlier page. */
  function tokenOf({ isKnown, progress, lastEventId, deadlineInMs, isCancelRequested }: Resumed): ResumeToken {
    const deadlineAt = deadlineInMs === undefined ? undefined : world.environment.now() + deadlineInMs;
    model = { ...model, isKnown, progress, lastEventId, lateFrom: deadlineInMs ?? Infinity, isCancelRequested };
    const token = { version: 1, id, idempotencyKey: key, progress, lastEventId, deadlineAt } as const;
    return { ...token, job: isKnown ? job : undefined, cancelRequested: isCancelRequested };
  }

  try {
    if (typeof given.start === 'object') await begin(tokenOf(given.start));
    else actor.start();
    if (given.start === 'accepted') {
      await take({ do: 'command', command: 'GENERATE' });
      answer('submit', 0, { type: 'pending' });
      await compare('the submit is accepted');
    }
    for (const step of steps) await take(step);
    await tick(3_600_000);
    while (scheduler.count() > 0) await take({ do: 'arrive' });
    if (model.phase !== 'ended' && model.phase !== 'idle' && !isAsleep) {
      throw new Error(['there is no outcome after an hour', 'after', ...history.map(describeHappening)].join('\n  '));
    }
    return { model, callCount: scripted.calls().length, history };
  } finally {
    actor.stop();
  }
}

const describeHappening = (happened: string | Happening): string =>
  typeof happened === 'string'
    ? happened
    : `  ${Object.values(happened)
        .map(value => (typeof value === 'object' ? JSON.stringify(value) : value))
        .join(' ')}`;
