import type { GenerationAdapter, JobRef } from '../../machines/generation/generation.port.js';
import { assertKnownOptions } from '../../machines/options.js';
import type { HeadersSource } from '../http/credentials.js';
import type { Fetch } from '../http/exchange.js';
import { keyHeader, noStreamEvent, sealedHeader } from '../http/generation-protocol.js';
import { createExchange, type JsonRequest } from '../http/json-exchange.js';
import { toRequestError } from '../http/request-error.js';
import { toAbsoluteUrl } from '../http/result-url.js';
import { toAnswerError, toSubmission, toUpdate } from './answers.js';
import { durableCalls } from './durable-calls.js';
import { assertSendable } from './sendable.js';

/** Options of {@link remoteBackend}. */
export type RemoteBackendOptions = {
  /**
   * The backend's path on your server: the base path of `createGenerationServer` and the backend's name:
   * `/api/generations/image`.
   */
  readonly baseUrl: string;
  /**
   * Headers for every request, such as a bearer token. A function can renew them. @defaultValue only the page's cookies
   */
  readonly headers?: HeadersSource | undefined;
  /**
   * Set it if the server keeps jobs in a store: a repeated key returns the first answer, a lost answer is looked up,
   * and all jobs share one stream and few reads. @defaultValue false
   */
  readonly durable?: boolean | undefined;
  /** @defaultValue the global `fetch` */
  readonly fetch?: Fetch | undefined;
};

/** The adapter that {@link remoteBackend} returns. */
export type RemoteBackend<TInput, TOutput> = GenerationAdapter<TInput, TOutput> &
  Required<Pick<GenerationAdapter<TInput, TOutput>, 'events' | 'cancel'>>;

/**
 * A page's adapter for your own server half, the same for every vendor behind it. It holds no key. It sends cookies to
 * your own origin; for anything else pass `headers`.
 *
 * @typeParam TInput the wish that the `input` function of the server takes, as JSON. Send files as data URLs: see
 *   `toDataUrl`
 * @typeParam TOutput the output of the adapter on the server
 * @throws TypeError for an unknown option, and without a `baseUrl`
 * @example
 * const pictures = remoteBackend<{ prompt: string }, { images: { url: string }[] }>({ baseUrl: '/api/generations/image' });
 * const machine = createGenerationMachine(pictures, { environment: browserEnvironment() });
 */
export function remoteBackend<TInput, TOutput>(options: RemoteBackendOptions): RemoteBackend<TInput, TOutput> {
  assertKnownOptions('remoteBackend', options, ['baseUrl', 'headers', 'fetch', 'durable']);
  const { baseUrl, headers, fetch, durable = false } = options;
  if (typeof baseUrl !== 'string' || baseUrl === '') {
    throw new TypeError(
      'remoteBackend() needs a baseUrl: where the backend is on your server, such as /api/generations/image.',
    );
  }
  const base = baseUrl.replace(/\/+$/, '');
  const shown = () => toAbsoluteUrl(base, globalThis.location?.href) ?? base;
  const { ask: send, events } = createExchange({ headers, fetch });
  const toJobUrl = ({ id }: JobRef, rest = '') => `${base}/jobs/${encodeURIComponent(id)}${rest}`;

  /** The relay keeps no job: it comes with the request, sealed. */
  const toJobHeaders = ({ sealed }: JobRef): Record<string, string> =>
    typeof sealed === 'string' ? { [sealedHeader]: sealed } : {};

  const ask = async (request: JsonRequest) => {
    const answer = await send({ ...request, isAnswer: () => true });
    if (!answer.ok) throw toAnswerError(answer, request.action, request.job);
    return answer;
  };

  const askAbout = async (
    action: 'read' | 'cancel',
    job: JobRef,
    url: string,
    { signal, method }: Pick<JsonRequest, 'signal' | 'method'>,
  ) => {
    const answer = await ask({ action, job, url, signal, method, headers: toJobHeaders(job) });
    if (answer.members['update'] === undefined) throw answer.toError({ code: 'invalid-response' });
    return toUpdate<TOutput>(answer.members['update'], action, job, shown());
  };

  const relayed: RemoteBackend<TInput, TOutput> = {
    origin: shown,
    stream: { tells: 'states' },

    async submit(input, { signal, idempotencyKey }) {
      assertSendable(input, idempotencyKey);
      const idempotencyHeader = keyHeader;
      const url = `${base}/jobs`;
      const answer = await ask({ action: 'submit', url, body: input, signal, idempotencyKey, idempotencyHeader });
      return toSubmission<TOutput>(answer, 'submit', shown());
    },

    read: (job, { signal }) => askAbout('read', job, toJobUrl(job), { signal }),

    cancel: (job, { signal }) => askAbout('cancel', job, toJobUrl(job, '/cancel'), { signal, method: 'POST' }),

    async *events(job, call) {
      const stream = events({ ...call, job, url: toJobUrl(job, '/events'), headers: toJobHeaders(job) });
      for await (const { type, members } of stream) {
        if (type === noStreamEvent) {
          throw toRequestError({ action: 'follow', job }, 'not-found', 'the vendor has no stream for it', {
            advice: 'It is followed by reads',
          });
        }
        const { update } = members;
        // What cannot be read is no news of the job, and a read has it.
        yield update === undefined ? { kind: 'ignored' } : toUpdate<TOutput>(update, 'events', job, shown());
      }
    },
  };

  if (!durable) return relayed;
  const stored = durableCalls<TOutput>({ base, shown, ask, events });
  // A job of the time before the store travels on with its page.
  const isSealed = ({ sealed }: JobRef) => sealed !== undefined;
  return {
    ...relayed,
    ...stored,
    read: (job, call) => (isSealed(job) ? relayed : stored).read(job, call),
    events: (job, call) => (isSealed(job) ? relayed : stored).events(job, call),
  };
}
