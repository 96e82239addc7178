import type { Cost, GenerationAdapter, JobRef } from '../../machines/generation/generation.port.js';
import type { HttpRoute } from '../http/http-adapter.js';
import type { ExchangeOptions } from '../http/json-exchange.js';

/** The members of an answer or an event: JSON that nobody has checked. */
export type RestAnswer = { readonly [name: string]: unknown };

/**
 * Where a request of a {@link restBackend} goes.
 *
 * - A template: `POST /songs`, `DELETE /songs/{id}`, or `{statusUrl}`. A path is below `baseUrl`. What stands in braces is a member of the
 *   input (of a submit) or of the job (of all others), and is encoded. A template that is one pair of braces is a whole URL, as the backend
 *   has given it.
 * - An object with a template as `url`, and perhaps `method`, `headers`, `idempotencyHeader` and a `body`. In a body of JSON, a text such as
 *   `{prompt}` is replaced by that member, whatever its type is.
 * - A function that makes either of them, without templates.
 */
export type RestRoute<TSource> = string | HttpRoute | ((source: TSource) => string | HttpRoute);

/** What a status of a backend means. `queued` and `running` go on; all others end the job. */
export type RestState = 'queued' | 'running' | 'succeeded' | 'failed' | 'moderated' | 'cancelled' | 'expired';

/** Where something stands in an answer: the path of a member, such as `data.outputs.0.url`, or a function that takes it out. */
export type RestPlace<TValue = unknown> = string | ((answer: RestAnswer, job: JobRef) => TValue);

/** Where the parts of an answer stand. What is absent is said by nothing. */
export type RestPlaces<TOutput> = {
  /** The id of the job, in the answer to a submit. In another answer or an event, it says whether that is about this job. @defaultValue `id` */
  readonly id?: string | undefined;
  /** The word for `status`; also a number, or `true` and `false`. @defaultValue `status` */
  readonly status?: string | undefined;
  /** How far the job is, from 0 to `progressMax`. @defaultValue `progress` */
  readonly progress?: RestPlace | undefined;
  /** A text for the user while the job runs. @defaultValue none */
  readonly message?: RestPlace | undefined;
  /** Its place in the backend's queue; 0 is next. @defaultValue none */
  readonly backendPosition?: RestPlace | undefined;
  /** In how many ms the backend expects the result. @defaultValue none */
  readonly etaMs?: RestPlace | undefined;
  /** The result of a job that has succeeded; in the answer to `result`, if there is such a route. @defaultValue the whole answer */
  readonly output?: RestPlace<TOutput | undefined> | undefined;
  /** Why the job has failed. @defaultValue the whole answer, in which the common names are looked for */
  readonly error?: RestPlace | undefined;
  /** `{ amount, unit }`. @defaultValue none */
  readonly cost?: RestPlace<Cost | undefined> | undefined;
  /** When the URLs of the output stop working: in ms since the epoch, or a date as a text. @defaultValue none */
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
    /** What the paths of routes begin with: `https://api.example.com/v1`. @defaultValue the origin of the page */
    readonly baseUrl?: string | undefined;
    /** Starts the job: a POST, whose body is the input unless you say otherwise. */
    readonly submit: RestRoute<TInput>;
    /** Reads the job's state: a GET. */
    readonly read: RestRoute<JobRef>;
    /** Reads the result of a job that has succeeded, where it is not in the answer to `read`: a GET. @defaultValue none */
    readonly result?: RestRoute<JobRef> | undefined;
    /** Asks the backend to stop the job: a POST, unless you say otherwise. @defaultValue none: a cancelled job runs on */
    readonly cancel?: RestRoute<JobRef> | undefined;
    /** A stream of Server-Sent Events, whose data has the form of an answer. @defaultValue the job is only read */
    readonly events?: RestRoute<JobRef> | undefined;
    /**
     * What the backend's words mean. One has to be `succeeded`. Case, spaces, `-` and `_` do not matter, and a word that is not here is a job that
     * goes on. Or a function of the answer; `undefined` goes on, too.
     */
    readonly status: Readonly<Record<string, RestState>> | ((answer: RestAnswer) => RestState | undefined);
    /** Where the parts of an answer stand. */
    readonly at?: RestPlaces<TOutput> | undefined;
    /** What the progress counts to: 100 for percent. @defaultValue 1 */
    readonly progressMax?: number | undefined;
    /** What the job keeps of the answer to its submit beside its id, for the templates of other routes. @defaultValue nothing */
    readonly keep?: Readonly<Record<string, RestPlace>> | undefined;
    /** Whether a job that ends so is charged. @defaultValue what the backend says, else `maybe` */
    readonly charged?:
      | Partial<Readonly<Record<'failed' | 'moderated' | 'cancelled', 'no' | 'maybe' | 'yes'>>>
      | undefined;
  };
