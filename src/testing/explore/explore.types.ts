import type { AnyStateMachine, EventFrom, EventObject, InputFrom, SnapshotFrom } from 'xstate';
import type { TransitionEffect } from '../../machines/effects.js';
import type { Choose, ExplorationChoice } from './every-choice.js';

/** An action of a transition, as data. The exploration executes none. */
export type ExploredEffect = TransitionEffect;

/** A running delay, and the event that it sends when it fires. */
export type ArmedDelay = { readonly id: string; readonly event: EventObject };

/** A snapshot of the machine, with the children and delays that are active in it. */
export type ExploredSituation<TMachine extends AnyStateMachine> = {
  readonly snapshot: SnapshotFrom<TMachine>;
  /** The ids of the running children, sorted. A child that was spawned twice is listed twice. */
  readonly children: readonly string[];
  /** Sorted by id. */
  readonly delays: readonly ArmedDelay[];
};

/** One transition, as monitors see it. */
export type ExploredStep<TMachine extends AnyStateMachine> = {
  /** `undefined` for the step into a start. */
  readonly event: EventObject | undefined;
  /** The event was sent by an armed delay that fired. */
  readonly isFired: boolean;
  /** `undefined` for the step into a start. */
  readonly before: ExploredSituation<TMachine> | undefined;
  readonly after: ExploredSituation<TMachine>;
  readonly effects: readonly ExploredEffect[];
  /** The values chosen for guards, in order, because the state does not contain them. */
  readonly choices: readonly ExplorationChoice[];
};

/** What a monitor returns for a step that violates its rule. Made by `violation`. */
export type RuleViolation = { readonly isViolation: true; readonly reason: string };

/** A situation together with what the monitors remember in it. */
export type ExploredState<TMachine extends AnyStateMachine> = ExploredSituation<TMachine> & {
  /** By monitor name. */
  readonly memories: { readonly [monitor: string]: unknown };
  readonly edges: readonly ExploredEdge[];
};

/** A transition from one explored state to another. */
export type ExploredEdge = {
  readonly event: EventObject;
  /** The event was sent by an armed delay that fired. */
  readonly isFired: boolean;
  /** Index of its target state. */
  readonly to: number;
};

/** All explored states. */
export type ExploredGraph<TMachine extends AnyStateMachine> = readonly ExploredState<TMachine>[];

/**
 * A rule about every run of a machine, as an automaton: it sees every step, remembers what it needs, and reports a
 * violation.
 *
 * @example
 * const paysOnce: Monitor<typeof machine, number> = {
 *   name: 'pays once',
 *   initial: 0,
 *   check(paid, { effects }) {
 *     const count = paid + effects.filter(effect => effect.type === 'spawn' && effect.child === 'pay').length;
 *     return count > 1 ? violation('paid twice') : count;
 *   },
 * };
 */
export type Monitor<TMachine extends AnyStateMachine, TMemory = unknown> = {
  readonly name: string;
  /** Its memory at a start, as JSON. It is part of the state: if it keeps growing, the exploration does not end. */
  readonly initial: TMemory;
  /** Checks one step. Returns the next memory, or a violation. */
  check(memory: TMemory, step: ExploredStep<TMachine>): TMemory | RuleViolation;
  /** Checks the whole graph at the end. Returns a state that violates the rule, or `undefined`. */
  checkGraph?(graph: ExploredGraph<TMachine>): { readonly state: number; readonly reason: string } | undefined;
};

/**
 * Which parts of the context to leave out of the state, by path (`'reads.count'`).
 *
 * A list leaves the value out. List one value of each kind that a guard may distinguish. Guards that read the path are
 * tried with each of them. Actions run with each of them, too, and monitors see each of these steps: what is kept must
 * be the same for all. A list without `undefined` leaves a missing value missing.
 *
 * A function keeps what it returns: `count => Math.min(count, 2)`.
 */
export type ContextAbstraction = { readonly [path: string]: readonly unknown[] | ((value: unknown) => unknown) };

/** One way to start the machine. */
export type ExplorationStart<TMachine extends AnyStateMachine> = {
  /** The first line of a trace. */
  readonly name: string;
  readonly input?: InputFrom<TMachine> | undefined;
};

/** What `explore` explores, and which rules it checks. */
export type ExploreOptions<TMachine extends AnyStateMachine> = {
  /** @defaultValue one start without input */
  readonly starts?: readonly ExplorationStart<TMachine>[] | undefined;
  /**
   * The events that may arrive: a list, or a function of the situation. Armed delays fire without being listed. A
   * listed delay event may also arrive while the delay is not armed.
   */
  readonly events:
    | readonly (EventFrom<TMachine> | EventObject)[]
    | ((situation: ExploredSituation<TMachine>) => readonly (EventFrom<TMachine> | EventObject)[]);
  /**
   * For every state, or by snapshot, because a value may matter in only some states. @defaultValue nothing is left out
   */
  readonly abstract?: ContextAbstraction | ((snapshot: SnapshotFrom<TMachine>) => ContextAbstraction) | undefined;
  /** @defaultValue none: then only errors of the machine are found */
  readonly monitors?: readonly Monitor<TMachine>[] | undefined;
  /**
   * Called once with `choose`, for what the machine reads besides its context and event, such as a clock:
   * `choose('isOnline', [true, false])`. In a guard it returns each of the values in turn. Elsewhere, what is kept must
   * be the same for all of them.
   */
  readonly connect?: ((choose: Choose) => void) | undefined;
  /**
   * Everything that a guard may read: `context.…`, `event.…`, and the names passed to `choose`. @defaultValue anything
   */
  readonly guardsMayRead?: readonly string[] | undefined;
  /** Maximum number of states. Beyond it, `explore` throws. @defaultValue 20_000 */
  readonly limit?: number | undefined;
};

/** The figures of an exploration without a violation. */
export type Exploration = {
  /** Number of different combinations of machine state, children, delays and monitor memories. */
  readonly states: number;
  /** Number of different transitions between them. */
  readonly edges: number;
  /** Number of states in which the machine is done. */
  readonly ends: number;
  /** Number of transitions run. One edge takes several if a value is chosen or left out. */
  readonly runs: number;
  /** What guards have read, sorted: `context.…`, `event.…`. */
  readonly guardReads: readonly string[];
  /** What delays have read, sorted. Their lengths are not part of the state: an armed delay may fire at any time. */
  readonly delayReads: readonly string[];
};
