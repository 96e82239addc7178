import type { ChartTransition } from './chart.types.js';

/** A transition that was taken. */
export type ChartStep = ChartTransition & {
  /** The type of the event that caused it, for `always` transitions too. */
  readonly event: string;
  /** As `Date.now()`. All steps from one event have the same time. */
  readonly at: number;
  /** How often it was taken. Repeated steps without a state change count as one. */
  readonly times: number;
};

/** A running child. */
export type ChartChild = {
  readonly id: string;
  /** Distinguishes two children with the same id. */
  readonly sessionId: string;
  /** As `Date.now()`. */
  readonly since: number;
};

/** A running delay. */
export type ChartDelay = {
  readonly name: string;
  /** The path of the state with the delay. */
  readonly state: string;
  /** As `Date.now()`. */
  readonly startedAt: number;
  /** As `Date.now()`. The remaining time is `endsAt - Date.now()`, in ms. */
  readonly endsAt: number;
};

/** What one actor is doing: names and times. */
export type ChartActivity = {
  readonly sessionId: string;
  /** The machine's id, as in its `Chart`. */
  readonly machineId: string;
  /** When this last changed, as `Date.now()`. */
  readonly at: number;
  readonly status: 'active' | 'done' | 'error' | 'stopped';
  /** The paths of the active states, parents first. */
  readonly active: readonly string[];
  /** The latest steps, newest last. */
  readonly steps: readonly ChartStep[];
  readonly children: readonly ChartChild[];
  readonly delays: readonly ChartDelay[];
};
