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

/** Who asks. Only `id` counts: it owns the jobs. Other members are passed on to `input`. */
export type ServerUser = { readonly id: string };

/** One backend of a server half: a vendor's adapter, and what becomes of a wish. */
export type ServerBackend<TUser extends ServerUser, TInput> = {
  /** The vendor's adapter, with your key. */
  readonly adapter: GenerationAdapter<TInput, unknown>;
  /**
   * Makes the adapter's input of what the page wishes for: the model, the size and the price are decided here. The wish is data from
   * outside. Throw a `GenerationError` with the code `bad-input` to refuse it, or `payment-required`; the page gets its message. `call.inputs` has the files
   * that the page has uploaded, by their references in the wish.
   */
  input(wish: unknown, user: TUser, call: { readonly inputs: WishInputs }): TInput | Promise<TInput>;
  /** How long each wait of the chart is, on the server. @see {@link GenerationPolicy} */
  readonly policy?: Partial<GenerationPolicy> | undefined;
  /**
   * Names what decides how long a job of this input takes: its model, size, quality. What the jobs of a label took, of all users, decides when the next one is
   * read, and when its result is expected. Few different ones, and nothing of a prompt: 32 are kept, and their first 100 characters count. Needs a store.
   * @defaultValue `durationLabel` of the adapter; without one, all jobs are of one kind
   */
  durationLabel?(input: TInput): string;
  /** How many jobs may run at once, of all users. Others get 429. Needs a store. @defaultValue any number */
  readonly maxRunning?: number | undefined;
};

