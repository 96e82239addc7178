/** Any value that survives `JSON.stringify` and `JSON.parse` unchanged. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** An object whose members all survive JSON. */
export type JsonObject = { readonly [key: string]: JsonValue | undefined };

/**
 * What an adapter needs to follow a job from another tab, after a reload, or tomorrow. `id` is the backend's own. Put
 * other data that the adapter needs later next to it (the files of a batch, the input). It is stored, so it must
 * survive JSON.
 *
 * @example
 * const job: JobRef = { id: 'file_41', kind: 'image', request: { prompt: 'a lighthouse' } };
 */
export type JobRef = JsonObject & { readonly id: string };

/** An early image of the result, shown while the job runs. */
export type Preview = { readonly url: string; readonly index?: number | undefined };

/** What went wrong, as a closed set: use `switch` without a default. */
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
  /** The backend refused the content, at the submit or at the end of the job. `details` may hold the categories. */
  | 'moderated'
  /** The backend refused the submit for load, or says that a submit with the same key is still in progress. */
  | 'busy'
  /** The job succeeded once, and its result has been deleted. */
  | 'expired'
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
  /** A new, paid submit makes sense. */
  readonly retryable: boolean;
  /** The job may still be running, and can be followed again free of charge. */
  readonly resumable: boolean;
  /**
   * Whether the job is charged. `yes`: the backend has accepted the job, and nothing says that it is free. `no`:
   * nothing was started, or the backend says that it is free. `maybe`: unknown, because the answer to the submit was
   * lost, or because the backend may refund a failed or stopped job.
   */
  readonly charged: 'no' | 'maybe' | 'yes';
  /** The job, if there is one. */
  readonly job?: JobRef | undefined;
  /** The HTTP status, if there was one. */
  readonly status?: number | undefined;
  /** What the backend said about it, as JSON. */
  readonly details?: JsonValue | undefined;
  /** How long the backend asks to wait before the next request, in ms from its answer. */
  readonly retryAfterMs?: number | undefined;
};

/** Whether the job waits in the backend's queue or is being worked on. */
export type JobPhase = 'queued' | 'running';

/**
 * An update of a running job. An absent member means "nothing new"; `null` clears what was known. The phase `running`
 * clears the queue position.
 */
export type PendingUpdate = {
  readonly kind: 'pending';
  readonly phase?: JobPhase | undefined;
  /** 0..1 */
  readonly progress?: number | undefined;
  /** A text for the user; `null` clears it. */
  readonly message?: string | null | undefined;
  /** Position in the backend's queue; 0 is next, `null` clears it. */
  readonly backendPosition?: number | null | undefined;
  readonly previews?: readonly Preview[] | undefined;
  /** In how many ms the backend expects the result. */
  readonly etaMs?: number | undefined;
  /** When the backend asks to be read next, in ms from now. Also valid in the answer to a submit. */
  readonly readAfterMs?: number | undefined;
};

/** What a job cost, as the backend says it: `{ amount: 0.04, unit: 'USD' }`, `{ amount: 12, unit: 'credits' }`. */
export type Cost = { readonly amount: number; readonly unit: string };

/** How a job ended, as the backend reports it. A job that has `succeeded` makes its generation `completed`. */
export type JobOutcome<TOutput> =
  | {
      readonly kind: 'succeeded';
      readonly output: TOutput;
      /** When the output's URLs stop working, in ms since the epoch. */
      readonly expiresAt?: number | undefined;
      readonly cost?: Cost | undefined;
      /**
       * How long the job ran, in ms, if the backend says so: without its time in the queue if the backend reports
       * phases, otherwise with it. Used to learn when to read the next job.
       */
      readonly durationMs?: number | undefined;
    }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | {
      readonly kind: 'cancelled';
      /** Whether the stopped job is charged. @defaultValue `'maybe'` */
      readonly charged?: Failure['charged'] | undefined;
      readonly cost?: Cost | undefined;
      /** `false`: it was given up, and may still run. A server half reports this. @defaultValue true */
      readonly stopped?: boolean | undefined;
    };

/**
 * An update of a job. `changed` means "something happened: read"; `ignored` is another job's event or an unknown type.
 * An unknown status is `pending`, never success or failure.
 */
export type JobUpdate<TOutput> =
  | PendingUpdate
  | { readonly kind: 'changed' }
  | JobOutcome<TOutput>
  | { readonly kind: 'ignored' };

/** The answer to a submit. `update` is set if the answer says more; it may be the outcome. */
export type Submission<TOutput> = { readonly job: JobRef; readonly update?: JobUpdate<TOutput> | undefined };

/**
 * How much an adapter's event stream reports.
 *
 * - `changes`: it reports changes, and nothing when it opens. A read confirms a failure that it reports.
 * - `states`: it reports the job's state when it opens, then each change. A failure that it reports is the outcome.
 * - `outcome`: it reports the end but no progress. Polling goes on beside it.
 */
export type StreamCapability = {
  readonly tells: 'changes' | 'states' | 'outcome';
  /** The stream is the job: if it is lost, the generation fails as `interrupted`. Its `read` answers `ignored`. */
  readonly isJob?: boolean | undefined;
  /**
   * How long it may be silent while the job goes on, in ms, if longer than the policy's `streamIdleTimeoutMs`.
   * @defaultValue the policy's
   */
  readonly idleTimeoutMs?: number | undefined;
};

/** Verifies the deliveries of a backend's webhook, on a server. */
export type Webhook = {
  /**
   * The job of a delivery; `undefined` if the delivery is not genuine or has no job. A delivery only tells the server
   * to read the job. It is never the outcome.
   */
  verify(request: Request): Promise<JobRef | undefined>;
  /**
   * `false`: its URL is set up at the backend once for all jobs, and a submit cannot name another one.
   * @defaultValue true
   */
  readonly isPerJob?: boolean | undefined;
};

