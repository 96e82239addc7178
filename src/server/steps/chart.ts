import { initialTransition, type SnapshotFrom, transition } from 'xstate';
import { toEffect } from '../../machines/effects.js';
import type { Environment } from '../../machines/environment.js';
import { generationEvents } from '../../machines/generation/generation.events.js';
import { createGenerationMachine, type GenerationMachine } from '../../machines/generation/generation.machine.js';
import type { GenerationPolicy } from '../../machines/generation/generation.policy.js';
import type { GenerationAdapter } from '../../machines/generation/generation.port.js';
import { generationRequests } from '../../machines/generation/generation.requests.js';
import type { GenerationActorInput, GenerationEvent, ResumeToken } from '../../machines/generation/generation.types.js';
import type { DurationHistory } from '../../machines/reads/duration-history.js';

export type ChartSnapshot = SnapshotFrom<GenerationMachine<unknown, unknown>>;
export type ChartEvent = GenerationEvent<unknown, unknown>;

/** The children that make one request. A stream is one of them only if it is the job: any other step ends. */
export type RequestName = keyof ReturnType<typeof generationRequests> | typeof streamName;

export const streamName = 'sse';

/** A request that the chart waits for. Each time it is asked for, it is another one. */
export type ChartRequest = { readonly input: unknown };

/** Where the chart of one job stands: its snapshot, the delays that are armed, and the requests that it waits for. */
export type Stance = {
  readonly snapshot: ChartSnapshot;
  /** When each delay fires, by its name, in ms since the epoch. */
  readonly delays: ReadonlyMap<string, number>;
  readonly requests: ReadonlyMap<RequestName, ChartRequest>;
};

/** Which form of the chart a position is of. Add 1 when the context changes its form; states and delays are seen by themselves. */
const contextForm = 1;

/**
 * A step makes the estimate anew with each answer. To wake a job for that alone would cost more steps than its reads: a page lets an estimate go by itself
 * once its moment has passed.
 */
const estimateTimer = 'xstate.after.estimateDelay.';

/** Where the vendor posts what becomes of a job, by its id, which is the key of its submit. */
type ToWebhookUrl = (id: string) => Promise<string>;

/** An adapter without a stream, which no step can hold, unless it is the job. Methods are called on the adapter, whose own they may need. */
const forSteps = (
  adapter: GenerationAdapter<unknown, unknown>,
  toWebhookUrl: ToWebhookUrl | undefined,
): GenerationAdapter<unknown, unknown> => ({
  submit: async (input, call) => {
    const webhookUrl = await toWebhookUrl?.(call.idempotencyKey);
    return adapter.submit(input, { ...call, ...(webhookUrl !== undefined && { webhookUrl }) });
  },
  read: (job, call) => adapter.read(job, call),
  ...(adapter.stream?.isJob && {
    stream: adapter.stream,
    events: (job, call) => adapter.events?.(job, call) ?? nothing(),
  }),
  ...(adapter.cancel && { cancel: async (job, call) => adapter.cancel?.(job, call) }),
  ...(adapter.find && { find: async (key, call) => adapter.find?.(key, call) }),
  ...(adapter.cancelByKey && { cancelByKey: async (key, call) => adapter.cancelByKey?.(key, call) }),
  idempotentSubmit: adapter.idempotentSubmit,
  idempotencyWindowMs: adapter.idempotencyWindowMs,
});

async function* nothing(): AsyncGenerator<never, void, undefined> {}

