import type { Failure, FailureCode } from '../../machines/generation/generation.port.js';
import type { JobCounts, StoredJobStatus } from '../store/job-store.js';
import type { ServerLogEntry } from './log.types.js';

/** A piece of a server half's work, when it begins. */
export type ServerWork = {
  /**
   * `request`: each request except health probes. `submit`: a wish, until its fate is known. `step`: one step of a job.
   * `webhook`: a vendor's delivery. `copy`: a result's bytes, to your own store.
   */
  readonly name: 'request' | 'submit' | 'step' | 'webhook' | 'copy';
  /** The backend's name; absent if the request names none. */
  readonly backend?: string | undefined;
  /** The generation's id. Unguessable, and useless without its user. */
  readonly id?: string | undefined;
  /** The requesting user, for `submit` only. Personal data. */
  readonly userId?: string | undefined;
  /** For `request` only: the route's path with parameter names: `/api/generations/{backend}/jobs/{id}`. */
  readonly route?: string | undefined;
  /**
   * For `request` only. It may contain keys, and its headers hold credentials: use only the method and the trace
   * context.
   */
  readonly request?: Request | undefined;
  /** For `step` only: why it is made. */
  readonly reason?: string | undefined;
};

/** How a piece of work ended. */
export type ServerWorkEnd = {
  /** The HTTP status of the answer, if there is one. */
  readonly status?: number | undefined;
  /** Why it failed: the code of a failure, or the name of an error. */
  readonly error?: string | undefined;
};

/** Something that happened, for counting. */
export type ServerEvent =
  /** A line of the log. */
  | { readonly type: 'line'; readonly entry: ServerLogEntry }
  /** A wish was stored, before its submit. Not for a repeated key, and not by a relay, which stores nothing. */
  | { readonly type: 'wish'; readonly backend: string; readonly id: string }
  /** A submit, which may cost, was sent to the vendor. `charged`: as far as its answer says. */
  | { readonly type: 'post'; readonly backend: string; readonly charged: Failure['charged'] }
  /** A due step begins. `lateMs`: how long it was due, in ms. */
  | { readonly type: 'due'; readonly backend: string; readonly id: string; readonly lateMs: number }
  /** A job has ended. Another end may follow an assumed one. */
  | {
      readonly type: 'end';
      readonly backend: string;
      readonly id: string;
      readonly status: Exclude<StoredJobStatus, 'submitting' | 'running'>;
      readonly code?: FailureCode | undefined;
      readonly charged?: Failure['charged'] | undefined;
      /** Since the submit, in ms. */
      readonly ms: number;
    };

/** What an observer may ask. */
export type ServerSource = {
  /** The names of the backends. */
  readonly backends: readonly string[];
  /** Counts running jobs. Asks the store at most once a second. Rejects if the store does not answer. */
  count(): Promise<JobCounts>;
};

/**
 * Observes a server half: `openTelemetry()` implements it, and yours can feed any other system. Whatever an observer
 * does or throws, the work is done once and the server goes on; an error is logged once.
 *
 * @example
 * const ended = new Map<string, number>();
 * const observer: ServerObserver = {
 *   event(event) {
 *     if (event.type === 'end') ended.set(event.status, (ended.get(event.status) ?? 0) + 1);
 *   },
 * };
 */
export type ServerObserver = {
  /** Called for each event. */
  event?(event: ServerEvent): void;
  /**
   * Called when a piece of work begins. Call `run` once and at once, inside your system's context. It resolves to how
   * the work ended and never rejects. Nobody waits for the promise that you return; its rejection counts as an error
   * that you throw.
   */
  work?(work: ServerWork, run: () => Promise<ServerWorkEnd>): void | Promise<void>;
  /** Called when a server half with a store is created, and after `start()`. `stop()` calls the returned function. */
  attach?(source: ServerSource): (() => void) | undefined;
};
