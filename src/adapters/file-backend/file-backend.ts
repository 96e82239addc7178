import { safeParse } from 'valibot';
import type { GenerationAdapter, Submission } from '../../machines/generation/generation.port.js';
import { toErrorResponse } from '../http/error-response.js';
import { readEventStream } from '../http/event-stream.js';
import { toHeaderKey } from '../http/idempotency-header.js';
import { toBackendOrigin, toBase } from '../http/page-base.js';
import { isRefusal } from '../http/refusal-code.js';
import { assertPlatform, type RequestContext } from '../http/request-error.js';
import { toUrl } from './address.js';
import { toEventUpdate, toFileEvent, toReportedReason } from './events.js';
import type { FileBackendOptions, FileInputs, FileKind, FileOutput } from './file-backend.types.js';
import { type FileContext, type FileState, toFileState } from './files.js';
import { toFileIds } from './ids.js';
import { toBody, toValidInput } from './input.js';
import { createJobMemory } from './job-memory.js';
import { toJobUpdate } from './job-update.js';
import { toMembers, toMetadata } from './metadata.js';
import { assertFileBackendOptions } from './options.js';
import { readJob } from './read-job.js';
import { createRequests } from './requests.js';
import { parseSubmitAnswer } from './submit.js';
import { fileObject } from './wire.js';

/**
 * The adapter for backends with this API: `POST /api/generate/{image|video}`, `GET /api/file/{id}`, and the event stream
 * `GET /api/events/file.{id}`. The backend generates an image or a video as a file. Create the adapter once, at module
 * scope, for any number of jobs.
 *
 * A batch is one job. It ends when each of its files has ended, and succeeds if at least one file did; `output.failed`
 * lists the others. Events arrive for the first file only; the others are found by polling.
 *
 * The backend has no cancel route, unless you set `canCancel`. A submit is never sent twice, and no redirect of it is
 * followed. Any other request is repeated once if it is answered with 401 or 403 and `headers` is a function that can give
 * new ones.
 *
 * @throws TypeError for an option that does not exist or contradicts another one, and for a `baseUrl` that is none or
 * contains a user name or a password
 * @example
 * const adapter = fileBackend({ kind: 'image', headers: async () => ({ Authorization: `Bearer ${await getToken()}` }) });
 * const machine = createGenerationMachine(adapter);
 */
export function fileBackend<const TKind extends FileKind>(
  options: FileBackendOptions<TKind>,
): GenerationAdapter<FileInputs[TKind], FileOutput> {
  assertFileBackendOptions(options);
  const { kind, baseUrl, maxEventBytes, idempotentSubmit, idempotencyWindowMs } = options;
  const { send, ask, authorize } = createRequests(options);
  const memory = createJobMemory();

  const toContext = (requestContext: RequestContext, request: unknown): FileContext => ({
    kind,
    request: toMetadata(request),
    base: toBase(baseUrl),
    requestContext,
  });

  const adapter: GenerationAdapter<FileInputs[TKind], FileOutput> = {
    origin: () => toBackendOrigin(baseUrl),
    ...(idempotentSubmit && { idempotentSubmit }),
    ...(idempotencyWindowMs !== undefined && { idempotencyWindowMs }),

    async submit(input, { signal, idempotencyKey }) {
      const context: RequestContext = { action: 'submit', idempotencyKey };
      assertPlatform(['Headers', 'URL', ...(options.fetch ? [] : ['fetch'])], context);
      const valid = toValidInput(input, context);
      if (valid.file) assertPlatform(['FormData'], context);
      const body = toBody(valid);
      const answer = await send({ context, route: 'generate', id: kind, signal, method: 'POST', body });
      return parseSubmitAnswer(answer, toContext(context, valid.fields), memory);
    },

    async read(job, { signal }) {
      const context: RequestContext = { action: 'read', job };
      const update = await readJob({
        job,
        fileContext: toContext(context, job['request']),
        memory,
        readFile: id => send({ context, route: 'file', id, signal }),
      });
      if (update.kind !== 'pending') memory.forget(job.id);
      return update;
    },

    async *events(job, call) {
      const context: RequestContext = { action: 'follow', job };
      const fileContext = toContext(context, job['request']);
      const url = toUrl(options, 'events', `file.${job.id}`, context);
      const stream = readEventStream(url, { ...call, job, fetch: authorize(context), maxEventBytes });
      for await (const { data } of stream) {
        const event = toFileEvent(data);
        const followed = { job, fileIds: toFileIds(job), fileContext, known: memory.of(job.id) };
        const reason = toReportedReason(event, followed);
        if (reason) memory.setReason(job, toBase(baseUrl), reason);
        yield toEventUpdate(event, followed);
      }
    },
  };

  if (options.canCancel) {
    adapter.cancel = async (job, { signal }) => {
      const context: RequestContext = { action: 'cancel', job };
      const fileContext = toContext(context, job['request']);
      const cancelOne = async (id: string): Promise<FileState> => {
        const { body, response } = await ask({ context, route: 'file', id, signal, method: 'DELETE' });
        const file = safeParse(fileObject, body);
        if (file.success && file.output.id === id) return toFileState(file.output, fileContext, body);
        if (isRefusal(body)) throw toErrorResponse(body, response, context);
        return { kind: 'pending' };
      };
      const states = await Promise.all(toFileIds(job).map(cancelOne));
      const update = toJobUpdate(states, job);
      // To accept a cancel is not to have stopped: a read shows that.
      return update.kind === 'pending' ? { kind: 'changed' } : update;
    };
  }

  if (options.canFindByKey) {
    const byKey = async (action: 'find' | 'forbid', idempotencyKey: string, signal: AbortSignal) => {
      const context: RequestContext = { action, idempotencyKey };
      const method = action === 'find' ? 'GET' : 'DELETE';
      const id = toHeaderKey(idempotencyKey);
      const { response, body } = await send({ context, route: 'generate/by-key', id, signal, method });
      return { response, body, context };
    };
    const toSubmission = ({ context, ...answer }: Awaited<ReturnType<typeof byKey>>): Submission<FileOutput> =>
      parseSubmitAnswer(answer, toContext(context, undefined), memory);
    adapter.find = async (key, { signal }) => {
      const answer = await byKey('find', key, signal);
      // A 404 of a proxy, or of a route that does not exist, says nothing about the submit.
      const isUnknown = answer.response.status === 404 && toMembers(answer.body).get('success') === false;
      return isUnknown ? undefined : toSubmission(answer);
    };
    adapter.cancelByKey = async (key, { signal }) => {
      const answer = await byKey('forbid', key, signal);
      return answer.response.status === 204 ? undefined : toSubmission(answer);
    };
  }
  return adapter;
}
