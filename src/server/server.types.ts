import type { GenerationPolicy } from '../machines/generation/generation.policy.js';
import type { GenerationAdapter, JsonValue } from '../machines/generation/generation.port.js';
import type { ResultStore } from './copies/result-store.js';
import type { GenerationEngine } from './engine/generation-engine.js';
import type { InputStore } from './inputs/input-store.js';
import type { InputType } from './inputs/media-types.js';
import type { WishInputs } from './inputs/wish-inputs.js';
import type { Correction, Reservation, Settlement } from './money/money.types.js';
import type { ServerLogEntry } from './observe/log.types.js';
import type { ServerObserver } from './observe/observer.types.js';
import type { JobStore } from './store/job-store.js';

/** The user of a request. `id` owns the jobs; other members are passed on to `input`. */
export type ServerUser = { readonly id: string };

/** One backend of a server half: a vendor's adapter, and how a wish becomes its input. */
export type ServerBackend<TUser extends ServerUser, TInput> = {
  /** The vendor's adapter, with your key. */
  readonly adapter: GenerationAdapter<TInput, unknown>;
  /**
   * Makes the adapter's input from the page's wish: decide the model, the size and the price here. The wish is
   * untrusted. To refuse it, throw a `GenerationError` with the code `bad-input` or `payment-required`; the page gets
   * its message. `call.inputs` has the page's uploaded files, by their references in the wish.
   */
  input(wish: unknown, user: TUser, call: { readonly inputs: WishInputs }): TInput | Promise<TInput>;
  /**
   * The chart's times on the server.
   *
   * @see {@link GenerationPolicy}
   */
  readonly policy?: Partial<GenerationPolicy> | undefined;
  /**
   * Names what decides how long a job takes: its model, size, quality. The durations of a label's jobs, from all users,
   * decide when the next one is read and when its result is expected. Use few different labels and nothing from a
   * prompt: 32 are kept, and their first 100 characters count. Needs a store.
   * @defaultValue the adapter's `durationLabel`; without one, one label for all jobs
   */
  durationLabel?(input: TInput): string;
  /** Maximum number of running jobs, of all users. More are refused with 429. Needs a store. @defaultValue unlimited */
  readonly maxRunning?: number | undefined;
};

/** Files that pages upload as inputs of wishes. */
export type InputOptions = {
  /**
   * Where the files are kept until their jobs have ended: `directoryInputs(path)` of
   * `generation-lifecycle/server/node`, or `memoryInputs()`.
   */
  readonly store: InputStore;
  /** The largest file, in bytes. A larger one is refused with 413. @defaultValue 20_971_520 */
  readonly maxBytes?: number | undefined;
  /**
   * The types that may be uploaded. Others are refused with 415.
   * @defaultValue png, jpeg, gif, webp, avif; wav, mpeg, ogg, flac, mp4, webm
   */
  readonly types?: readonly InputType[] | undefined;
  /** Maximum number of stored files per user. More are refused with 429. @defaultValue 20 */
  readonly maxPerUser?: number | undefined;
  /** How long one upload may take, in ms. @defaultValue 60_000 */
  readonly uploadTimeoutMs?: number | undefined;
};

/** Options of {@link createGenerationServer}. */
export type GenerationServerOptions<
  TUser extends ServerUser,
  TInputs extends { readonly [name: string]: unknown },
  TTransaction = unknown,
