import type { ChartTransition } from './chart.types.js';

/** A transition that was taken. */
export type ChartStep = ChartTransition & {
  /** The type of the event that led to it, also where it needs none itself. */
  readonly event: string;
  /** As `Date.now()`. All steps that one event leads to have the same. */
  readonly at: number;
  /** How often, where it changes no state and nothing else has happened in between. */
  readonly times: number;
};

/** A child that lives. */
export type ChartChild = {
  readonly id: string;
  /** Another one of the same id has another session. */
  readonly sessionId: string;
  /** As `Date.now()`. */
  readonly since: number;
};

/** A delay that is running. */
export type ChartDelay = {
  readonly name: string;
  /** The path of the state that waits. */
  readonly state: string;
  /** As `Date.now()`. */
  readonly startedAt: number;
  /** As `Date.now()`: what is left is `endsAt - Date.now()`, in ms. */
  readonly endsAt: number;
};

/** What one actor is about: names and times. */
export type ChartActivity = {
  readonly sessionId: string;
  /** The id of its machine, as in its `Chart`. */
  readonly machineId: string;
  /** When this came to be so, as `Date.now()`. */
  readonly at: number;
  readonly status: 'active' | 'done' | 'error' | 'stopped';
  /** The paths of the states it is in, each after the one that it is part of. */
  readonly active: readonly string[];
  /** The latest steps, newest last. */
  readonly steps: readonly ChartStep[];
  readonly children: readonly ChartChild[];
  readonly delays: readonly ChartDelay[];
};
