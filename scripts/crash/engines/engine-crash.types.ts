import type { Ledger } from '../money/ledger.types.ts';

/** Which engine wakes the jobs. */
export type EngineName = 'pg-boss' | 'bullmq';

/** What a process is started with. A handler answers requests, and a worker makes the steps. */
export type PartInput = {
  readonly role: 'handler' | 'worker';
  readonly engine: EngineName;
  readonly postgresUrl: string;
  readonly redisUrl: string | undefined;
  readonly vendorUrl: string;
  /** The origin at which the vendor reaches one of the handlers. */
  readonly publicUrl: string;
  readonly port: number;
  readonly leaseMs: number;
};

/** What a process tells: that it has the lease of a row from now on, or not any more. In ms since the epoch. */
export type LeaseLine = { readonly lease: 'taken' | 'left'; readonly id: string; readonly at: number };

/** How much is done in a run. */
export type FleetPlan = {
  readonly kills: number;
  readonly restarts: number;
  readonly cuts: number;
  readonly leaseMs: number;
  /** How many wishes there are at once. */
  readonly pages: number;
  /** The pause before each blow is at most this long, in ms. */
  readonly pauseMs: number;
};

/** One of the things that are done to the parts, at a moment of its own. */
export type Blow = { readonly kind: 'kill' | 'restart' | 'cut'; readonly pauseMs: number; readonly at: number };

/** What became of a wish. */
export type FleetWish = {
  readonly key: string;
  readonly paid: number;
  readonly result: 'picture' | 'maybe' | 'not charged' | 'wrong';
  readonly reloads: number;
  readonly retries: number;
  readonly words?: string | undefined;
};

export type FleetReport = {
  readonly engine: EngineName;
  readonly kills: number;
  readonly restarts: number;
  readonly cuts: number;
  readonly wishes: readonly FleetWish[];
  /** Rows that have no end, or whose money is not settled, when all pages have an end. */
  readonly unended: number;
  readonly ledger: Ledger;
  /** How often the vendor was paid, by the prompt. */
  readonly paid: { readonly [prompt: string]: number };
  /** How long after a kill somebody else had the row, in ms. */
  readonly takeOvers: readonly number[];
  /** How often a lease was taken over that its owner had not left, because of a kill. */
  readonly seconds: number;
};
