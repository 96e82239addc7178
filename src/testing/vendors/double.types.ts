import type { ScriptedClock } from '../scripted.types.js';

/** What a request to a vendor does. `result`: the second request, for vendors whose status has no result. */
export type VendorAction = 'submit' | 'read' | 'result' | 'events' | 'cancel';

/**
 * A fault of a vendor's requests. If several apply to one request, the first one counts.
 *
 * - A number is an error status. `moderated` refuses a submit's content, in the vendor's own words.
 * - `hangs`: no answer. `breaks`: the connection breaks before the vendor has done anything. `lost`: it breaks after
 *   that.
 * - For a stream: `silent` opens it and sends nothing, `cut` ends it after its first event, and `twice` repeats its
 *   last event.
 */
export type VendorFault = {
  readonly on: VendorAction | readonly VendorAction[];
  readonly answer: number | 'moderated' | 'hangs' | 'breaks' | 'lost' | 'silent' | 'cut' | 'twice';
  /** Seconds, with an error status. */
  readonly retryAfter?: number | undefined;
  /** In ms since the submit; for a submit, since the double was created. @defaultValue 0 */
  readonly fromMs?: number | undefined;
  /** @defaultValue unlimited */
  readonly untilMs?: number | undefined;
  /** How many requests. @defaultValue all */
  readonly times?: number | undefined;
};

/** What a vendor does with a job. */
export type VendorScenario = {
  /** How long the job is queued, in ms. @defaultValue 2_000 */
  readonly queuedMs?: number | undefined;
  /** How long it runs, in ms. @defaultValue 4_000 */
  readonly runningMs?: number | undefined;
  /** @defaultValue `succeeded` */
  readonly ends?: 'succeeded' | 'failed' | 'moderated' | undefined;
  /** The output, as the model returns it. @defaultValue a picture */
  readonly output?: unknown;
  /** How long the result stays available after the end, in ms. @defaultValue unlimited */
  readonly resultLivesMs?: number | undefined;
  /** How long a running job takes to stop, in ms. `Infinity`: it goes on. @defaultValue 0 */
  readonly stopsAfterMs?: number | undefined;
  readonly faults?: readonly VendorFault[] | undefined;
  /** Deliveries of the result to the URL in a submit. @defaultValue `once` */
  readonly webhook?: 'once' | 'twice' | 'late' | 'forged' | 'missing' | undefined;
};

/** Options of a double. */
export type VendorDoubleOptions = {
  /**
   * What happens to each job: one scenario for all, or a function of its input and its index.
   * @defaultValue `vendorScenarios.healthy`
   */
  readonly scenario?: VendorScenario | ((input: unknown, index: number) => VendorScenario) | undefined;
  /** The only accepted key. @defaultValue any key, but one is required */
  readonly key?: string | undefined;
  /** @defaultValue the platform's timers, also fake ones */
  readonly clock?: ScriptedClock | undefined;
  /** Receives webhook deliveries. @defaultValue the global `fetch` */
  readonly deliver?: ((request: Request) => Promise<Response>) | undefined;
  /** The double's address in the URLs that it returns. @defaultValue the vendor's address */
  readonly baseUrl?: string | undefined;
  /**
   * The double's jobs by id. A vendor remembers jobs when your server restarts: pass a map that writes each `set` to a
   * file, and the next double goes on with them, if its clock tells the time of day. A job is JSON if its scenario is.
   * @defaultValue in memory
   */
  readonly jobs?: Map<string, VendorJob> | undefined;
};

/** A request that a double received. */
export type VendorRequest = {
  /** `undefined`: the vendor has no such route. */
  readonly action: VendorAction | undefined;
  readonly method: string;
  readonly url: string;
  /** The answer's status; 0 until there is one. */
  readonly status: number;
  readonly atMs: number;
};

/** A vendor on your machine. */
export type VendorDouble = {
  /** Answers a request as the vendor does. Pass it to the adapter as `fetch`, or call it from a server. */
  readonly fetch: (request: Request | string, init?: RequestInit) => Promise<Response>;
  readonly requests: readonly VendorRequest[];
  /** Number of accepted submits, which would be charged. */
  readonly chargedCount: number;
  /** Number of answers and streams in progress. */
  readonly openCount: number;
};

/** Where a job is. */
export type VendorJobState = {
  readonly phase: 'queued' | 'running' | 'succeeded' | 'failed' | 'moderated' | 'cancelled' | 'expired';
  /** 0 is next. */
  readonly position: number;
  /** 0..1, in quarters. */
  readonly progress: number;
  /** When it left the queue, if it did, and when it ended, in ms of the clock. */
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
};

/** A job as a double keeps it. */
export type VendorJob = {
  readonly id: string;
  readonly input: unknown;
  /** The body of the submit: the input alone, or wrapped. */
  readonly body: unknown;
  readonly scenario: VendorScenario;
  /** In ms of the clock. */
  readonly submittedAt: number;
  /** What the protocol takes from the submit, such as the model. */
  readonly path: string;
  /** When the vendor stops it by itself, in ms since the submit. */
  readonly limitMs?: number | undefined;
  /** The submit's idempotency key, if the vendor supports keys. */
  readonly key?: string | undefined;
  /** In ms of the clock. */
  cancelledAt?: number;
};

/** A delivery that is to be signed. A forged one is signed for another body. */
export type UnsignedDelivery = {
  readonly id: string;
  readonly body: string;
  readonly now: number;
  readonly isForged: boolean;
};
