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
import { disagreements, type Seen, settled } from './model-verdict.js';
import { type Input, isSaying, type Output, toError, toUpdate } from './race-sayings.js';
import { type Habit, type Resumed, readable, type Setup, type Step } from './race-steps.js';
import { reduce } from './reference-model.js';
import { modelOf } from './reference-moves.js';
import type { CallKind, Happening, Outcome, StreamSaying } from './reference-types.js';

/** Short enough that a few steps reach each end, and odd, so that no two times fall together. */
const short: GenerationPolicy = {
  pollFallbackAfterMs: 9_973,
  streamReadIntervalMs: 14_983,
  streamIdleTimeoutMs: 23_011,
  minReadGapMs: 997,
  pollDelayMs: [1_009, 2_003, 5_003, 9_901],
  requestTimeoutMs: 11_003,
  submitTimeoutMs: 31_013,
  reopenDelaysMs: [1_013, 5_009, 30_011],
  maxOutageMs: 40_009,
  deadlineMs: 100_019,
};
const long: GenerationPolicy = { ...short, maxOutageMs: 120_011, deadlineMs: policyFor('image').deadlineMs + 7 };

const job = { id: 'job-1' };
const id = 'generation-1';
const key = 'key-1';
const word = (saying: { readonly say: string }) => saying.say;

/** What a wrong library would do; the proof of the model is that it is seen. */
export type Tampering = {
  readonly outcomes?: (outcomes: readonly Outcome[]) => readonly Outcome[];
  readonly view?: (view: GenerationView<Output>) => GenerationView<Output>;
  readonly adapter?: (adapter: GenerationAdapter<Input, Output>) => GenerationAdapter<Input, Output>;
  /** Called with each outcome as it is emitted. */
  readonly afterwards?: (adapter: GenerationAdapter<Input, Output>) => void;
  /** Watches, and changes nothing. */
  readonly inspect?: (event: InspectionEvent) => void;
};

/**
 * Runs a generation through the steps, compares it with the model after each thing that happens, then lets an hour
 * pass and everything late arrive.
 *
 * @throws Error naming the first disagreement, with what happened before it
 */
