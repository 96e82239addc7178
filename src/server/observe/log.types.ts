import type { Failure, FailureCode } from '../../machines/generation/generation.port.js';
import type { StoredJobStatus } from '../store/job-store.js';
import type { ServerLogEvent } from './log-events.js';

/** One line for your log: what happened, without prompts, keys and user ids. */
export type ServerLogEntry = {
  /** `error`: your code or this process does not work. `warn`: a fault that was handled. */
  readonly level: 'info' | 'warn' | 'error';
  /** `request` for each request; otherwise what happened. */
  readonly event: ServerLogEvent;
  /** The route: `submit`, `read`, `cancel`, `events`, … */
  readonly route?: string | undefined;
  readonly backend?: string | undefined;
  /** The generation's id. */
  readonly id?: string | undefined;
  /** The HTTP status of the answer. */
  readonly status?: number | undefined;
  readonly code?: FailureCode | undefined;
  /** How a job ended: `completed`, `failed` or `cancelled`. */
  readonly outcome?: StoredJobStatus | undefined;
  /** Whether a job was charged, as far as its end says. */
  readonly charged?: Failure['charged'] | undefined;
  /** How long it took, in ms. */
  readonly ms?: number | undefined;
  /**
   * On one line, at most 2,000 bytes; may quote the vendor, a database or your own code. Your `secrets`, credentials,
   * signatures, URL queries and webhook URLs are removed. The server half cannot know what else a vendor quotes.
   */
  readonly message?: string | undefined;
};
