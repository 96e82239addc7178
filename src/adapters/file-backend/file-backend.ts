import { safeParse } from 'valibot';
import type { GenerationAdapter } from '../../machines/generation/generation.port.js';
import { createCredentials } from '../http/credentials.js';
import { readEventStream } from '../http/event-stream.js';
import { arrival, parseJson } from '../http/exchange.js';
import { type Errand, toError } from '../http/failure.js';
import { toBase, toFileIds, toUrl } from './address.js';
import { toEventUpdate, toFileEvent } from './events.js';
import type { FileBackendOptions, FileInputs, FileKind, FileOutput } from './file-backend.types.js';
import { type FileContext, type FileState, toFileState, toJobUpdate } from './files.js';
import { toBody, toForm } from './input.js';
import { toMetadata } from './metadata.js';
import { toRefusal } from './refusal.js';
import { toSubmission } from './submit.js';
import { fileObject } from './wire.js';

/**
 * The adapter for a backend that makes files: `POST /api/generate/{image|video}`, `GET /api/file/{id}` and the event
 * stream `GET /api/events/file.{id}`. Made once, at module scope, for any number of jobs.
 *
 * A batch is one job, done when each of its files has ended; one good file is a success that names the bad ones. The
 * stream of a batch is that of its first file, so that one job takes one connection: the others are found by the reads.
 * There is no cancel. A submit is not repeated, and a read once, when new headers can be had after a 401 or 403.
 *
 * @example
 * const adapter = fileBackend({ kind: 'image', headers: async () => ({ Authorization: `Bearer ${await getToken()}` }) });
 * const machine = createGenerationMachine(adapter);
 */
export function fileBackend<const TKind extends FileKind>(
  options: FileBackendOptions<TKind>,
): GenerationAdapter<FileInputs[TKind], FileOutput> {
  const { kind, baseUrl, fetch, headers, maxEventBytes } = options;
  // Looked up late, so that a global that is replaced counts, and called bare: window.fetch minds its `this`.
  const authorize = createCredentials((url, init) => (fetch ?? globalThis.fetch)(url, init), headers);
  const ask = async (
    errand: Errand,
    route: string,
    id: string,
    signal: AbortSignal,
    body?: string | FormData,
    key = '',
  ) => {
    const headers = {
      accept: 'application/json',
      ...(typeof body === 'string' && { 'content-type': 'application/json' }),
      ...(key && { 'idempotency-key': key }),
    };
    const init: RequestInit = { cache: 'no-store', headers, signal, ...(body && { method: 'POST', body }) };
    const url = toUrl(options, route, id, errand);
    const response = await arrival(() => authorize(errand)(url, init), errand, signal);
    const answer = arrival(() => response.text(), errand, signal);
    if (response.ok) return { response, json: parseJson(await answer) };
    // The words of a refusal may be cut short; its status says enough.
    const said = parseJson(await answer.catch(() => ''));
    signal.throwIfAborted();
    throw toRefusal(said, response, errand);
  };

  const toContext = ({ request }: Readonly<Record<string, unknown>>): FileContext => ({
    kind,
    request: toMetadata(request),
    base: toBase(baseUrl),
  });

  const readFile = async (
    id: string,
    context: FileContext,
    errand: Errand,
    signal: AbortSignal,
  ): Promise<FileState> => {
    const { response, json } = await ask(errand, 'file', id, signal);
    const file = safeParse(fileObject, json);
    if (file.success && file.output.id === id) return toFileState(file.output, context);
    throw toError(errand, 'invalid-response', 'the answer is not its file', { response });
  };

  return {
    async submit(input, { signal, idempotencyKey }) {
      const errand: Errand = { doing: 'Submitting' };
      const form = toForm(input, errand);
      const { response, json } = await ask(errand, 'generate', kind, signal, toBody(form), idempotencyKey);
      return toSubmission(json, response, toContext({ request: form.fields }), errand);
    },

    async read(job, { signal }) {
      const errand: Errand = { doing: 'Reading', job };
      const context = toContext(job);
      const reads = toFileIds(job).map(id => readFile(id, context, errand, signal));
      // If none can be read, nothing is known of the job; one of several that cannot be counts as going on.
      await Promise.any(reads).catch(() => reads[0]);
      const states = await Promise.all(reads.map(read => read.catch((): FileState => ({ kind: 'pending' }))));
      if (states.length > 1 || states[0]?.kind !== 'unusable') return toJobUpdate(states, job);
      throw toError(errand, 'invalid-response', states[0].failed.message);
    },

    async *events(job, call) {
      const errand: Errand = { doing: 'Following', job };
      const followed = { errand, files: toFileIds(job), context: toContext(job) };
      const url = toUrl(options, 'events', `file.${job.id}`, errand);
      const stream = readEventStream(url, { ...call, job, fetch: authorize(errand), maxEventBytes });
      for await (const { data } of stream) yield toEventUpdate(toFileEvent(data), followed);
    },
  };
}
