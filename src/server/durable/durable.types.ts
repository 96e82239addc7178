import type { Steps } from '../steps/advance.js';
import type { InsertLimits } from '../store/job-store.js';

/** What the routes of the durable half work on. */
export type Durable = Steps & {
  readonly limitsOf: (backend: string) => InsertLimits;
};
