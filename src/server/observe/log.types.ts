import type { Failure, FailureCode } from '../../machines/generation/generation.port.js';
import type { StoredJobStatus } from '../store/job-store.js';
import type { ServerLogEvent } from './log-events.js';

/** One line for your log: what happened, without prompts, keys and user ids. */
export type ServerLogEntry = {
  /** `error`: something of yours or of this process does not work. `warn`: something has gone wrong that is handled. */
  readonly level: 'info' | 'warn' | 'error';
  /** `request` for each request; otherwise what happened. */
  readonly event: ServerLogEvent;
  /** The route: `submit`, `read`, `cancel`, `events`, … */
  readonly route?: string | undefined;
  readonly backend?: string | undefined;
  /** The id of the generation. */
  readonly id?: string | undefined;
  /** The HTTP status of the answer. */
  readonly status?: number | undefined;
  readonly code?: FailureCode | undefined;
  /** How a job has ended: `completed`, `failed` or `cancelled`. */
  readonly outcome?: StoredJobStatus | undefined;
  /** Whether a job was paid, as far as its end tells. */
  readonly charged?: Failure['charged'] | undefined;
  /** How long it took, in ms. */
  readonly ms?: number | undefined;
  /**
   * With the words of the vendor, of a database, or of your own code, on one line, and at most 2,000 bytes: your `secrets`, credentials, signatures, the queries of
   * urls and the addresses of webhooks are cut out. What else a vendor quotes cannot be known.
   */
  readonly message?: string | undefined;
};
