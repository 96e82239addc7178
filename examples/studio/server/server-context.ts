import type { Channels } from './channels.js';
import type { Faults } from './faults.js';
import type { Jobs } from './jobs.js';

/** Shared by all routes. */
export type ServerContext = {
  readonly jobs: Jobs;
  readonly channels: Channels;
  /** The faults of every job whose submit has none. */
  readonly defaults: Faults;
  readonly pingMs: number;
  readonly maxBodyBytes: number;
  /** Counts one paid generation. */
  readonly charge: () => void;
  /** Waits this long, or until the signal aborts or `release()` is called. */
  readonly wait: (ms: number, gone: AbortSignal) => Promise<void>;
};
