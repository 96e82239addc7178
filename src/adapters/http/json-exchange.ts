import type { EventsCall, FetchResultCall, JobRef } from '../../machines/generation/generation.port.js';
import { type ApiKeyOptions, toKeyHeaders } from './api-key.js';
import { createCredentials, type HeadersSource } from './credentials.js';
import { download } from './download.js';
import { readEventStream } from './event-stream.js';
import type { Fetch, GivenHeaders } from './exchange.js';
import { type JobFailedOptions, jobFailed } from './job-failed.js';
import { type JsonAnswer, type ToVerdict, toJsonAnswer } from './json-answer.js';
import { type JsonEvent, toJsonEvent } from './json-event.js';
import { type QueryCursor, readCursorStream } from './query-cursor.js';
import { assertPlatform, type RequestContext, toRequestError } from './request-error.js';
import { toInit } from './request-init.js';
import { sendRequest } from './send.js';
import { toShownText } from './shown-text.js';
import { openAnswer, type StreamedAnswer } from './streamed-answer.js';
import { hasDotSegment, toTrustedUrl } from './trusted-url.js';

/** How requests are sent to a backend. */
export type ExchangeOptions = {
  /** Headers for every request, such as credentials. A function can renew them. */
  readonly headers?: HeadersSource | undefined;
  /** The key of a vendor, instead of `headers`. */
  readonly apiKey?: ApiKeyOptions | undefined;
  /**
   * The only origins that requests may be sent to, whatever a URL says: see {@link toTrustedUrl}.
   * @defaultValue any origin
   */
  readonly origins?: readonly string[] | undefined;
  /** @defaultValue the global `fetch` */
  readonly fetch?: Fetch | undefined;
  /** A larger event ends its stream. @defaultValue 1_048_576 */
  readonly maxEventBytes?: number | undefined;
  /** Interprets this backend's refusals. @defaultValue by their status and words */
  readonly toVerdict?: ToVerdict | undefined;
};

/** One request. Spread the call that the adapter gets into it: `{ action: 'read', job, url, ...call }`. */
export type JsonRequest = {
  /**
   * What the request does. A submit is never sent twice, and the action decides what its errors say about charges.
   * `prepare` precedes a submit, such as an upload, and its failure costs nothing. `store` saves what a page keeps at
   * the backend, and belongs to no job.
   */
  readonly action: 'prepare' | 'submit' | 'read' | 'cancel' | 'find' | 'forbid' | 'verify' | 'store';
  readonly url: string;
  readonly signal: AbortSignal;
  /** The request's job. Error messages name it. */
  readonly job?: JobRef | undefined;
  readonly idempotencyKey?: string | undefined;
  /** The header for `idempotencyKey`. @defaultValue the key is not sent */
  readonly idempotencyHeader?: string | undefined;
  /** @defaultValue `POST` for a submit, else `GET` */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | undefined;
  /** `FormData`, `Blob` and `URLSearchParams` are sent unchanged, anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: GivenHeaders | undefined;
  /**
   * Error statuses that are a regular answer to this request, such as one that reports how the job ended.
   * @defaultValue none
   */
  readonly isAnswer?: ((status: number) => boolean) | undefined;
};

/** One event stream. Spread the call that the adapter gets into it: `{ job, url, ...call }`. */
export type StreamRequest = EventsCall & {
  /** Error messages name it. */
  readonly job?: JobRef | undefined;
  readonly url: string;
  readonly headers?: GivenHeaders | undefined;
  /** Resumes the stream with a query parameter. @defaultValue with the header `Last-Event-ID` */
  readonly cursor?: QueryCursor | undefined;
};

/** The functions of {@link createExchange}. */
export type Exchange = {
  /**
   * Sends one request once and reads its whole answer. A read or a cancel that is answered with 401 or 403 is repeated
   * once with renewed headers. Redirects are not followed, because they would send your credentials elsewhere.
   *
   * @throws GenerationError for an error status, with the backend's words, and for a request without an answer
   */
  ask(request: JsonRequest): Promise<JsonAnswer>;
  /**
   * Sends one request once. Its answer may be an event stream, which goes on after the job is known; any other answer
   * is read whole. An error status throws as in `ask`, unless `isAnswer` accepts it.
   */
  askStream(request: JsonRequest): Promise<StreamedAnswer>;
  /** Opens one event stream: see {@link readEventStream}. An event that is not JSON has no members. */
  events(request: StreamRequest): AsyncGenerator<JsonEvent, void, undefined>;
  /**
   * Requests the bytes of a result once, for `hiddenResults` of an adapter. Only URLs of `origins` are requested.
   * Redirects are followed, without your credentials on other origins.
   *
   * @throws GenerationError for any status except 200, 206 and 416
   */
  download(url: string, call: FetchResultCall): Promise<Response>;
  /** Like the function {@link jobFailed}. Credentials that were sent are removed from the backend's words. */
  jobFailed(job: JobRef, said: unknown, options?: JobFailedOptions): ReturnType<typeof jobFailed>;
  /**
   * Makes a backend's text, such as a log line, safe to show and store: one line, without sent credentials, URL queries
   * and control characters, cut to a number of bytes.
   *
   * @param maxBytes 2,000 by default
   */
  toShownText(text: string, maxBytes?: number): string;
  /**
   * Rejects with the error that the first submit would fail with before sending: a missing key, or an API that the
   * platform lacks. Sends nothing.
   */
  check(): Promise<void>;
};

