import { leaveBy } from './run.leaving-states.js';

/**
 * How long a write may take before it counts as failed, in ms. A machine under load, or another tab that holds the store, takes
 * seconds, and a warning would be wrong. What somebody waits for has less time: a submit, and the items.
 */
export const writeTimeoutMs = 10_000;
export const commitTimeoutMs = 5_000;

/** A state that leaves for `target` whether the store call succeeds, fails or times out. */
export const afterStoreCall = (target: string, ...also: readonly 'reportEnd'[]) =>
  ({
    after: { writeTimeout: { target, actions: ['reportWriteFailed', ...also] } },
    on: {
      'stored.updated': { target, actions: ['reportWritten', ...also] },
      'store.failed': { target, actions: ['reportWriteFailed', ...also] },
    },
  }) as const;

/** What has ended is stored before the lock is released: another tab would go on with it. */
export const stayUntilStored = leaveBy({ actions: ['setLeaving', 'reportLeft'] });

/** The same for the last call, which stores the end. */
export const afterStoringEnd = (...also: readonly 'reportEnd'[]) =>
  ({
    after: { writeTimeout: { target: '#run.ended', actions: ['setEndUnstored', 'reportWriteFailed', ...also] } },
    on: {
      'stored.updated': { target: '#run.ended', actions: ['reportWritten', ...also] },
      'store.failed': { target: '#run.ended', actions: ['setEndUnstored', 'reportWriteFailed', ...also] },
      ...stayUntilStored,
    },
  }) as const;
