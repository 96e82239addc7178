import type { ScriptedClock } from '../scripted.types.js';

/** What a request to a vendor does. `result`: the second request of vendors whose status has no result. */
export type VendorAction = 'submit' | 'read' | 'result' | 'events' | 'cancel';

/**
 * What goes wrong with requests. Several faults of one request: the first one counts.
 *
 * - A number is an error status. `moderated` refuses the content of a submit, in the vendor's own words.
 * - `hangs`: no answer. `breaks`: the connection breaks before the vendor has done anything. `lost`: it breaks after that.
 * - Of a stream: `silent` opens it and sends nothing, `cut` ends it after its first event, and `twice` repeats its last event.
 */
export type VendorFault = {
  readonly on: VendorAction | readonly VendorAction[];
  readonly answer: number | 'moderated' | 'hangs' | 'breaks' | 'lost' | 'silent' | 'cut' | 'twice';
  /** With an error status, in seconds. */
  readonly retryAfter?: number | undefined;
  /** In ms since the submit; for a submit, since the double was made. @defaultValue 0 */
  readonly fromMs?: number | undefined;
  /** @defaultValue without end */
  readonly untilMs?: number | undefined;
  /** How many requests. @defaultValue all */
  readonly times?: number | undefined;
};

/** What a vendor does with a job. */
export type VendorScenario = {
  /** How long the job waits in the queue, in ms. @defaultValue 2_000 */
  readonly queuedMs?: number | undefined;
  /** How long it runs, in ms. @defaultValue 4_000 */
  readonly runningMs?: number | undefined;
  /** @defaultValue `succeeded` */
  readonly ends?: 'succeeded' | 'failed' | 'moderated' | undefined;
  /** What it results in, as the model answers it. @defaultValue a picture */
  readonly output?: unknown;
  /** How long after its end the result is there, in ms. @defaultValue without end */
  readonly resultLivesMs?: number | undefined;
  /** How long a job that runs takes to stop, in ms. `Infinity`: it goes on. @defaultValue 0 */
  readonly stopsAfterMs?: number | undefined;
  readonly faults?: readonly VendorFault[] | undefined;
  /** Deliveries of the result to the address that a submit names. @defaultValue `once` */
  readonly webhook?: 'once' | 'twice' | 'late' | 'forged' | 'missing' | undefined;
};

/** Options of a double. */
export type VendorDoubleOptions = {
  /** What happens to each job: one for all, or one for each, by its input and its number from 0. @defaultValue `vendorScenarios.healthy` */
  readonly scenario?: VendorScenario | ((input: unknown, index: number) => VendorScenario) | undefined;
  /** The only key that is accepted. @defaultValue any key, but one */
  readonly key?: string | undefined;
  /** @defaultValue the platform's timers, also fake ones */
  readonly clock?: ScriptedClock | undefined;
  /** Where deliveries of webhooks go. @defaultValue the global `fetch` */
  readonly deliver?: ((request: Request) => Promise<Response>) | undefined;
  /** Where the double says that it is, in the URLs that it gives. @defaultValue the address of the vendor */
  readonly baseUrl?: string | undefined;
  /**
   * Where its jobs are, by their ids. A vendor does not forget them when your server ends: pass a map that writes each `set` to a file, and the next
   * double goes on with them, by a clock that tells the time of day. A job is JSON if its scenario is. @defaultValue the memory
   */
  readonly jobs?: Map<string, VendorJob> | undefined;
};

/** A request that a double has seen. */
export type VendorRequest = {
  /** `undefined`: no route of the vendor. */
  readonly action: VendorAction | undefined;
  readonly method: string;
  readonly url: string;
  /** Of the answer; 0 while there is none. */
  readonly status: number;
  readonly atMs: number;
};

/** A vendor on your machine. */
export type VendorDouble = {
  /** Answers a request as the vendor does. Pass it to the adapter as `fetch`, or call it from a server. */
  readonly fetch: (request: Request | string, init?: RequestInit) => Promise<Response>;
  readonly requests: readonly VendorRequest[];
  /** How many submits were accepted, and would be paid. */
  readonly chargedCount: number;
  /** How many answers and streams are not over. */
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
  /** What the submit has sent: the input alone, or with more around it. */
  readonly body: unknown;
  readonly scenario: VendorScenario;
  /** In ms of the clock. */
  readonly submittedAt: number;
  /** What the protocol needs of the submit, such as the model. */
  readonly path: string;
  /** When the vendor stops it by itself, in ms since the submit. */
  readonly limitMs?: number | undefined;
  /** The idempotency key of its submit, where the vendor knows keys. */
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