/** Long enough for the credentials of many users of one server. */
const maxSecrets = 1_000;

/**
 * Sends an adapter's requests to its backend and throws the errors that the chart expects: the code, whether it may
 * have been charged, how long to wait, and what the backend said.
 *
 * @example
 * const { ask } = createExchange({ headers: () => ({ Authorization: `Bearer ${token}` }) });
 * const answer = await ask({ action: 'read', job, url: `https://api.example.com/jobs/${encodeURIComponent(job.id)}`, signal });
 */
export function createExchange(options: ExchangeOptions = {}): Exchange {
  const { headers, apiKey, origins, fetch, maxEventBytes, toVerdict } = options;
  const secrets = new Set<string>();
  const source = apiKey ? (context: RequestContext) => toKeyHeaders(apiKey, context) : headers;
  const canRenew = typeof (apiKey ? apiKey.value : headers) === 'function';
  // The global fetch is looked up at each request, because it may be replaced.
  const authorize = createCredentials((url, init) => (fetch ?? globalThis.fetch)(url, init), source, canRenew);

  /** A `fetch` that remembers the credentials it has sent. */
  const authorized = (context: RequestContext): Fetch => {
    const send = authorize(context);
    return async (url, init) => {
      const response = await send(url, init);
      for (const secret of context.secrets ?? []) secrets.add(secret);
      for (const secret of secrets) if (secrets.size > maxSecrets) secrets.delete(secret);
      return response;
    };
  };

  const assertPlatformFor = (context: RequestContext) =>
    assertPlatform(['Headers', 'URL', ...(fetch ? [] : ['fetch'])], context);

  /** Where a request goes. @throws GenerationError before anything is sent */
  const toTarget = (url: string, context: RequestContext): string => {
    assertPlatformFor(context);
    if (hasDotSegment(url)) {
      throw toRequestError(
        context,
        'bad-input',
        'a part of its URL is only dots, which leads elsewhere. Nothing was sent',
        {
          isCertainlyNotStarted: true,
          advice: 'Check where the id of the job comes from',
        },
      );
    }
    const target = origins ? toTrustedUrl(url, origins) : url;
    if (target !== undefined) return target;
    throw toRequestError(context, 'bad-input', 'its URL leads to another place than the backend. Nothing was sent', {
      isCertainlyNotStarted: true,
      advice: 'Check where the job comes from: its URLs have to be those that the backend has given',
    });
  };

  return {
    async ask({ url, signal, isAnswer, ...request }) {
      const { action, job, idempotencyKey } = request;
      const context: RequestContext = { action, job, idempotencyKey };
      const target = toTarget(url, context);
      const init = toInit(request, context);
      const received = await sendRequest(authorized(context), { context, url: target, signal, init });
      const answer = toJsonAnswer(received, context);
      if (!answer.ok && !isAnswer?.(answer.status)) throw answer.toError(toVerdict?.(answer, context));
      return answer;
    },

    async askStream({ url, signal, isAnswer, ...request }) {
      const { action, job, idempotencyKey } = request;
      const context: RequestContext = { action, job, idempotencyKey };
      const target = toTarget(url, context);
      const headers = new Headers(request.headers);
      headers.set('accept', 'text/event-stream, application/json');
      const init = toInit({ ...request, headers }, context);
      const opened = await openAnswer(authorized(context), { context, url: target, signal, init }, maxEventBytes);
      const { answer } = opened;
      if (answer && !answer.ok && !isAnswer?.(answer.status)) throw answer.toError(toVerdict?.(answer, context));
      return opened;
    },

    async *events({ url, cursor, ...call }) {
      const context: RequestContext = { action: 'follow', job: call.job };
      const target = toTarget(url, context);
      const send = authorized(context);
      const opened = {
        ...call,
        maxEventBytes,
        fetch: (address: string, init: RequestInit) => send(address, { ...init, redirect: 'manual' }),
      };
      const stream = cursor ? readCursorStream(target, cursor, opened) : readEventStream(target, opened);
      for await (const event of stream) yield toJsonEvent(event);
    },

    async download(url, call) {
      const context: RequestContext = { action: 'download', job: call.job };
      assertPlatformFor(context);
      const bare: Fetch = (address, init) => (fetch ?? globalThis.fetch)(address, init);
      return download(url, call, { context, origins: origins ?? [], authorized: authorized(context), bare, toVerdict });
    },

    jobFailed: (job, said, given = {}) =>
      jobFailed(job, said, { ...given, secrets: [...secrets, ...(given.secrets ?? [])] }),

    toShownText: (text, maxBytes) => toShownText(text, [...secrets], maxBytes),

    async check() {
      const context: RequestContext = { action: 'check' };
      assertPlatformFor(context);
      if (apiKey) await toKeyHeaders(apiKey, context);
    },
  };
}
