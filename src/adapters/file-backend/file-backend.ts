import { safeParse } from 'valibot';
import type { GenerationAdapter } from '../../machines/generation/generation.port.js';
import { assertKnownOptions } from '../../machines/options.js';
import { createCredentials } from '../http/credentials.js';
import { readEventStream } from '../http/event-stream.js';
import { parseJson, withNetworkErrors } from '../http/exchange.js';
import { type RequestContext, toRequestError } from '../http/request-error.js';
import { toBase, toFileIds, toUrl } from './address.js';
import { toErrorResponse } from './error-response.js';
import { toEventUpdate, toFileEvent } from './events.js';
import type { FileBackendOptions, FileInputs, FileKind, FileOutput } from './file-backend.types.js';
import { type FileContext, type FileState, toFileState, toJobUpdate } from './files.js';
import { toBody, toValidInput } from './input.js';
import { toMetadata } from './metadata.js';
import { parseSubmitAnswer } from './submit.js';
import { fileObject } from './wire.js';

const optionNames = Object.keys({
  kind: true,
  baseUrl: true,
  fetch: true,
  headers: true,
  maxEventBytes: true,
} satisfies Record<keyof FileBackendOptions<FileKind>, true>);

/** One request to a route of the backend. */
type BackendRequest = {
  readonly context: RequestContext;
  readonly route: 'generate' | 'file';
  readonly id: string;
  readonly signal: AbortSignal;
  /** Makes the request a POST. */
  readonly body?: string | FormData;
  readonly idempotencyKey?: string;
};

/**
 * The adapter for backends with this API: `POST /api/generate/{image|video}`, `GET /api/file/{id}`, and the event stream
 * `GET /api/events/file.{id}`. The backend generates an image or a video as a file. Create the adapter once, at module
 * scope, for any number of jobs.
 *
 * A batch is one job. It ends when each of its files has ended, and succeeds if at least one file did; `output.failed`
 * lists the others. Events arrive for the first file only; the others are found by polling.
 *
 * The backend has no cancel route. A submit is never sent twice. A read or a stream is repeated once if it is answered with
 * 401 or 403 and `headers` is a function that can give new ones.
 *
 * @throws TypeError for an option that does not exist
 * @example
 * const adapter = fileBackend({ kind: 'image', headers: async () => ({ Authorization: `Bearer ${await getToken()}` }) });
 * const machine = createGenerationMachine(adapter);
 */
export function fileBackend<const TKind extends FileKind>(
  options: FileBackendOptions<TKind>,
): GenerationAdapter<FileInputs[TKind], FileOutput> {
  assertKnownOptions('fileBackend', options, optionNames);
  const { kind, baseUrl, fetch, headers: headersSource, maxEventBytes } = options;
  // The global fetch is looked up at each request, because it may be replaced. Called as `options.fetch()` it would throw "Illegal invocation".
  const authorize = createCredentials((url, init) => (fetch ?? globalThis.fetch)(url, init), headersSource);

  const send = async ({ context, route, id, signal, body, idempotencyKey }: BackendRequest) => {
    const headers = new Headers({ accept: 'application/json' });
    if (typeof body === 'string') headers.set('content-type', 'application/json');
    if (idempotencyKey) headers.set('idempotency-key', idempotencyKey);
    const init: RequestInit = { cache: 'no-store', headers, signal, ...(body && { method: 'POST', body }) };
    const url = toUrl(options, route, id, context);
    const response = await withNetworkErrors(context, signal, () => authorize(context)(url, init));
    const text = withNetworkErrors(context, signal, () => response.text());
    if (response.ok) return { response, json: parseJson(await text) };
    // The connection may break within the body of an error response. The status is sufficient.
    const json = parseJson(await text.catch(() => ''));
    signal.throwIfAborted();
    throw toErrorResponse(json, response, context);
  };

  const toContext = ({ request }: Readonly<Record<string, unknown>>): FileContext => ({
    kind,
    request: toMetadata(request),
    base: toBase(baseUrl),
  });

  const readFile = async (
    id: string,
    fileContext: FileContext,
    context: RequestContext,
    signal: AbortSignal,
  ): Promise<FileState> => {
    const { response, json } = await send({ context, route: 'file', id, signal });
    const file = safeParse(fileObject, json);
    if (file.success && file.output.id === id) return toFileState(file.output, fileContext);
    throw toRequestError(context, 'invalid-response', `the answer is not the object of file ${id}`, { response });
  };

  return {
    async submit(input, { signal, idempotencyKey }) {
      const context: RequestContext = { action: 'submit', idempotencyKey };
      const valid = toValidInput(input, context);
      const body = toBody(valid);
      const { response, json } = await send({ context, route: 'generate', id: kind, signal, body, idempotencyKey });
      return parseSubmitAnswer(json, response, toContext({ request: valid.fields }), context);
    },

    async read(job, { signal }) {
      const context: RequestContext = { action: 'read', job };
      const fileContext = toContext(job);
      const reads = toFileIds(job).map(id => readFile(id, fileContext, context, signal));
      // If no file can be read, nothing is known about the job, and the first error is thrown.
      await Promise.any(reads).catch(() => reads[0]);
      // Otherwise a file that cannot be read counts as pending.
      const states = await Promise.all(reads.map(read => read.catch((): FileState => ({ kind: 'pending' }))));
      const [first] = states;
      if (states.length === 1 && first?.kind === 'unusable') {
        throw toRequestError(context, 'invalid-response', first.failed.message);
      }
      return toJobUpdate(states, job);
    },

    async *events(job, call) {
      const requestContext: RequestContext = { action: 'follow', job };
      const followed = { job, fileIds: toFileIds(job), fileContext: toContext(job), requestContext };
      const url = toUrl(options, 'events', `file.${job.id}`, requestContext);
      const stream = readEventStream(url, { ...call, job, fetch: authorize(requestContext), maxEventBytes });
      for await (const { data } of stream) yield toEventUpdate(toFileEvent(data), followed);
    },
  };
}