> = {
  /** By name, as in the URL: letters, digits, `-` and `_`. `webhook` is reserved. */
  readonly backends: { readonly [TName in keyof TInputs]: ServerBackend<TUser, TInputs[TName]> };
  /**
   * Returns your user, or `undefined` for nobody, which is answered with 401. Called for each request except webhooks.
   * If it throws, the answer is 503, which ends no job.
   */
  authorize(request: Request): TUser | undefined | Promise<TUser | undefined>;
  /** The path under which the routes are mounted. @defaultValue `/api/generations` */
  readonly basePath?: string | undefined;
  /**
   * Seals jobs and signs webhook URLs: random strings of 32 characters or more, such as from `openssl rand -base64 32`.
   * The first one seals and signs; all of them open, so you can rotate them. Required without a store.
   */
  readonly secrets?: string | readonly string[] | undefined;
  /**
   * Your pages' origin, such as `https://app.example.com`.
   * @defaultValue the origin of the request's URL, which a proxy may have changed
   */
  readonly origin?: string | undefined;
  /**
   * Allowed values of the header `Host` besides that of `publicUrl`, with their port if the URL has one. Others are
   * refused with 421. @defaultValue any. `serve` accepts only this machine, and the hosts of `origin` and `publicUrl`
   */
  readonly hosts?: readonly string[] | undefined;
  /** Other origins whose pages may send requests, with credentials (CORS). @defaultValue none */
  readonly allowedOrigins?: readonly string[] | undefined;
  /** The largest body of a request, in bytes. @defaultValue 4_194_304 */
  readonly maxBodyBytes?: number | undefined;
  /**
   * How long a stream lives, in ms; the page then opens the next one. Must be less than your platform's limit.
   * @defaultValue 55_000
   */
  readonly maxStreamMs?: number | undefined;
  /** How often a stream repeats the job's state, in ms. @defaultValue 15_000 */
  readonly repeatStateMs?: number | undefined;
  /**
   * Maximum number of a user's streams in one process. More are refused with 429, and their jobs are polled.
   * @defaultValue 20
   */
  readonly maxStreamsPerUser?: number | undefined;
  /**
   * The public URL of the routes, for vendors: `https://app.example.com/api/generations`. With it, the server half
   * tells adapters with a `webhook` where to post a job's end. Needs a store and `secrets`.
   * @defaultValue no webhooks: jobs are polled
   */
  readonly publicUrl?: string | undefined;
  /** How long a sealed job can be opened, in ms since its submit. @defaultValue 7 days after the policy's longest deadlines */
  readonly sealedJobMs?: number | undefined;
  /**
   * Stores the jobs: a repeated key returns the first answer, jobs end with no page open, and every device of a user
   * sees them. Call its `migrate()` before the first request. @defaultValue none: a relay
   */
  readonly store?: JobStore<TTransaction> | undefined;
  /**
   * Wakes jobs in time, for all processes: `pgBossEngine(boss)`, `bullmqEngine({ connection })`, or your own queue.
   * Needs a store. @defaultValue each started process looks four times a second for jobs that are due
   */
  readonly engine?: GenerationEngine | undefined;
  /**
   * Accepts uploaded files as inputs and keeps them as long as their jobs; one that no wish has used after an hour is
   * removed. Needs a store. @defaultValue nothing can be uploaded
   */
  readonly inputs?: InputOptions | undefined;
  /**
   * Maximum number of a user's submits per minute. More are refused with 429. Needs a store. @defaultValue unlimited
   */
  readonly wishesPerMinute?: number | undefined;
  /**
   * Maximum number of a user's running jobs, on all backends. More are refused with 429. Needs a store.
   * @defaultValue unlimited
   */
  readonly maxRunningPerUser?: number | undefined;
  /** How long a dead process keeps its jobs from others, in ms. Needs a store. @defaultValue 15_000 */
  readonly leaseMs?: number | undefined;
  /**
   * Called before a submit is sent, inside the transaction that stores the job: debit the user's account here. What you
   * write with the transaction is stored together with the job, or not at all. If it throws, the submit is refused with
   * 402 and your message, or with the code of a `GenerationError`; nothing is submitted, and the key can be used again.
   * `onSettle` gets its return value (JSON).
   *
   * If the transaction is repeated, it is called again, so use nothing but the transaction in it, for at most 10 s. On
   * SQLite, await only `tx.execute()` and `tx.batch()`. Needs a store and `onSettle`. @defaultValue nothing is reserved
   */
  readonly onReserve?:
    | ((transaction: TTransaction, reservation: Reservation<TUser>) => JsonValue | void | Promise<JsonValue | void>)
    | undefined;
  /**
   * Called once for each reservation, inside the transaction that stores the job's end, with its cost as known by then.
   * If the vendor does not say whether a job is charged, it is settled with `maybe` after `settleMaybeAfterMs`. If it
   * throws, the end is stored anyway, and it is called again later. The rules of `onReserve` apply. Needs a store.
   * @defaultValue nothing is settled
   */
  readonly onSettle?: ((transaction: TTransaction, settlement: Settlement) => void | Promise<void>) | undefined;
  /**
   * Called once for each change after `onSettle`: of the status, the charge or the cost. The rules of `onReserve`
   * apply. Needs `onSettle`. @defaultValue the change is logged
   */
  readonly onCorrect?: ((transaction: TTransaction, correction: Correction) => void | Promise<void>) | undefined;
  /**
   * How long after a job's end the vendor may leave open whether it is charged, in ms. Needs `onSettle`.
   * @defaultValue 24 h
   */
  readonly settleMaybeAfterMs?: number | undefined;
  /** How long a job and its key are kept after its end, in ms. Needs a store. @defaultValue 30 days */
  readonly keepMs?: number | undefined;
  /**
   * Set it if no process lives on between requests, as on most serverless platforms. Reads and streams of pages advance
   * jobs; so do webhooks (`publicUrl`) and a cron that calls `sweep()`. Each backend needs one of the latter two,
   * because a page may close. Needs a store. @defaultValue false
   */
  readonly serverless?: boolean | undefined;
  /**
   * How often your cron calls `sweep()`, in ms: more often than results live at the vendor (the adapter's
   * `resultsLiveMs`). For `serverless`. @defaultValue there is no cron
   */
  readonly sweepEveryMs?: number | undefined;
  /**
   * Copies results, so that they outlive the vendor's files: `directoryResults(path)`, or
   * `s3Results({ client, bucket })`. Pages get URLs of this server in place of the vendor's, as long as the job is kept
   * (`keepMs`). Needs a store. @defaultValue none: the vendor's own URLs
   */
  readonly results?: ResultStore | undefined;
  /**
   * Allowed origins of copied results, besides raw bytes and URLs that need the adapter's key:
   * `https://cdn.example.com`, or `https://*.example.com` for every host below it. Other results stay at the vendor.
   * Required if the result store cannot check addresses. @defaultValue any host of the web
   */
  readonly resultOrigins?: readonly string[] | undefined;
  /** The media types to copy, or their beginnings. @defaultValue `['image/', 'video/', 'audio/']` */
  readonly resultTypes?: readonly string[] | undefined;
  /** The largest result to copy, in bytes. @defaultValue 1_073_741_824 */
  readonly maxResultBytes?: number | undefined;
  /**
   * How long a page waits for the copies, in ms. Then it gets the vendor's URLs, and the copies' with a later version.
   * @defaultValue 30_000
   */
  readonly copyPatienceMs?: number | undefined;
  /** How long one copy may take, in ms. Then it starts over later. @defaultValue 900_000 */
  readonly copyTimeoutMs?: number | undefined;
  /** How long a copy waits for the next bytes, in ms. @defaultValue 30_000 */
  readonly copyIdleTimeoutMs?: number | undefined;
  /** Passes the vendor's own error texts on to the page. They may name your account. @defaultValue false */
  readonly showBackendErrors?: boolean | undefined;
  /**
   * Called with each request, each end of a job and each incident. What it throws or rejects has no effect and is
   * printed to the console once. The guide "Operating it" lists all events. @defaultValue incidents go to the console
   */
  readonly log?: ((entry: ServerLogEntry) => void) | undefined;
  /** Observers for metrics and traces, such as `openTelemetry()`. @defaultValue none */
  readonly observe?: ServerObserver | readonly ServerObserver[] | undefined;
};

