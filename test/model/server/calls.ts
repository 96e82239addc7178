import type { Failure, JobRef, JobUpdate } from 'generation-lifecycle';
import type { StoredJob } from 'generation-lifecycle/server';
import type { Uncommitted } from './ledger.js';

/** What an engine was told. */
export type Wake = { readonly id: string; readonly version: number; readonly at: number; readonly key: string };

/** What a process begins to do: a request, a delivery, a sweep, the look of a process beside an engine, or a wake of that. */
export type Spec = {
  readonly name: 'submit' | 'cancel' | 'read' | 'forbid' | 'find' | 'deliver' | 'sweep' | 'look' | 'wake';
  /** Names what it makes. */
  readonly slot: number;
  /** When it begins. */
  readonly at: number;
  readonly user?: string | undefined;
  readonly key?: string | undefined;
  readonly wish?: number | undefined;
  readonly row?: string | undefined;
  /** Of the row, as the engine was told. */
  readonly version?: number | undefined;
  readonly url?: string | undefined;
  readonly body?: { readonly job: string; readonly isGenuine: boolean } | undefined;
};

/** What an activity waits for. */
export type Pending = {
  readonly n: number;
  readonly kind: 'store' | 'vendor' | 'engine' | 'timer';
  readonly name: string;
  readonly args: readonly unknown[];
  /** A call of the store with a hook: it begins a transaction, or commits what the hook has written. */
  readonly within?: 'begins' | Uncommitted | undefined;
  /** When a timer fires. */
  readonly at?: number | undefined;
};

export type Answer =
  | { readonly value: unknown }
  | { readonly failure: Partial<Failure> & Pick<Failure, 'code' | 'message'> }
  | { readonly error: string }
  /** The hook is called with this job. */
  | { readonly begun: StoredJob; readonly isRefused?: boolean | undefined }
  | 'fires'
  | 'silence';

/** One answer, and when it came. */
export type Entry = { readonly n: number; readonly now: number; readonly answer: Answer };

/** How a process has ended. */
export type Done = { readonly status: number; readonly body: Told };
/** The body of an answer. */
export type Told = {
  readonly job?: JobRef | null | undefined;
  readonly version?: number | undefined;
  readonly update?: JobUpdate<unknown> | undefined;
  readonly error?: Failure | undefined;
};

/** Timers fire in time with this, or late: what is shorter than it makes no other order. */
const gridMs = 1_000;
export const toGrid = (at: number): number => Math.ceil(at / gridMs) * gridMs;