/** The chart of one backend's jobs, by pure transitions: what it does is data, and somebody else does it. */
export function createChart(
  given: GenerationAdapter<unknown, unknown>,
  policy: GenerationPolicy,
  toWebhookUrl?: ToWebhookUrl,
) {
  const adapter = forSteps(given, toWebhookUrl);
  const isStreamJob = adapter.stream?.isJob === true;
  const clock = { now: 0 };
  const environment: Environment = {
    now: () => clock.now,
    random: Math.random,
    isOnline: () => true,
    subscribe: () => () => undefined,
  };
  const machine = createGenerationMachine(adapter, { policy, environment });
  const requests = {
    ...generationRequests(adapter),
    // The clock of the chart stands still between two events of it.
    ...(isStreamJob && { [streamName]: generationEvents(adapter, { now: Date.now }) }),
  };
  const isRequest = (child: string): child is RequestName => child in requests;

  type Actions = Parameters<typeof toEffect>[0][];

  function after(before: Pick<Stance, 'delays' | 'requests'>, snapshot: ChartSnapshot, actions: Actions): Stance {
    const delays = new Map(before.delays);
    const waiting = new Map(before.requests);
    for (const effect of actions.map(toEffect)) {
      if (effect.type === 'arm' && effect.delay.startsWith(estimateTimer)) continue;
      if (effect.type === 'arm') delays.set(effect.delay, clock.now + effect.ms);
      else if (effect.type === 'disarm') delays.delete(effect.delay);
      else if (effect.type === 'spawn' && isRequest(effect.child)) waiting.set(effect.child, { input: effect.input });
      else if (effect.type === 'stop' && isRequest(effect.child)) waiting.delete(effect.child);
    }
    return { snapshot, delays, requests: waiting };
  }

  const nothing = { delays: new Map(), requests: new Map() };
  const begin = (input: GenerationActorInput, now: number): Stance => {
    clock.now = now;
    const [snapshot, actions] = initialTransition(machine, input);
    return after(nothing, snapshot, actions);
  };

  function send(stance: Stance, event: ChartEvent | { readonly type: string }, now: number): Stance {
    clock.now = now;
    const [snapshot, actions] = transition(machine, stance.snapshot, event as ChartEvent);
    return after(stance, snapshot, actions);
  }

  /** The delay that fires next. */
  const nextOf = ({ delays }: Stance): readonly [name: string, at: number] | undefined =>
    [...delays].sort(([, one], [, other]) => one - other)[0];

  function fire(stance: Stance, name: string, now: number): Stance {
    const delays = new Map(stance.delays);
    delays.delete(name);
    return send({ ...stance, delays }, { type: name }, now);
  }

  return {
    policy,
    requests,
    /** Each job is its stream, which one process holds to its end. */
    isStreamJob,
    /** Of a position that this chart can go on from. */
    form: `${contextForm}.${toForm(machine)}`,
    start: (id: string, now: number, earlier: DurationHistory | undefined): Stance =>
      begin({ id, idempotencyKey: id, history: earlier }, now),
    resume: (token: ResumeToken, now: number, earlier: DurationHistory | undefined): Stance =>
      begin({ id: token.id, resume: token, history: earlier }, now),
    resolve: (state: Parameters<typeof machine.resolveState>[0]): ChartSnapshot => machine.resolveState(state),
    send,
    nextOf,

    /** Fires the delays whose time has come, in their order. */
    fireDue(stance: Stance, now: number): Stance {
      let current = stance;
      for (let next = nextOf(current); next && next[1] <= now; next = nextOf(current)) {
        current = fire(current, next[0], now);
        if (current.snapshot.status !== 'active') break;
      }
      return current;
    },

    /** Fires delays ahead of their time that change the state only, so that the next one that is left is that of a request. */
    skipAhead(stance: Stance): Stance {
      let current = stance;
      for (let next = nextOf(current); next && current.requests.size === 0; next = nextOf(current)) {
        const ahead = fire(current, next[0], next[1]);
        const isQuiet = ahead.requests.size === 0 && ahead.snapshot.context === current.snapshot.context;
        if (!isQuiet || ahead.snapshot.status !== 'active') break;
        current = ahead;
      }
      return current;
    },
  };
}

export type Chart = ReturnType<typeof createChart>;

type Node = {
  readonly id: string;
  readonly after: readonly { readonly delay: unknown }[];
  readonly states: Readonly<Record<string, Node>>;
};

/** The states and delays of a chart as one short text. */
function toForm({ root }: { readonly root: Node }): string {
  const namesOf = ({ id, after, states }: Node): string =>
    [id, ...after.map(({ delay }) => String(delay)), ...Object.values(states).map(namesOf)].join();
  let hash = 0x811c9dc5;
  // FNV-1a: it only has to differ.
  for (const letter of namesOf(root)) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0).toString(16);
}