/** Files that pages upload as inputs of wishes. */
export type InputOptions = {
  /** Where they are until their jobs have ended: `directoryInputs(path)` of `generation-lifecycle/server/node`, or `memoryInputs()`. */
  readonly store: InputStore;
  /** The largest file, in bytes. Others get 413. @defaultValue 20_971_520 */
  readonly maxBytes?: number | undefined;
  /** The types that may be uploaded. Others get 415. @defaultValue png, jpeg, gif, webp, avif; wav, mpeg, ogg, flac, mp4, webm */
  readonly types?: readonly InputType[] | undefined;
  /** How many files of a user are there at once. Others get 429. @defaultValue 20 */
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
  /** By their names in the URL: letters, digits, `-` and `_`. `webhook` is no name. */
  readonly backends: { readonly [TName in keyof TInputs]: ServerBackend<TUser, TInputs[TName]> };
  /**
   * Who asks: a user of yours, or `undefined` for nobody, who gets 401. Called for each request except webhooks. A throw answers 503, which
   * ends no job.
   */
  authorize(request: Request): TUser | undefined | Promise<TUser | undefined>;
  /** Where the routes begin. @defaultValue `/api/generations` */
  readonly basePath?: string | undefined;
  /**
   * Seals jobs and signs webhook addresses: random texts of 32 characters or more, such as from `openssl rand -base64 32`. The first one seals and
   * signs; all open, so that you can change it. Required without a store.
   */
  readonly secrets?: string | readonly string[] | undefined;
  /** The origin of your pages, such as `https://app.example.com`. @defaultValue the origin of the request's URL, which a proxy may have changed */
  readonly origin?: string | undefined;
  /**
   * Host names (with their port, if the URL has one) by which this server may be asked, beside that of `publicUrl`: the header `Host`. Others get 421.
   * @defaultValue any. `serve` takes only this machine, and the hosts of `origin` and `publicUrl`
   */
  readonly hosts?: readonly string[] | undefined;
  /** Other origins whose pages may call, with credentials (CORS). @defaultValue none */
  readonly allowedOrigins?: readonly string[] | undefined;
  /** The largest body of a request, in bytes. @defaultValue 4_194_304 */
  readonly maxBodyBytes?: number | undefined;
  /** How long a stream lives, in ms; the page opens the next one. Less than your platform's limit. @defaultValue 55_000 */
  readonly maxStreamMs?: number | undefined;
  /** How often a stream repeats the job's state, in ms. @defaultValue 15_000 */
  readonly repeatStateMs?: number | undefined;
  /** How many streams of a user one process holds. Others get 429, and their jobs are read. @defaultValue 20 */
  readonly maxStreamsPerUser?: number | undefined;
  /**
   * Where the routes begin, as vendors reach them: `https://app.example.com/api/generations`. With it, adapters with a `webhook` are told where to post the
   * end of a job. Needs a store and `secrets`. @defaultValue no webhooks: jobs are read
   */
  readonly publicUrl?: string | undefined;
  /** How long a sealed job can be opened, in ms since its submit. @defaultValue 7 days after the policy's longest deadlines */
  readonly sealedJobMs?: number | undefined;
  /**
   * Keeps the jobs: a repeated key returns the first answer, jobs end with no page open, and are there on every device of a user. Call its `migrate()`
   * before the first request. @defaultValue none: a relay
   */
  readonly store?: JobStore<TTransaction> | undefined;
  /**
   * What wakes the jobs in time, for all processes: `pgBossEngine(boss)`, `bullmqEngine({ connection })`, or a queue of your own. Needs a store.
   * @defaultValue each process that is started looks by itself what is due, four times a second
   */
  readonly engine?: GenerationEngine | undefined;
  /**
   * Takes files of pages as inputs, and keeps them no longer than their jobs: one that no wish has used after an hour is removed. Needs a store.
   * @defaultValue nothing can be uploaded
   */
  readonly inputs?: InputOptions | undefined;
  /** How many submits a user may make in a minute. Others get 429. Needs a store. @defaultValue any number */
  readonly wishesPerMinute?: number | undefined;
  /** How many jobs of a user may run at once, on all backends. Others get 429. Needs a store. @defaultValue any number */
  readonly maxRunningPerUser?: number | undefined;
  /** How long a process that is gone keeps its jobs from others, in ms. Needs a store. @defaultValue 15_000 */
  readonly leaseMs?: number | undefined;
  /**
   * Called before a submit is sent, in the transaction that stores the job: take what it costs from the account of the user here. What you write
   * with the transaction is stored together with the job, or not at all. A throw refuses the submit with 402 and your message, or with the code of
   * a `GenerationError`; nothing is submitted, and the key can be used again. What it returns (JSON) is given to `onSettle`.
   *
   * It may be called again when the transaction is repeated, so use nothing but the transaction in it, for 10 s at most. On SQLite it may await nothing
   * but `tx.execute()` and `tx.batch()`. Needs a store and `onSettle`. @defaultValue nothing is reserved
   */
  readonly onReserve?:
    | ((transaction: TTransaction, reservation: Reservation<TUser>) => JsonValue | void | Promise<JsonValue | void>)
    | undefined;
  /**
   * Called once for each reservation, in the transaction that stores the end of the job, with what is known of its cost by then. A job of which the vendor does
   * not say whether it is charged is settled with `maybe`, after `settleMaybeAfterMs`. If it throws, the end is stored nevertheless, and it is called again
   * after a while. The same rules hold as for `onReserve`. Needs a store. @defaultValue nothing is settled
   */
  readonly onSettle?: ((transaction: TTransaction, settlement: Settlement) => void | Promise<void>) | undefined;
  /**
   * Called when something else turns out after `onSettle`: the status, whether it is charged, or the cost; once for each such change, by the same rules.
   * Needs `onSettle`. @defaultValue such a change goes to the log
   */
  readonly onCorrect?: ((transaction: TTransaction, correction: Correction) => void | Promise<void>) | undefined;
  /** How long the vendor may leave it open whether a job is charged, after its end, in ms. Needs `onSettle`. @defaultValue 24 h */
  readonly settleMaybeAfterMs?: number | undefined;
  /** How long a job is kept after its end, in ms. Until then its key is known. Needs a store. @defaultValue 30 days */
  readonly keepMs?: number | undefined;
  /**
   * No process lives on between two requests, as on most serverless platforms. Jobs are advanced by reads and streams of pages, by webhooks (`publicUrl`) and
   * by a cron that calls `sweep()`. Each backend needs one of the latter two, because a page may close. Needs a store. @defaultValue false
   */
  readonly serverless?: boolean | undefined;
  /**
   * How often your cron calls `sweep()`, in ms: more often than results live at the vendor (`resultsLiveMs` of the adapter). For `serverless`.
   * @defaultValue there is no cron
   */
  readonly sweepEveryMs?: number | undefined;
  /**
   * Copies results, so that they outlive the vendor's files: `directoryResults(path)`, or `s3Results({ client, bucket })`. Pages get URLs of this server in place of
   * the vendor's, for as long as the job is kept (`keepMs`). Needs a store. @defaultValue none: the vendor's own URLs
   */
  readonly results?: ResultStore | undefined;
  /**
   * Where results may be copied from, beside bytes and what the adapter's key leads to: `https://cdn.example.com`, or `https://*.example.com` for every host below
   * it. Others stay at the vendor. Required where a result store cannot check addresses. @defaultValue any host of the web
   */
  readonly resultOrigins?: readonly string[] | undefined;
  /** What is copied: types, or their beginnings. @defaultValue `['image/', 'video/', 'audio/']` */
  readonly resultTypes?: readonly string[] | undefined;
  /** The largest result that is copied, in bytes. @defaultValue 1_073_741_824 */
  readonly maxResultBytes?: number | undefined;
  /** How long a page waits for the copies, in ms. After that it gets the vendor's URLs, and ours with a later version. @defaultValue 30_000 */
  readonly copyPatienceMs?: number | undefined;
  /** How long one copy may take, in ms. Then it begins anew later. @defaultValue 900_000 */
  readonly copyTimeoutMs?: number | undefined;
  /** How long a copy waits for the next bytes, in ms. @defaultValue 30_000 */
  readonly copyIdleTimeoutMs?: number | undefined;
  /** Passes the vendor's own words on to the page. They may name your account. @defaultValue false */
  readonly showBackendErrors?: boolean | undefined;
  /**
   * Called with each request, each end of a job and each incident. What it throws or rejects ends nothing, and is told to the console once. Every event stands in
   * the guide "Operating it". @defaultValue incidents go to the console
   */
  readonly log?: ((entry: ServerLogEntry) => void) | undefined;
  /** Who sees what goes on, for metrics and traces: such as `openTelemetry()`. @defaultValue nobody */
  readonly observe?: ServerObserver | readonly ServerObserver[] | undefined;
};