/** Passed to every call of an adapter. The signal aborts the request, not the job. */
export type AdapterCall = { readonly signal: AbortSignal };

/**
 * Results and previews that a page cannot load by their own URLs, because they need the backend's key or are in a
 * private network. A server half gives pages its own URLs instead and answers them with what `fetch` returns. Data URLs
 * do not need this: a server half takes them out of outputs by itself.
 */
export type HiddenResults = {
  /** Their origins: `https://api.example.com`, or `https://*.example.com` for every host below it. */
  readonly origins: readonly string[];
  /**
   * Requests one of them once, and answers with 200, 206 or 416. Sends the key only to the backend's own origins, also
   * after a redirect.
   *
   * @throws GenerationError for any other answer, such as `expired` or `not-found` for a deleted result
   */
  fetch(url: string, call: FetchResultCall): Promise<Response>;
};

/** Passed to `fetch` of {@link HiddenResults}. */
export type FetchResultCall = AdapterCall & {
  readonly job: JobRef;
  /** The request's `Range` header. @defaultValue the whole result */
  readonly range?: string | undefined;
};

/** Passed to `submit`. */
export type SubmitCall = AdapterCall & {
  /** The same for a generation across reloads. A backend that honors it charges once. */
  readonly idempotencyKey: string;
  /**
   * Where the backend may post the job's end. A server half passes one to adapters with a `webhook`. @defaultValue none
   */
  readonly webhookUrl?: string | undefined;
};

/** Passed to `events`: callbacks for what a stream reports besides updates. */
export type EventsCall = AdapterCall & {
  /** The id of the last event received on an earlier stream of this job. */
  readonly lastEventId?: string | undefined;
  /** The stream is open: the backend has answered, and events follow. */
  onOpen(): void;
  /** Bytes have arrived, comments included. */
  onAlive(): void;
  /** The stream's last event id has changed. */
  onId(id: string): void;
  /**
   * The backend asks, with a `retry` field, to wait at least this long before every later opening of the stream, in ms.
   * A `Retry-After` applies to one opening only: it belongs to the error that `events` throws.
   */
  onRetry(ms: number): void;
};

/**
 * One backend. An adapter keeps no state of a job and neither waits nor retries: each call tries once, and answers or
 * throws a `GenerationError`. (It may repeat a read or a stream once after a 401 or 403, with renewed headers.)
 * `events` and `cancel` are optional: without `events` the job is only polled; without `cancel` a cancelled job runs on
 * at the backend, and the outcome says so.
 *
 * `events` ends when the stream ends, which means "lost", not "done". It throws with the code `not-found` if this job
 * has no stream; any other error also means "lost".
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
  /**
   * Starts the job. Charged. Called once per generation, and again with the same key only if the backend refused it
   * without a charge, or replays keys.
   */
  submit(input: TInput, call: SubmitCall): Promise<Submission<TOutput>>;
  /** Reads the job's state, once. */
  read(job: JobRef, call: AdapterCall): Promise<JobUpdate<TOutput>>;
  /** Follows the job's events, on one connection. */
  events?(job: JobRef, call: EventsCall): AsyncIterable<JobUpdate<TOutput>>;
  /** Asks the backend to stop the job. Resolving to nothing means that it has stopped. */
  cancel?(job: JobRef, call: AdapterCall): Promise<JobUpdate<TOutput> | void>;
  /**
   * Asks what became of a submit whose answer was lost. Resolves to its job, or to `undefined` if the backend knows no
   * submit with this key. With `find`, a submit without an answer is looked up first and never bought again.
   */
  find?(idempotencyKey: string, call: AdapterCall): Promise<Submission<TOutput> | undefined>;
  /**
   * Forbids the submit with this key from now on, and asks the backend to stop its job if there is one. Resolves to
   * that job, with its outcome if it has ended, or to `undefined` if there is none and never will be.
   */
  cancelByKey?(idempotencyKey: string, call: AdapterCall): Promise<Submission<TOutput> | undefined>;
  /**
   * What happens if a submit is repeated with the same key. `replays`, or `true`: it returns the first answer.
   * `rejects`: it is refused. In both cases nothing is charged again. @defaultValue each submit is charged
   */
  readonly idempotentSubmit?: boolean | 'replays' | 'rejects' | undefined;
  /** How long the backend remembers a key, in ms. After that, a submit is never repeated. @defaultValue unlimited */
  readonly idempotencyWindowMs?: number | undefined;
  /** @defaultValue `{ tells: 'changes' }` */
  readonly stream?: StreamCapability | undefined;
  readonly webhook?: Webhook | undefined;
  /** How a server half gets results for pages. @defaultValue a page loads an output's URLs itself */
  readonly hiddenResults?: HiddenResults | undefined;
  /**
   * How long a job's results stay available after its end, at least, in ms. A server half without a process of its own
   * must look more often than that. @defaultValue unknown
   */
  readonly resultsLiveMs?: number | undefined;
  /**
   * Names what decides how long a job takes: its model, size, quality. A client keeps the durations of each label apart
   * and learns from them when to read. The label is stored, so use few different ones and nothing from a prompt. Only
   * its first 100 characters count. @defaultValue one label for all jobs
   */
  durationLabel?(input: TInput): string;
  /**
   * Names the backend and the account's region or base URL, such as `https://api.example.com/v1`. A stored job is
   * followed only by an adapter with the same origin. A function is called when the value is needed, because a relative
   * URL depends on the page. @defaultValue any adapter follows it
   */
  readonly origin?: string | (() => string) | undefined;
}
