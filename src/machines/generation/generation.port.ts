/** Any value that survives `JSON.stringify` and `JSON.parse` unchanged. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** An object whose members all survive JSON. */
export type JsonObject = { readonly [key: string]: JsonValue | undefined };

/**
 * What an adapter needs to follow a job from anywhere: another tab, after a reload, tomorrow. `id` is the backend's
 * own; put other data that the adapter needs later next to it (the files of a batch, the input). It is stored as
 * JSON, so it must survive JSON.
 *
 * @example
 * const job: JobRef = { id: 'file_41', kind: 'image', request: { prompt: 'a lighthouse' } };
 */
export type JobRef = JsonObject & { readonly id: string };

/** An early image of the result, shown while the job runs. */
export type Preview = { readonly url: string; readonly index?: number | undefined };

/** What went wrong, as a closed set: `switch` over it without a default. */
export type FailureCode =
  | 'bad-input'
  | 'unauthorized'
  | 'payment-required'
  | 'rate-limited'
  | 'not-found'
  | 'invalid-response'
  | 'network'
  | 'timeout'
  | 'unreachable'
  | 'deadline'
  | 'interrupted'
  | 'job-failed'
  | 'event-too-large'
  | 'storage-full';

/**
 * Why a generation failed, as plain JSON. `retryable` and `resumable` are two different buttons: the first pays
 * again, the second does not.
 */
export type Failure = {
  readonly code: FailureCode;
  /** One sentence for a developer: what happened, to which job, what to do. */
  readonly message: string;
  /** A new, paid submit is sensible. */
  readonly retryable: boolean;
  /** The job may still be running, and can be followed again free of charge. */
  readonly resumable: boolean;
  /**
   * Whether the job is charged. `yes`: the backend has accepted the job, and nothing says that it is free. `no`: nothing
   * was started, or the backend says that it is free. `maybe`: unknown, because the answer to the submit was lost, or
   * because the backend may refund a job that has failed or was stopped.
   */
  readonly charged: 'no' | 'maybe' | 'yes';
  /** The job it happened to, where there is one. */
  readonly job?: JobRef | undefined;
  /** The HTTP status, where there was one. */
  readonly status?: number | undefined;
  /** What the backend said about it, as JSON. */
  readonly details?: JsonValue | undefined;
};

/** An update of a running job. Absent members mean "nothing new", never "none". */
export type PendingUpdate = {
  readonly kind: 'pending';
  /** 0..1 */
  readonly progress?: number | undefined;
  /** A text for the user. */
  readonly message?: string | undefined;
  /** Place in the backend's queue; 0 is next. */
  readonly backendPosition?: number | undefined;
  readonly previews?: readonly Preview[] | undefined;
  /** When the backend asks to be read next, in ms from now. */
  readonly readAfterMs?: number | undefined;
};

/**
 * How a job ended, as the backend says it. A job that has `succeeded` makes the generation `completed`: a backend reports the
 * first, and a page shows the second.
 */
export type JobOutcome<TOutput> =
  | { readonly kind: 'succeeded'; readonly output: TOutput }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'cancelled' };

/**
 * An update of a job. `changed` means "something happened: read"; `ignored` is another job's event or an
 * unknown type. An unknown status is `pending`: never success, and never failure.
 */
export type JobUpdate<TOutput> =
  | PendingUpdate
  | { readonly kind: 'changed' }
  | JobOutcome<TOutput>
  | { readonly kind: 'ignored' };

/** The answer to a submit. `update` is there when the answer already says more; it may be the outcome. */
export type Submission<TOutput> = { readonly job: JobRef; readonly update?: JobUpdate<TOutput> | undefined };

/** Passed to every call of an adapter. The signal aborts the request; it does not stop the job. */
export type AdapterCall = { readonly signal: AbortSignal };

/** Passed to `submit`. */
export type SubmitCall = AdapterCall & {
  /** The same for a generation across reloads. A backend that honors it charges once. */
  readonly idempotencyKey: string;
};

/** Passed to `events`: callbacks for what a stream reports besides updates of the job. */
export type EventsCall = AdapterCall & {
  /** The id of the last event received on an earlier stream of this job. */
  readonly lastEventId?: string | undefined;
  /** The stream is open: the backend has answered, and events follow. */
  onOpen(): void;
  /** Bytes have arrived, comments included. */
  onAlive(): void;
  /** The stream's last event id is now this. */
  onId(id: string): void;
  /** The backend asks to wait at least this long before the stream is opened again, in ms: by a `retry` field or by Retry-After. */
  onRetry(ms: number): void;
};

/**
 * One backend. It keeps no state of a job, waits for nothing and does not retry: each call tries once, and answers or
 * throws a `GenerationError`. (It may repeat a read or a stream once after a 401 or 403, with renewed headers.) `events`
 * and `cancel` are optional: without `events` the job is only polled; without `cancel` a cancelled job runs on at the
 * backend, and the outcome says so.
 *
 * `events` ends when the stream ends, which means "lost" and not "done". It throws with the code `not-found` if
 * this job has no stream; any other error means "lost", too.
 *
 * @example
 * const adapter: GenerationAdapter<{ prompt: string }, { url: string }> = {
 *   async submit(input, { signal, idempotencyKey }) {
 *     const answer = await post('/jobs', input, { signal, headers: { 'Idempotency-Key': idempotencyKey } });
 *     return { job: { id: answer.id } };
 *   },
 *   async read(job, { signal }) {
 *     const answer = await get(`/jobs/${encodeURIComponent(job.id)}`, { signal });
 *     return answer.url ? { kind: 'succeeded', output: { url: answer.url } } : { kind: 'pending' };
 *   },
 * };
 */
export interface GenerationAdapter<TInput, TOutput> {
  /** Starts the job. Charged. Called once per generation. */
  submit(input: TInput, call: SubmitCall): Promise<Submission<TOutput>>;
  /** Reads the job's state, once. */
  read(job: JobRef, call: AdapterCall): Promise<JobUpdate<TOutput>>;
  /** Follows the job's events, on one connection. */
  events?(job: JobRef, call: EventsCall): AsyncIterable<JobUpdate<TOutput>>;
  /** Asks the backend to stop the job. No value means that it has stopped. */
  cancel?(job: JobRef, call: AdapterCall): Promise<JobUpdate<TOutput> | void>;
  /** May a submit be repeated with the same key without paying twice? */
  readonly idempotentSubmit?: boolean | undefined;
}
