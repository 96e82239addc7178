import type { Reserve } from '../money/reserve.js';
import type { Steps } from '../steps/advance.js';
import type { InsertLimits } from '../store/job-store.js';

/** What the routes of the durable half work on. */
export type Durable = Steps & {
  readonly reserve: Reserve;
  readonly limitsOf: (backend: string) => InsertLimits;
  /** Work that has to end before the process does. */
  readonly hold: <TResult>(work: Promise<TResult>) => Promise<TResult>;
};
