import type { AnyStateMachine, EventFrom, EventObject, InputFrom, SnapshotFrom } from 'xstate';
import type { Answer, Ask } from './every-answer.js';

/** What a transition asks its actor to do, as data. Nothing of it is ever done. */
export type Effect =
  | { readonly type: 'spawn'; readonly child: string; readonly input: unknown }
  | { readonly type: 'stop'; readonly child: string }
  | { readonly type: 'arm'; readonly delay: string; readonly event: EventObject; readonly ms: number }
  | { readonly type: 'disarm'; readonly delay: string }
  | { readonly type: 'emit'; readonly event: EventObject }
  | { readonly type: 'act'; readonly name: string };

/** A delay that runs, and the event it brings when it fires. */
export type ArmedDelay = { readonly id: string; readonly event: EventObject };

/** Where the machine is, with what its effects so far have left alive. */
export type Situation<TMachine extends AnyStateMachine> = {
  readonly snapshot: SnapshotFrom<TMachine>;
  /** The ids of the children that run, sorted; one that was spawned twice stands twice. */
  readonly children: readonly string[];
  /** Sorted by id. */
  readonly delays: readonly ArmedDelay[];
};

/** One transition, as monitors see it. */
export type Step<TMachine extends AnyStateMachine> = {
  /** Absent for the step into a start. */
  readonly event: EventObject | undefined;
  /** The event is an armed delay that fired, and not only its name. */
  readonly isArmed: boolean;
  /** Absent for the step into a start. */
  readonly before: Situation<TMachine> | undefined;
  readonly after: Situation<TMachine>;
  readonly effects: readonly Effect[];
  /** What guards were told of that which the state does not hold, in order. */
  readonly answers: readonly Answer[];
};

/** A fact that must not be. Made by `broken`. */
export type Broken = { readonly isBroken: true; readonly why: string };

/** An explored state: a situation together with what the monitors remember in it. */
export type ExploredState<TMachine extends AnyStateMachine> = Situation<TMachine> & {
  /** By the names of the monitors. */
  readonly memories: { readonly [monitor: string]: unknown };
  readonly edges: readonly ExploredEdge[];
};

/** What leads from one state to another. */
export type ExploredEdge = {
  readonly event: EventObject;
  /** The event is an armed delay that fired. */
  readonly isArmed: boolean;
  /** Index of the state it leads to. */
  readonly to: number;
};

/** The whole state space, once it is known. */
export type ExploredGraph<TMachine extends AnyStateMachine> = readonly ExploredState<TMachine>[];

/**
 * A rule about every run of a machine, as an automaton: it remembers as little as it needs, sees every step, and says
 * what is broken.
 *
 * @example
 * const paysOnce: Monitor<typeof machine, number> = {
 *   name: 'pays once',
 *   initial: 0,
 *   watch(paid, { effects }) {
 *     const count = paid + effects.filter(effect => effect.type === 'spawn' && effect.child === 'pay').length;
 *     return count > 1 ? broken('paid twice') : count;
 *   },
 * };
 */
export type Monitor<TMachine extends AnyStateMachine, TMemory = unknown> = {
  readonly name: string;
  /** What it remembers at first. JSON; it is part of the state, so a memory that grows never closes. */
  readonly initial: TMemory;
  /** Judges one step: what to remember from now on, or what is broken. */
  watch(memory: TMemory, step: Step<TMachine>): TMemory | Broken;
  /** Judges the whole graph, once nothing new is found: a state in which something is broken, or nothing. */
  review?(graph: ExploredGraph<TMachine>): { readonly state: number; readonly why: string } | undefined;
};

/**
 * What of the context is not part of the state, by path (`'reads.count'`).
 *
 * A list forgets the value: it names one value of each kind that a guard may tell apart. A guard that reads it is
 * tried with each of them. So is every action, and monitors see each of these steps; for what is kept, it must make no
 * difference.
 * A list that does not name `undefined` leaves a value that is not there as it is.
 *
 * A function keeps what it returns: `count => Math.min(count, 2)`.
 */
export type Abstraction = { readonly [path: string]: readonly unknown[] | ((value: unknown) => unknown) };

/** One way a machine begins. */
export type Start<TMachine extends AnyStateMachine> = {
  /** Stands at the head of a trace. */
  readonly name: string;
  readonly input?: InputFrom<TMachine> | undefined;
};

/** What to explore, and against what. */
export type ExploreOptions<TMachine extends AnyStateMachine> = {
  /** @defaultValue one start without input */
  readonly starts?: readonly Start<TMachine>[] | undefined;
  /**
   * What may arrive: always the same, or depending on the situation. Armed delays fire by themselves and need not be
   * listed; one that is listed may fire unarmed, too.
   */
  readonly events:
    | readonly (EventFrom<TMachine> | EventObject)[]
    | ((situation: Situation<TMachine>) => readonly (EventFrom<TMachine> | EventObject)[]);
  /** Always the same, or depending on the snapshot: what matters here may not matter there. @defaultValue nothing is forgotten */
  readonly abstract?: Abstraction | ((snapshot: SnapshotFrom<TMachine>) => Abstraction) | undefined;
  /** @defaultValue none: only that the machine never throws and never stops in error */
  readonly monitors?: readonly Monitor<TMachine>[] | undefined;
  /**
   * Gets the exploration's `ask`, for what the machine asks of the world besides its context: a clock, the network.
   * Asked in a guard, every kind of answer is tried; elsewhere it must make no difference to what is kept.
   */
  readonly connect?: ((ask: Ask) => void) | undefined;
  /** Everything a guard may read: `context.…`, `event.…`, and the questions of `ask`. @defaultValue anything */
  readonly guardsMayRead?: readonly string[] | undefined;
  /** How many states there may be at most. @defaultValue 20_000 */
  readonly limit?: number | undefined;
};

/** A finished exploration, in which nothing was broken. */
export type Exploration = {
  /** States of the product of machine, children, delays and monitors. */
  readonly states: number;
  /** Different transitions between them. */
  readonly edges: number;
  /** States in which the machine is done. */
  readonly ends: number;
  /** How many transitions were run: a guard's question is tried with each answer. */
  readonly runs: number;
  /** What guards have read, sorted: `context.…`, `event.…`. */
  readonly guardReads: readonly string[];
  /** What delays have read, sorted. Their lengths are not part of the state: an armed delay may fire at any time. */
  readonly delayReads: readonly string[];
};
