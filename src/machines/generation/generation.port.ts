/** Any value that survives `JSON.stringify` and `JSON.parse` unchanged. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** An object whose members all survive JSON. */
export type JsonObject = { readonly [key: string]: JsonValue | undefined };

/**
 * What an adapter needs to follow a job from anywhere: another tab, after a reload, tomorrow. `id` is the backend's
 * own; whatever else the adapter wants to know later (the files of a batch, what was asked for) stands beside it.
 * It is stored as JSON, so it must survive JSON.
 *
 * @example
 * const job: JobRef = { id: 'file_41', kind: 'image', request: { prompt: 'a lighthouse' } };
 */
export type JobRef = JsonObject & { readonly id: string };

/** A picture of what the result is going to be, shown while waiting. */
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
  /** The job may still be running, and can be followed again for nothing. */
  readonly resumable: boolean;
  /** Whether the user has paid for it. `maybe` where the answer was lost. */
  readonly charged: 'no' | 'maybe' | 'yes';
  /** The job it happened to, where there is one. */
  readonly job?: JobRef | undefined;
  /** The HTTP status, where there was one. */
  readonly status?: number | undefined;
  /** What the backend said about it, as JSON. */
  readonly details?: JsonValue | undefined;
};

/** News of a job that goes on. Absent members mean "nothing new", never "none". */
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

/** How a job ended. */
export type JobOutcome<TOutput> =
  | { readonly kind: 'succeeded'; readonly output: TOutput }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'cancelled' };

/**
 * What an adapter says of a job. `changed` means "something happened: read"; `ignored` is another job's event or an
 * unknown type. An unknown status is `pending`: never success, and never failure.
 */
export type JobUpdate<TOutput> =
  | PendingUpdate
  | { readonly kind: 'changed' }
  | JobOutcome<TOutput>
  | { readonly kind: 'ignored' };

/** The answer to a submit. `update` is there when the answer already says more; it may be the outcome. */
export type Submission<TOutput> = { readonly job: JobRef; readonly update?: JobUpdate<TOutput> | undefined };

/** Passed to every call of an adapter. Abort stops our listening; it does not stop the job. */
export type AdapterCall = { readonly signal: AbortSignal };

/** Passed to `submit`. */
export type SubmitCall = AdapterCall & {
  /** One per generation, over all reloads: a backend that knows it charges once. */
  readonly idempotencyKey: string;
};

/** Passed to `events`: the four facts of a stream that are not updates of the job. */
export type EventsCall = AdapterCall & {
  /** The id of the last event heard on an earlier stream of this job. */
  readonly lastEventId?: string | undefined;
  /** The stream is open: the backend has answered, and events follow. */
  onOpen(): void;
  /** Bytes have arrived, comments included. */
  onAlive(): void;
  /** The stream's last event id is now this. */
  onId(id: string): void;
  /** The backend asks that reopening wait at least so long, in ms: by a `retry` field, or by a Retry-After. */
  onRetry(ms: number): void;
};

/**
 * One backend. It knows nothing of state, of retrying or of time: each call tries once, and answers or throws a
 * `GenerationError`. `events` and `cancel` are optional: without the first the job is read at intervals, without the
 * second a cancelled job goes on at the backend and the outcome says so.
 *
 * `events` ends when the stream ends, which is "lost" and not "done". It throws with the code `not-found` when
 * there is no stream for this job and there will be none; any other error is "lost", too.
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
