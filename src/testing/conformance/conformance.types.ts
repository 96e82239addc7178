import type { GenerationAdapter } from '../../machines/generation/generation.port.js';

/** One answer of the backend. It is given to each request that the tested call sends. */
export type ServerAnswer = (request: Request) => Response | Promise<Response>;

/**
 * Your backend, as the answers that it gives in named situations. Only you know them. A situation that you leave out is
 * reported as not tested, unless it has a default. The kit itself cuts connections, gives no answer, and answers with
 * errors and with what is no answer.
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
  /** Whether a request is a submit, which is charged. @defaultValue a POST to a path to which `submit` sends a POST */
  readonly isSubmit?: ((request: Request) => boolean) | undefined;
  /** All answers to a submit that name a job name the same one. */
  readonly submit: {
    readonly accepted: ServerAnswer;
    /** The key of this submit is known: the first answer again, or a refusal, as your adapter declares it. */
    readonly repeated?: ServerAnswer | undefined;
    /** A submit with this key is still being worked on. */
    readonly inProgress?: ServerAnswer | undefined;
    /** @defaultValue 401 */
    readonly unauthorized?: ServerAnswer | undefined;
    /** @defaultValue 402 */
    readonly paymentRequired?: ServerAnswer | undefined;
    /** @defaultValue 422 */
    readonly badInput?: ServerAnswer | undefined;
    /** With the time to wait. @defaultValue 429 with `Retry-After: 7` */
    readonly rateLimited?: ServerAnswer | undefined;
    /** Refused for load. Nothing is charged. */
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
    /** A status of a later version of the backend. */
    readonly unknownStatus?: ServerAnswer | undefined;
    readonly failed?: ServerAnswer | undefined;
    /** The job has ended because its content was flagged. */
    readonly moderated?: ServerAnswer | undefined;
    readonly cancelled?: ServerAnswer | undefined;
    /** The job succeeded once, and its result is gone. */
    readonly expired?: ServerAnswer | undefined;
    /** @defaultValue 404 */
    readonly notFound?: ServerAnswer | undefined;
    /** @defaultValue 401 */
    readonly unauthorized?: ServerAnswer | undefined;
    /** With the time to wait. @defaultValue 429 with `Retry-After: 7` */
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
        /** An event that is none, then the one of `running`, in one body. */
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
        /** The job had ended before. Its result is there. */
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

/** Makes your adapter for a backend at this URL, without a slash at its end. Called several times. */
export type AdapterFactory<TInput, TOutput> = (backend: { readonly url: string }) => GenerationAdapter<TInput, TOutput>;

/** What the kit has to know of your adapter. */
export type AdapterRequirementsOptions<TInput> = {
  readonly server: AdapterTestServer;
  /** An input that the adapter accepts. */
  readonly input: TInput;
  /** The credentials that your factory gives to the adapter, such as its token. The backend quotes them in its errors. */
  readonly secrets?: readonly string[] | undefined;
  /** How long the kit waits for what has to happen, in ms. Less than the time-out of your test runner. @defaultValue 4_000 */
  readonly patienceMs?: number | undefined;
};

/** One requirement of the port that an adapter has to meet. */
export type AdapterRequirement = {
  /** A statement, such as `submit() sends one paid request`. */
  readonly name: string;
  /** Why it cannot be tested: the situation, or an option, is not given. */
  readonly notTested: string | undefined;
  /** Rejects with a sentence if the adapter does not meet the requirement. */
  readonly test: () => Promise<void>;
};