/** The server half. */
export type GenerationServer = {
  /** Answers one request. Never rejects. Needs no `this`. */
  readonly handle: (request: Request) => Promise<Response>;
  /**
   * The hosts from the options: `hosts`, or those of `origin` and `publicUrl`. `serve` accepts only these and this
   * machine.
   */
  readonly hosts?: readonly string[] | undefined;
};

/** A server half with a store. */
export type DurableGenerationServer = GenerationServer & {
  /**
   * Makes a job's next step, if it is due: reads the job at the vendor and stores the answer. Safe at any time, any
   * number of times, from anywhere. A step takes as long as one request to the vendor, or as the copy of the job's
   * results. Resolves to whether the job has ended; `undefined` if there is no such job.
   */
  advance(id: string): Promise<boolean | undefined>;
  /**
   * Advances every due job, gives up the submits of dead processes, and deletes old jobs. For a cron, if no process
   * lives on. Resolves to the number of advanced jobs.
   */
  sweep(): Promise<number>;
  /**
   * Advances due jobs in this process until `stop`: by itself, or as the `engine` wakes them. A process that only
   * answers requests need not be started if another one is.
   *
   * @throws TypeError with the option `serverless`, and for options that do not fit the `engine`
   */
  start(): void;
  /**
   * Takes no new jobs, and resolves when this process's steps and submits are done. Other processes take over the rest.
   */
  stop(): Promise<void>;
};
