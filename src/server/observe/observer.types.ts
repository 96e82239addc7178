import type { Failure, FailureCode } from '../../machines/generation/generation.port.js';
import type { JobCounts, StoredJobStatus } from '../store/job-store.js';
import type { ServerLogEntry } from './log.types.js';

/** A piece of work of a server half, as it begins. */
export type ServerWork = {
  /**
   * `request`: each request but probes of health. `submit`: a wish, until it is known what became of it. `step`: one step of a job. `webhook`: a delivery of
   * a vendor. `copy`: the bytes of a result, to your own store.
   */
  readonly name: 'request' | 'submit' | 'step' | 'webhook' | 'copy';
  /** The name of the backend; absent if the request names none. */
  readonly backend?: string | undefined;
  /** The id of the generation. It cannot be guessed, and opens nothing without its user. */
  readonly id?: string | undefined;
  /** Of `submit` only: who asks. Personal data. */
  readonly userId?: string | undefined;
  /** The path of the route with its parameters as names: `/api/generations/{backend}/jobs/{id}`. Of `request` only. */
  readonly route?: string | undefined;
  /** Of `request` only. It may name keys, and its headers have credentials: take the method and the trace context from it. */
  readonly request?: Request | undefined;
  /** Of `step` only: why it is made. */
  readonly reason?: string | undefined;
};

/** How a piece of work ended. */
export type ServerWorkEnd = {
  /** The HTTP status of the answer, if there is one. */
  readonly status?: number | undefined;
  /** Why it failed: the code of a failure, or the name of an error. */
  readonly error?: string | undefined;
};

/** Something that has happened, for counting. */
export type ServerEvent =
  /** A line for a log. */
  | { readonly type: 'line'; readonly entry: ServerLogEntry }
  /** A wish was stored, before its submit. A repeated key is no new wish. Not told by a relay, which stores nothing. */
  | { readonly type: 'wish'; readonly backend: string; readonly id: string }
  /** A submit was sent to the vendor. Each of them may cost. `charged`: as far as its answer tells. */
  | { readonly type: 'post'; readonly backend: string; readonly charged: Failure['charged'] }
  /** A step begins that was due. `lateMs`: for how long, in ms. */
  | { readonly type: 'due'; readonly backend: string; readonly id: string; readonly lateMs: number }
  /** A job has its end. One that was only assumed may be followed by another. */
  | {
      readonly type: 'end';
      readonly backend: string;
      readonly id: string;
      readonly status: Exclude<StoredJobStatus, 'submitting' | 'running'>;
      readonly code?: FailureCode | undefined;
      readonly charged?: Failure['charged'] | undefined;
      /** From the submit on, in ms. */
      readonly ms: number;
    };

/** What an observer may ask. */
export type ServerSource = {
  /** The names of the backends. */
  readonly backends: readonly string[];
  /** Counts what runs. Asks the store at most once a second. Rejects if the store does not answer. */
  count(): Promise<JobCounts>;
};

/**
 * What a server half is seen by: `openTelemetry()` is one, and one of your own can feed any other system. Whatever it does or throws, the work is done once,
 * and the server goes on. What it throws is told to the log, once.
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
  /** Called with each thing that happens. */
  event?(event: ServerEvent): void;
  /**
   * Called when a piece of work begins. Call `run` once and at once: within what your system has for a context. It resolves to how the work ended, and never
   * rejects. Nobody waits for the promise that you return, if any: what it rejects is told as what you throw.
   */
  work?(work: ServerWork, run: () => Promise<ServerWorkEnd>): void | Promise<void>;
  /** Called when a server half with a store is made, and after `start()`. The returned function is called by `stop()`. */
  attach?(source: ServerSource): (() => void) | undefined;
};
