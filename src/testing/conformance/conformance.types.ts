import type { GenerationAdapter } from '../../machines/generation/generation.port.js';

/** One answer of the backend, given to each request of the tested call. */
export type ServerAnswer = (request: Request) => Response | Promise<Response>;

/**
 * Your backend, as its answers in named situations. A situation that you leave out is reported as not tested, unless it
 * has a default. The kit itself cuts connections, leaves requests without an answer, and answers with errors and with
 * malformed content.
 *
 * @example
 * const server: AdapterTestServer = {
 *   submit: { accepted: () => Response.json({ id: 'song_1', status: 'queued' }, { status: 201 }) },
 *   read: {
 *     running: () => Response.json({ id: 'song_1', status: 'running', progress: 0.4 }),
 *     succeeded: () => Response.json({ id: 'song_1', status: 'done', url: 'https://songs.test/1.mp3' }),
 *   },
 * };
 */
export type AdapterTestServer = {
  /** Whether a request is a paid submit. @defaultValue a POST to a path to which `submit` sends a POST */
  readonly isSubmit?: ((request: Request) => boolean) | undefined;
  /** All answers to a submit that name a job name the same one. */
  readonly submit: {
    readonly accepted: ServerAnswer;
    /** The key of this submit is known: the first answer again, or a refusal, as your adapter declares. */
    readonly repeated?: ServerAnswer | undefined;
    /** A submit with this key is still being processed. */
    readonly inProgress?: ServerAnswer | undefined;
    /** @defaultValue 401 */
    readonly unauthorized?: ServerAnswer | undefined;
    /** @defaultValue 402 */
    readonly paymentRequired?: ServerAnswer | undefined;
    /** @defaultValue 422 */
    readonly badInput?: ServerAnswer | undefined;
    /** With a wait. @defaultValue 429 with `Retry-After: 7` */
    readonly rateLimited?: ServerAnswer | undefined;
    /** Refused because of load. Nothing is charged. */
    readonly busy?: ServerAnswer | undefined;
    /** The content is refused. */
    readonly moderated?: ServerAnswer | undefined;
  };
  readonly read: {
    readonly running: ServerAnswer;
    readonly succeeded: ServerAnswer;
    readonly queued?: ServerAnswer | undefined;
    /** The job goes on, and the backend says when to read next. */
    readonly paced?: ServerAnswer | undefined;
    /** A status from a later version of the backend. */
    readonly unknownStatus?: ServerAnswer | undefined;
    readonly failed?: ServerAnswer | undefined;
    /** The job ended because its content was flagged. */
    readonly moderated?: ServerAnswer | undefined;
    readonly cancelled?: ServerAnswer | undefined;
    /** The job succeeded, and its result was deleted. */
    readonly expired?: ServerAnswer | undefined;
    /** @defaultValue 404 */
    readonly notFound?: ServerAnswer | undefined;
    /** @defaultValue 401 */
    readonly unauthorized?: ServerAnswer | undefined;
    /** With a wait. @defaultValue 429 with `Retry-After: 7` */
    readonly rateLimited?: ServerAnswer | undefined;
  };
  /** Streams. The kit ends a stream after the body, or leaves it open. */
  readonly events?:
    | {
        /** The job goes on. */
        readonly running?: ServerAnswer | undefined;
        readonly succeeded?: ServerAnswer | undefined;
        /** Bytes without an event. @defaultValue a comment of Server-Sent Events */
        readonly silent?: ServerAnswer | undefined;
        /** An event of another job. */
        readonly otherJob?: ServerAnswer | undefined;
        /** A malformed event, then the one of `running`, in one body. */
        readonly garbled?: ServerAnswer | undefined;
        /** There is no stream for this job. @defaultValue 404 */
        readonly noStream?: ServerAnswer | undefined;
        /** An event with the id `last-1`. */
        readonly withId?: ServerAnswer | undefined;
      }
    | undefined;
  readonly cancel?:
    | {
        /** The job has stopped. */
        readonly stopped?: ServerAnswer | undefined;
        /** The cancel is accepted. The job stops later. */
        readonly accepted?: ServerAnswer | undefined;
        /** The job had ended before, and its result is there. */
        readonly tooLate?: ServerAnswer | undefined;
      }
    | undefined;
  readonly find?:
    | { readonly known?: ServerAnswer | undefined; readonly unknown?: ServerAnswer | undefined }
    | undefined;
  readonly cancelByKey?:
    | { readonly known?: ServerAnswer | undefined; readonly unknown?: ServerAnswer | undefined }
    | undefined;
};

/** Makes your adapter for a backend at this URL, which has no trailing slash. Called several times. */
export type AdapterFactory<TInput, TOutput> = (backend: { readonly url: string }) => GenerationAdapter<TInput, TOutput>;

/** What the kit needs to know of your adapter. */
export type AdapterRequirementsOptions<TInput> = {
  readonly server: AdapterTestServer;
  /** An input that the adapter accepts. */
  readonly input: TInput;
  /** The credentials that your factory gives the adapter, such as its token. The backend quotes them in its errors. */
  readonly secrets?: readonly string[] | undefined;
  /**
   * How long the kit waits for an expected event, in ms. Must be less than your test runner's time-out.
   * @defaultValue 4_000
   */
  readonly patienceMs?: number | undefined;
};

/** One requirement of the adapter port. */
export type AdapterRequirement = {
  /** A statement, such as `submit() sends one paid request`. */
  readonly name: string;
  /** Why it cannot be tested: a missing situation or option. */
  readonly notTested: string | undefined;
  /** Rejects with a sentence if the adapter does not meet the requirement. */
  readonly test: () => Promise<void>;
};
