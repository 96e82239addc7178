import type { GenerationAdapter, JobRef, JobUpdate, JsonObject } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import type { JobFailedOptions, jobFailed } from './job-failed.js';
import type { JsonAnswer } from './json-answer.js';
import {
  createExchange,
  type Exchange,
  type ExchangeOptions,
  type JsonRequest,
  type StreamRequest,
} from './json-exchange.js';

type Said = { readonly [name: string]: unknown };

/** The URL, method and body of an {@link httpAdapter} request. */
export type HttpRoute = Pick<JsonRequest, 'url' | 'method' | 'body' | 'headers' | 'idempotencyHeader'>;

/** What `toUpdate` of an {@link httpAdapter} may need besides the backend's answer. */
export type HttpUpdateContext = {
  readonly job: JobRef;
  /** The outcome of this job if it has failed, as by {@link Exchange.jobFailed}. */
  jobFailed(said: unknown, options?: JobFailedOptions): ReturnType<typeof jobFailed>;
};

type Declared = 'idempotentSubmit' | 'idempotencyWindowMs' | 'stream' | 'resultsLiveMs' | 'origin' | 'durationLabel';

/** Options of {@link httpAdapter}: those of {@link createExchange}, what the adapter declares, its routes, and what the answers mean. */
export type HttpAdapterOptions<TInput, TOutput> = ExchangeOptions &
  Pick<GenerationAdapter<TInput, TOutput>, Declared> & {
    /** A POST. Its answer names the job. */
    submit(input: TInput): HttpRoute;
    /** A GET. */
    read(job: JobRef): HttpRoute;
    /** An event stream. Events with another job's id are ignored. @defaultValue the job is only polled */
    events?(job: JobRef): Pick<StreamRequest, 'url' | 'headers' | 'cursor'>;
    /** @defaultValue a cancelled job runs on */
    cancel?(job: JobRef): HttpRoute;
    /** The member with the job's id, in answers and events. @defaultValue `id` */
    readonly idMember?: string | undefined;
    /** What the job keeps besides its id, such as URLs from the answer. @defaultValue nothing */
    toJob?(said: Said, input: TInput): JsonObject;
    /** Converts an answer or an event to an update. `said` holds the members of the JSON object, unchecked. */
    toUpdate(said: Said, context: HttpUpdateContext): JobUpdate<TOutput>;
  };

/** The adapter that {@link httpAdapter} returns. */
export type HttpAdapter<TInput, TOutput> = GenerationAdapter<TInput, TOutput> & Pick<Exchange, 'check'>;

/**
 * An adapter for a backend with one route each for submit and read, and optionally for events and cancel. It sends each
 * request once. Errors, waits and credentials work as in {@link createExchange}. An answer that is not a JSON object,
 * or that names another job, is an `invalid-response`; such an event is ignored.
 *
 * @example
 * const songs = httpAdapter<{ lyrics: string }, { url: string }>({
 *   submit: body => ({ url: '/api/songs', body }),
 *   read: job => ({ url: `/api/songs/${encodeURIComponent(job.id)}` }),
 *   toUpdate: ({ url }) => (typeof url === 'string' ? { kind: 'succeeded', output: { url } } : { kind: 'pending' }),
 * });
 */
export function httpAdapter<TInput, TOutput>(
  options: HttpAdapterOptions<TInput, TOutput>,
): HttpAdapter<TInput, TOutput> {
  const { headers, apiKey, origins, fetch, maxEventBytes, toVerdict, idMember = 'id' } = options;
  const { submit, read, events: toStream, cancel: toCancel, toJob, toUpdate } = options;
  const { idempotentSubmit, idempotencyWindowMs, stream, resultsLiveMs, origin, durationLabel } = options;
  const { ask, events, jobFailed, toShownText, check } = createExchange({
    headers,
    apiKey,
    origins,
    fetch,
    maxEventBytes,
    toVerdict,
  });

  const update = (job: JobRef, said: Said): JobUpdate<TOutput> => {
    const told = toUpdate(said, { job, jobFailed: (words, more) => jobFailed(job, words, more) });
    // A line of the backend's log may quote the credentials.
    return told.kind === 'pending' && typeof told.message === 'string'
      ? { ...told, message: toShownText(told.message) }
      : told;
  };
  const isOf = (job: JobRef, { [idMember]: id }: Said) => id === undefined || String(id) === job.id;
  /** @throws GenerationError for an answer that says nothing, or is about another job */
  const updateOf = (job: JobRef, answer: JsonAnswer) => {
    if (isObject(answer.body) && isOf(job, answer.members)) return update(job, answer.members);
    throw answer.toError({ code: 'invalid-response' });
  };

  return {
    idempotentSubmit,
    idempotencyWindowMs,
    stream,
    resultsLiveMs,
    origin,
    check,
    ...(durationLabel && { durationLabel }),

    async submit(input, call) {
      const answer = await ask({ action: 'submit', ...submit(input), ...call });
      const job = { ...toJob?.(answer.members, input), id: answer.idIn(idMember) };
      return { job, update: update(job, answer.members) };
    },

    read: async (job, call) => updateOf(job, await ask({ action: 'read', job, ...read(job), ...call })),

    ...(toStream && {
      async *events(job, call) {
        for await (const { body, members } of events({ job, ...toStream(job), ...call })) {
          yield isObject(body) && isOf(job, members) ? update(job, members) : { kind: 'ignored' };
        }
      },
    }),

    ...(toCancel && {
      async cancel(job, call) {
        const answer = await ask({ action: 'cancel', job, ...toCancel(job), ...call });
        // Accepted, and no more is said: a read tells.
        return isObject(answer.body) ? updateOf(job, answer) : { kind: 'changed' };
      },
    }),
  };
}
