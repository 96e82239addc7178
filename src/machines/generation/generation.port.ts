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
  /** How long the backend asks to wait before the request is sent again, in ms from when it was answered. */
  readonly retryAfterMs?: number | undefined;
};

/** Whether the job waits in the backend's queue, or is being worked on. */
export type JobPhase = 'queued' | 'running';

/**
 * An update of a running job. Absent members mean "nothing new", never "none": `null` clears what was known. The phase
 * `running` clears the position in the queue.
 */
export type PendingUpdate = {
  readonly kind: 'pending';
  readonly phase?: JobPhase | undefined;
  /** 0..1 */
  readonly progress?: number | undefined;
  /** A text for the user; `null` for none. */
  readonly message?: string | null | undefined;
  /** Place in the backend's queue; 0 is next, `null` is none. */
  readonly backendPosition?: number | null | undefined;
  readonly previews?: readonly Preview[] | undefined;
  /** In how many ms the backend expects the result. */
  readonly etaMs?: number | undefined;
  /** When the backend asks to be read next, in ms from now. In the answer to a submit, too. */
  readonly readAfterMs?: number | undefined;
};

/** What a job cost, as the backend says it: `{ amount: 0.04, unit: 'USD' }`, `{ amount: 12, unit: 'credits' }`. */
export type Cost = { readonly amount: number; readonly unit: string };

/**
 * How a job ended, as the backend says it. A job that has `succeeded` makes the generation `completed`: a backend reports the
 * first, and a page shows the second.
 */
export type JobOutcome<TOutput> =
  | {
      readonly kind: 'succeeded';
      readonly output: TOutput;
      /** When the URLs of the output stop working, in ms since the epoch. */
      readonly expiresAt?: number | undefined;
      readonly cost?: Cost | undefined;
      /**
       * How long the job ran, in ms, if the backend says so: without the time in its queue if it tells phases, and with it
       * otherwise. What is learned from it is when the next job should be read.
       */
      readonly durationMs?: number | undefined;
    }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | {
      readonly kind: 'cancelled';
      /** Whether the stopped job is charged; `maybe` if it is absent. @defaultValue `'maybe'` */
      readonly charged?: Failure['charged'] | undefined;
      readonly cost?: Cost | undefined;
      /** `false`: it was given up, and nobody knows whether it runs on. A server half says so. @defaultValue true */
      readonly stopped?: boolean | undefined;
    };

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

/**
 * What the event stream of a backend is worth.
 *
 * - `changes`: it tells what changes, and nothing on opening. A failure that it reports is confirmed by a read.
 * - `states`: it tells the job's state on opening, then each change. A failure that it reports is the outcome.
 * - `outcome`: it tells the end, and not the progress. Polling goes on beside it.
 */
export type StreamCapability = {
  readonly tells: 'changes' | 'states' | 'outcome';
  /** The stream is the job: when it is lost, the generation fails as `interrupted`. Its `read` answers `ignored`. */
  readonly isJob?: boolean | undefined;
  /** How long it may be silent while the job goes on, in ms, where that is longer than `streamIdleTimeoutMs` of the policy. @defaultValue the policy's */
  readonly idleTimeoutMs?: number | undefined;
};

/** Verifies the deliveries of a backend's webhook, on a server. */
export type Webhook = {
  /**
   * The job that a delivery is about; `undefined` if the delivery is not genuine or is about no job. A delivery is a hint
   * to read the job, and never its outcome.
   */
  verify(request: Request): Promise<JobRef | undefined>;
  /** `false`: its address is set up at the backend, once for all jobs, and no submit can name another one. @defaultValue true */
  readonly isPerJob?: boolean | undefined;
};

/** Passed to every call of an adapter. The signal aborts the request; it does not stop the job. */
export type AdapterCall = { readonly signal: AbortSignal };

/**
 * Results and previews that a page cannot load by their own URLs, because they need the backend's key, or are in a network that no page is
 * in. A server half puts its own URLs in their place, and answers those with what `fetch` gives. (Data URLs need nothing of this: a server
 * half takes them out of outputs by itself.)
 */
