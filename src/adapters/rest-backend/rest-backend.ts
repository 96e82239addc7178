import { throwIfAborted } from '../../machines/abort.js';
import type { GenerationAdapter, JobRef, JobUpdate } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import type { JsonAnswer } from '../http/json-answer.js';
import { createExchange } from '../http/json-exchange.js';
import { noResult } from '../http/no-result.js';
import { toBackendOrigin } from '../http/page-base.js';
import { createAnswerReader } from './answer.js';
import { assertRestBackendOptions } from './options.js';
import { readPlace } from './place.js';
import type { RestBackendOptions } from './rest-backend.types.js';
import { toOrigins, toRequest } from './route.js';

/**
 * Adapter for a plain REST API, made from a description: its routes, what its status words mean, and where values are
 * in its answers. Create one adapter at module scope, for all jobs.
 *
 * Each request is sent once, and redirects are not followed. A read whose answer has no status, names another job, or
 * reports success without a result is an `invalid-response` and is repeated. A status word that is not in `status`
 * means that the job goes on.
 *
 * @typeParam TOutput the value at `at.output`. It is not checked: pass a function if you do not trust it
 * @throws TypeError that names the option that is missing, unknown or contradicts another one
 * @example
 * const songs = restBackend<{ lyrics: string }, string>({
 *   baseUrl: 'https://api.example.com/v1',
 *   headers: () => ({ authorization: `Bearer ${getToken()}` }),
 *   submit: 'POST /songs',
 *   read: '/songs/{id}',
 *   cancel: 'DELETE /songs/{id}',
 *   status: { waiting: 'queued', composing: 'running', done: 'succeeded', error: 'failed', stopped: 'cancelled' },
 *   at: { progress: 'percent', output: 'files.0.url', error: 'reason' },
 *   progressMax: 100,
 * });
 * const machine = createGenerationMachine(songs);
 */
export function restBackend<TInput, TOutput>(
  options: RestBackendOptions<TInput, TOutput>,
): GenerationAdapter<TInput, TOutput> {
  assertRestBackendOptions(options);
  const { baseUrl, headers, fetch, toVerdict, keep = {}, at = {} } = options;
  const { idempotentSubmit, idempotencyWindowMs, stream, resultsLiveMs, durationLabel, hiddenResults } = options;
  const { origins = toOrigins(options) } = options;
  const { ask, events, jobFailed, toShownText } = createExchange({ headers, origins, fetch, toVerdict });
  const place = { baseUrl, hasFetch: fetch !== undefined, isPinned: origins !== undefined };
  const reader = createAnswerReader(options, { jobFailed, toShownText });

  const jobOf = (answer: JsonAnswer): JobRef => {
    // `idIn` tells why there is none.
    const id = reader.idIn(answer.members) ?? answer.idIn(at.id ?? 'id');
    const kept = Object.entries(keep).map(([name, where]) => [name, readPlace(where, answer.members, { id })]);
    return { ...Object.fromEntries(kept), id };
  };
  const isAboutJob = ({ body, members }: Pick<JsonAnswer, 'body' | 'members'>, job: JobRef) =>
    isObject(body) && reader.hasStatus(members) && !reader.isOfOther(members, job);

  async function readResult(job: JobRef, answer: JsonAnswer, signal: AbortSignal): Promise<JobUpdate<TOutput>> {
    let from = answer;
    if (options.result !== undefined) {
      const route = toRequest(options.result, job, { action: 'read', job }, place);
      // It may be there a moment later than the status says.
      const isAnswer = (status: number) => status === 404;
      from = await ask({ action: 'read', job, method: 'GET', ...route, signal, isAnswer });
    }
    const update = from.ok ? reader.toSucceeded(from.body, answer.members, job) : undefined;
    if (update) return update;
    throw from.toError(noResult);
  }

  return {
    origin: options.origin ?? (() => toBackendOrigin(baseUrl)),
    ...(idempotentSubmit && { idempotentSubmit }),
    ...(idempotencyWindowMs !== undefined && { idempotencyWindowMs }),
    ...(stream && { stream }),
    ...(resultsLiveMs !== undefined && { resultsLiveMs }),
    ...(durationLabel && { durationLabel }),
    ...(hiddenResults && { hiddenResults }),

    async submit(input, { signal, idempotencyKey }) {
      const route = toRequest(options.submit, input, { action: 'submit', idempotencyKey }, place);
      const answer = await ask({ action: 'submit', body: input, ...route, signal, idempotencyKey });
      const job = jobOf(answer);
      if (!reader.hasStatus(answer.members)) return { job };
      return { job, update: reader.toUpdate(answer.members, job, answer.retryAfterMs) };
    },

    async read(job, { signal }) {
      const route = toRequest(options.read, job, { action: 'read', job }, place);
      const answer = await ask({ action: 'read', job, method: 'GET', ...route, signal });
      // It may be a refusal that comes with the status 200.
      if (!isAboutJob(answer, job)) throw answer.toError();
      throwIfAborted(signal);
      return reader.isSucceeded(answer.members)
        ? readResult(job, answer, signal)
        : reader.toUpdate(answer.members, job, answer.retryAfterMs);
    },

    ...(options.events !== undefined && {
      async *events(job, call) {
        const { url, headers } = toRequest(options.events ?? '', job, { action: 'follow', job }, place);
        for await (const event of events({ job, url, headers, ...call })) {
          yield isAboutJob(event, job) ? reader.toUpdate(event.members, job) : { kind: 'ignored' };
        }
      },
    }),

    ...(options.cancel !== undefined && {
      async cancel(job, { signal }) {
        const route = toRequest(options.cancel ?? '', job, { action: 'cancel', job }, place);
        const answer = await ask({ action: 'cancel', job, method: 'POST', ...route, signal });
        // Accepted, and no more is said: a read tells.
        return isAboutJob(answer, job) ? reader.toUpdate(answer.members, job) : { kind: 'changed' };
      },
    }),
  };
}