/** The server half. */
export type GenerationServer = {
  /** Answers one request. Never rejects. It needs no `this`. */
  readonly handle: (request: Request) => Promise<Response>;
  /** The hosts that the options name: `hosts`, or those of `origin` and `publicUrl`. `serve` takes no others, except this machine. */
  readonly hosts?: readonly string[] | undefined;
};

/** The server half with a store. */
export type DurableGenerationServer = GenerationServer & {
  /**
   * Makes the next step of a job, if it is due: reads it at the vendor, and stores what it says. Safe at any time, any number of times, from anywhere. A
   * step takes as long as one request to the vendor, or as the copy of the job's results. Resolves to whether the job has ended; `undefined` if there is none.
   */
  advance(id: string): Promise<boolean | undefined>;
  /**
   * Advances every job that is due, gives up the submits of processes that are gone, and deletes what ended long ago. For a cron, where no process
   * lives on. Resolves to how many jobs were advanced.
   */
  sweep(): Promise<number>;
  /**
   * Advances jobs in this process as they become due, until `stop`: by itself, or as the `engine` wakes them. A process that only answers requests need not
   * be started, as long as another one is.
   *
   * @throws TypeError with the option `serverless`, and for options of the `engine` that do not fit
   */
  start(): void;
  /** Takes no new jobs, and resolves when the steps and submits of this process are done. What they leave is taken over by others. */
  stop(): Promise<void>;
};