export type HiddenResults = {
  /** Where they are: `https://api.example.com`, or `https://*.example.com` for every host below it. */
  readonly origins: readonly string[];
  /**
   * Requests one of them, once, and answers with 200, 206 or 416. It sends the key to the backend's own origins only, also after a redirect.
   *
   * @throws GenerationError for any other answer, such as `expired` or `not-found` for what is gone
   */
  fetch(url: string, call: FetchResultCall): Promise<Response>;
};

/** Passed to `fetch` of {@link HiddenResults}. */
export type FetchResultCall = AdapterCall & {
  readonly job: JobRef;
  /** The header `Range` of the request. @defaultValue the whole result */
  readonly range?: string | undefined;
};

/** Passed to `submit`. */
export type SubmitCall = AdapterCall & {
  /** The same for a generation across reloads. A backend that honors it charges once. */
  readonly idempotencyKey: string;
  /** Where the backend may post what becomes of this job. A server half gives one to adapters with a `webhook`. @defaultValue none */
  readonly webhookUrl?: string | undefined;
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
  /**
   * The backend asks to wait at least this long before each opening of the stream from now on, in ms: by a `retry` field. A
   * `Retry-After` is a wait before one opening: it belongs to the error that `events` throws.
   */
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
  /**
   * Starts the job. Charged. Called once per generation, and again with the same key only if the backend has refused it
   * without a charge, or replays keys.
   */
  submit(input: TInput, call: SubmitCall): Promise<Submission<TOutput>>;
  /** Reads the job's state, once. */
  read(job: JobRef, call: AdapterCall): Promise<JobUpdate<TOutput>>;
  /** Follows the job's events, on one connection. */
  events?(job: JobRef, call: EventsCall): AsyncIterable<JobUpdate<TOutput>>;
  /** Asks the backend to stop the job. No value means that it has stopped. */
  cancel?(job: JobRef, call: AdapterCall): Promise<JobUpdate<TOutput> | void>;
  /**
   * Asks what became of a submit whose answer was lost. Resolves to its job, or to `undefined` if the backend knows no
   * submit with this key. With it, a submit without an answer is looked up before anything else, and never bought again.
   */
  find?(idempotencyKey: string, call: AdapterCall): Promise<Submission<TOutput> | undefined>;
  /**
   * Forbids the submit with this key from now on, and asks the backend to stop its job if there is one. Resolves to that job,
   * with its outcome if it has ended, or to `undefined` if there is none and never will be one.
   */
  cancelByKey?(idempotencyKey: string, call: AdapterCall): Promise<Submission<TOutput> | undefined>;
  /**
   * What happens if a submit is repeated with the same key. `replays`: it returns the first answer, and nothing is charged
   * again. `rejects`: it is refused, and nothing is charged again. `true` is the same as `replays`.
   * @defaultValue each submit is charged
   */
  readonly idempotentSubmit?: boolean | 'replays' | 'rejects' | undefined;
  /** How long the backend knows a key, in ms. After that, a submit is never repeated. @defaultValue without end */
  readonly idempotencyWindowMs?: number | undefined;
  /** @defaultValue `{ tells: 'changes' }` */
  readonly stream?: StreamCapability | undefined;
  readonly webhook?: Webhook | undefined;
  /** How a server half gets results for pages. @defaultValue a page loads the URLs of an output itself */
  readonly hiddenResults?: HiddenResults | undefined;
  /**
   * For how long after its end the results of a job can be had at least, in ms. A server half without a process of its own has to look more
   * often than that. @defaultValue not known
   */
  readonly resultsLiveMs?: number | undefined;
  /**
   * Names what decides how long a job takes: its model, size, quality. A client keeps the durations of each label apart, and
   * learns from them when to read. The label is stored: nothing of a prompt, and few different ones. Only its first 100
   * characters count. @defaultValue all jobs are of one kind
   */
  durationLabel?(input: TInput): string;
  /**
   * Names the backend and the account's region or base URL, such as `https://api.example.com/v1`. A stored job is followed only by an
   * adapter with the same origin. A function is called when it is needed, because a relative URL depends on the page.
   * @defaultValue any adapter follows it
   */
  readonly origin?: string | (() => string) | undefined;
}
