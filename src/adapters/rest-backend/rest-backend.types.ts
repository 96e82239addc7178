import type { Cost, GenerationAdapter, JobRef } from '../../machines/generation/generation.port.js';
import type { HttpRoute } from '../http/http-adapter.js';
import type { ExchangeOptions } from '../http/json-exchange.js';

/** The members of an answer or an event: unchecked JSON. */
export type RestAnswer = { readonly [name: string]: unknown };

/**
 * The destination of a {@link restBackend} request.
 *
 * - A template: `POST /songs`, `DELETE /songs/{id}`, or `{statusUrl}`. A path is below `baseUrl`. A name in braces is a
 *   member of the input (for a submit) or of the job (otherwise), and is encoded. A template that is one pair of braces
 *   is a whole URL from the backend.
 * - An object with a template as `url`, and optionally `method`, `headers`, `idempotencyHeader` and a `body`. In a JSON
 *   body, a text such as `{prompt}` is replaced by that member, whatever its type.
 * - A function that returns either of them, without templates.
 */
export type RestRoute<TSource> = string | HttpRoute | ((source: TSource) => string | HttpRoute);

/** The meaning of a backend's status. `queued` and `running` go on; all others end the job. */
export type RestState = 'queued' | 'running' | 'succeeded' | 'failed' | 'moderated' | 'cancelled' | 'expired';

/** Where a value is in an answer: a path such as `data.outputs.0.url`, or a function that returns the value. */
export type RestPlace<TValue = unknown> = string | ((answer: RestAnswer, job: JobRef) => TValue);

/** Where the values of an answer are. Leave out what the backend does not report. */
export type RestPlaces<TOutput> = {
  /**
   * The job's id in the answer to a submit. In other answers and events, it tells whether they are about this job.
   * @defaultValue `id`
   */
  readonly id?: string | undefined;
  /** The word to look up in `status`; also a number, or `true` and `false`. @defaultValue `status` */
  readonly status?: string | undefined;
  /** The progress, from 0 to `progressMax`. @defaultValue `progress` */
  readonly progress?: RestPlace | undefined;
  /** A text for the user while the job runs. @defaultValue none */
  readonly message?: RestPlace | undefined;
  /** The position in the backend's queue; 0 is next. @defaultValue none */
  readonly backendPosition?: RestPlace | undefined;
  /** In how many ms the backend expects the result. @defaultValue none */
  readonly etaMs?: RestPlace | undefined;
  /**
   * The result of a successful job; in the answer to `result`, if there is such a route. @defaultValue the whole answer
   */
  readonly output?: RestPlace<TOutput | undefined> | undefined;
  /** Why the job failed. @defaultValue the whole answer, searched for the common names */
  readonly error?: RestPlace | undefined;
  /** `{ amount, unit }`. @defaultValue none */
  readonly cost?: RestPlace<Cost | undefined> | undefined;
  /** When the output's URLs stop working: ms since the epoch, or a date as text. @defaultValue none */
  readonly expiresAt?: RestPlace | undefined;
};

type Declared =
  | 'idempotentSubmit'
  | 'idempotencyWindowMs'
  | 'stream'
  | 'resultsLiveMs'
  | 'durationLabel'
  | 'hiddenResults'
  | 'origin';

/** Options of {@link restBackend}. */
export type RestBackendOptions<TInput, TOutput> = Pick<ExchangeOptions, 'headers' | 'origins' | 'fetch' | 'toVerdict'> &
  Pick<GenerationAdapter<TInput, TOutput>, Declared> & {
    /** The start of the routes' paths: `https://api.example.com/v1`. @defaultValue the page's origin */
    readonly baseUrl?: string | undefined;
    /** Starts the job: a POST with the input as its body, unless you say otherwise. */
    readonly submit: RestRoute<TInput>;
    /** Reads the job's state: a GET. */
    readonly read: RestRoute<JobRef>;
    /** Reads the result of a successful job if the answer to `read` lacks it: a GET. @defaultValue none */
    readonly result?: RestRoute<JobRef> | undefined;
    /** Asks the backend to stop the job: a POST, unless you say otherwise. @defaultValue none: a cancelled job runs on */
    readonly cancel?: RestRoute<JobRef> | undefined;
    /** A stream of Server-Sent Events whose data looks like an answer. @defaultValue the job is only polled */
    readonly events?: RestRoute<JobRef> | undefined;
    /**
     * What the backend's status words mean. At least one must be `succeeded`. Case, spaces, `-` and `_` do not matter.
     * A missing word means that the job goes on. Or a function of the answer, where `undefined` means that too.
     */
    readonly status: Readonly<Record<string, RestState>> | ((answer: RestAnswer) => RestState | undefined);
    /** Where the values of an answer are. */
    readonly at?: RestPlaces<TOutput> | undefined;
    /** The progress of a finished job: 100 for percent. @defaultValue 1 */
    readonly progressMax?: number | undefined;
    /**
     * Values from the answer to the submit that the job keeps besides its id, for the templates of other routes.
     * @defaultValue nothing
     */
    readonly keep?: Readonly<Record<string, RestPlace>> | undefined;
    /** Whether a job with this end is charged. @defaultValue what the backend says, else `maybe` */
    readonly charged?:
      | Partial<Readonly<Record<'failed' | 'moderated' | 'cancelled', 'no' | 'maybe' | 'yes'>>>
      | undefined;
  };