export async function race(given: Setup, steps: readonly Step[], scheduler: Scheduler, wrong: Tampering = {}) {
  const policy = given.isLong ? long : short;
  const world = new SimulatedWorld();
  world.chance = given.chance;
  let habit: Habit = given.habit;
  let happened: Happening[] = [];
  const history: (string | Happening)[] = [];
  const live = new Map<AbortSignal, Seen['live'][number]>();
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
        if (habit !== 'hang') answer('read', call, habit);
      },
    },
  });

  const opened = new Set<number>();
  /** Hands a word over to the library. */
  function answer(kind: CallKind, call: number, saying: StreamSaying) {
    if (kind === 'events' && saying.say !== 'end' && saying.say !== 'error') {
      // A stream opens once, and says nothing before it.
      if (!opened.has(call)) {
        opened.add(call);
        if (saying.say !== 'open') hear(kind, call, { say: 'open' });
      } else if (saying.say === 'open') return;
    }
    hear(kind, call, saying);
  }

  function hear(kind: CallKind, call: number, saying: StreamSaying) {
    happened.push({ type: 'said', kind, call, saying, at: now() });
    if (kind === 'events') return speak(call, saying);
    if (!isSaying(saying)) return;
    const calls = kind === 'submit' ? scripted.submits : kind === 'read' ? scripted.reads : scripted.cancels;
    if (saying.say === 'error') calls[call]?.refuse(toError(saying));
    else if (kind === 'submit') scripted.submits[call]?.answer({ job, update: toUpdate(saying) });
    else if (kind === 'read') scripted.reads[call]?.answer(toUpdate(saying));
    else scripted.cancels[call]?.answer(toUpdate(saying));
  }

  function speak(call: number, saying: StreamSaying) {
    const stream = scripted.streams[call];
    if (saying.say === 'open') stream?.open();
    else if (saying.say === 'alive') stream?.alive();
    else if (saying.say === 'end') stream?.end();
    else if (saying.say === 'error') stream?.fail(toError(saying));
    else if (saying.say === 'ignored') stream?.push({ kind: 'ignored' });
    else if (saying.say === 'id') stream?.id(saying.id);
    else if (saying.say === 'retry') stream?.retry(saying.retryMs);
    else stream?.push(toUpdate(saying));
  }

  const adapter = wrong.adapter?.(scripted.adapter) ?? scripted.adapter;
  const machine = createGenerationMachine(adapter, { policy, environment: world.environment });
  let highest = 0;
  const view = () => {
    const shown = viewGeneration(actor.getSnapshot());
    return wrong.view?.(shown) ?? shown;
  };
  /** A page, which may go on from the token of the one before. */
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

  /** Lets what was begun go on, and compares. */
  async function compare(label: string) {
    await flush();
    history.push(`${now()} ${label}`);
    const news = happened;
    history.push(...news);
    happened = [];
    for (const happening of [...news, { type: 'waited', at: now() } as const]) model = reduce(model, happening);
    const seen: Seen = {
      at: now(),
      view: view(),
      outcomes: wrong.outcomes?.(outcomes) ?? outcomes,
      live: [...live.values()],
      timerCount: world.clock.timerCount,
      watcherCount: world.listenerCount,
    };
    model = settled(model, seen);
    const told = [...disagreements(model, seen)];
    if (actor.getSnapshot().status === 'error') told.push('the actor is in error');
    if (told.length > 0) throw new Error([...told, 'after', ...history.map(named)].join('\n  '));
  }

  async function tick(ms: number) {
    const until = now() + ms;
    while (world.clock.nextDueAt() <= until) {
      world.clock.set(Math.max(now(), world.clock.nextDueAt()));
      await compare('a timer');
    }
    world.clock.set(until);
    await compare(`${ms} ms later`);
  }

  const waiting = new Map<string, StreamSaying[]>();
  /** Sends an answer on its way. The chunks of one stream arrive in their order; all else in any. */
  function send(kind: CallKind, call: number, saying: StreamSaying) {
    const way = `${kind} ${call}`;
    const queue = waiting.get(way) ?? [];
    waiting.set(way, [...queue, saying]);
    const arrival = scheduler.schedule(Promise.resolve(), `${way} ${word(saying)}`);
    void arrival.then(() => {
      const [first, ...rest] = waiting.get(way) ?? [];
      waiting.set(way, rest);
      if (first) answer(kind, call, first);
    });
  }

  let isAsleep = false;
  async function take(step: Step) {
    if (step.do === 'tick') return tick(step.ms);
    if (step.do === 'habit') habit = step.habit;
    else if (step.do === 'arrive') {
      if (scheduler.count() > 0) await scheduler.waitNext(1);
    } else if (step.do === 'say') {
      const calls = {
        submit: scripted.submits,
        read: scripted.reads,
        cancel: scripted.cancels,
        events: scripted.streams,
      };
      const call = calls[step.kind].length - 1 - step.back;
      if (call >= 0) send(step.kind, call, step.saying);
    } else if (step.do === 'command') {
      // XState itself drops what is sent to an ended actor, with a warning.
      if (actor.getSnapshot().status !== 'active') return;
      happened.push({ type: 'command', command: step.command, at: now() });
      actor.send(
        step.command === 'GENERATE' ? { type: 'GENERATE', input: { prompt: 'a lighthouse' } } : { type: step.command },
      );
    } else if (step.do === 'jump') {
      world.skip(step.ms);
      happened.push({ type: 'jumped', ms: step.ms, at: now() });
      // Whoever has slept unawares is woken; whoever sleeps is not, yet.
      if (!isAsleep) return take({ do: 'tell', fact: 'woke' });
    } else if (step.do === 'reload') {
      if (actor.getSnapshot().status !== 'active') return;
      const token: ResumeToken = JSON.parse(JSON.stringify(toResumeToken(actor.getSnapshot())));
      actor.stop();
      return begin(token);
    } else {
      // A page asleep learns nothing but that it wakes; one that submits runs to its answer.
      const isPossible = step.fact === 'woke' || (!isAsleep && (step.fact !== 'asleep' || model.deadlineAt < Infinity));
      if (!isPossible) return;
      isAsleep = step.fact === 'asleep';
      happened.push({ type: 'told', fact: step.fact, at: now() });
      await world.tell(step.fact);
    }
    return compare(readable(step));
  }

  /** A page that goes on, or begins where a token says. */
  async function begin(resume: ResumeToken) {
    isAsleep = false;
    happened.push({ type: 'reloaded', at: now() });
    actor = open(resume);
    actor.start();
    await compare('another page');
  }

  /** What an earlier page has written down. */
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
      answer('submit', 0, { say: 'pending' });
      await compare('the submit is accepted');
    }
    for (const step of steps) await take(step);
    await tick(3_600_000);
    while (scheduler.count() > 0) await take({ do: 'arrive' });
    if (model.phase !== 'ended' && model.phase !== 'idle' && !isAsleep) {
      throw new Error(['nothing has come of it in an hour', 'after', ...history.map(named)].join('\n  '));
    }
    return { model, callCount: scripted.calls().length, history };
  } finally {
    actor.stop();
  }
}

const named = (happened: string | Happening): string =>
  typeof happened === 'string'
    ? happened
    : `  ${Object.values(happened)
        .map(value => (typeof value === 'object' ? JSON.stringify(value) : value))
        .join(' ')}`;
