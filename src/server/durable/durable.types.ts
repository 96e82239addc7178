import type { Reserve } from '../money/reserve.js';
import type { Steps } from '../steps/advance.js';
import type { InsertLimits } from '../store/job-store.js';

/** What the routes of the durable half work on. */
export type Durable = Steps & {
  readonly reserve: Reserve;
  readonly limitsOf: (backend: string) => InsertLimits;
  /** How long the stream of a page leaves a job that is due to an engine, in ms. */
  readonly leadMs: (backend: string) => number;
  /** Work that has to end before the process does. */
  readonly hold: <TResult>(work: Promise<TResult>) => Promise<TResult>;
};
