import type { AdapterCall, JobOutcome, JobRef } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import { assertKnownOptions } from '../../machines/options.js';
import { toBaseUrl } from '../http/base-url.js';
import type { JsonAnswer } from '../http/json-answer.js';
import { createExchange, type JsonRequest } from '../http/json-exchange.js';
import type { RunwayAdapter, RunwayOptions } from './runway.types.js';
import { readPaceMs, toUpdate, urlsLiveMs } from './task.js';

const optionNames = Object.keys({
  endpoint: true,
  apiKey: true,
  dangerouslyAllowBrowser: true,
  version: true,
  baseUrl: true,
  fetch: true,
} satisfies Record<keyof RunwayOptions, true>);

const defaultBase = 'https://api.dev.runwayml.com';

/** A path that leads elsewhere, or has a query, is no endpoint. */
const endpointForm = /^\w[\w-]*(?:\/\w[\w-]*)*$/;

/** A task that was stopped or deleted cannot be read any more. */
const gone: JobOutcome<never> = { kind: 'cancelled' };

/**
 * Adapter for Runway's tasks: video, images, upscaling, speech and sound. It needs your key, so use it on a server, in
 * a script or in an app that only you use.
 *
 * - It reports the phase and the progress. A task that waits for your account's limit (`THROTTLED`) is `queued`.
 * - It has no event stream, webhook or queue position: the job is read every 5 s, as Runway asks.
 * - A cancel stops the task. Because cancelling a finished task deletes it at Runway, the adapter reads the task first
 *   and keeps a finished result. A stopped task can no longer be read: `charged` is `maybe`, unless Runway still says
 *   it.
 * - The outcome has the `cost` in credits. A failed task says whether it was charged.
 * - URLs live for at least 24 hours (`expiresAt`). Reading the task again gives fresh ones as long as Runway keeps the
 *   task.
 * - Runway takes no idempotency key. If the answer to a submit is lost, it is never sent again and ends as
 *   `interrupted` with `charged: 'maybe'`.
 *
 * @typeParam TInput the body of the endpoint, as you type it or as `@runwayml/sdk` does: `ImageToVideoCreateParams`
 * @typeParam TOutput the `output` of a task: a list of URLs
 * @throws TypeError for an unknown option or an invalid `endpoint`. A missing key fails the first submit
 * @see https://docs.dev.runwayml.com/api/
 * @example
 * const film = runway<{ model: string; promptText: string; ratio: string; duration: number }>({ endpoint: 'text_to_video' });
 * const machine = createGenerationMachine(film, { policy: policyFor('video') });
 */
export function runway<TInput, TOutput = readonly string[]>(options: RunwayOptions): RunwayAdapter<TInput, TOutput> {
  assertKnownOptions('runway', options, optionNames);
  const { endpoint, version = '2024-11-06', fetch } = options;
  assertEndpoint(endpoint);
  const { base, origin, name } = toBaseUrl(options.baseUrl?.replace(/\/v1\/*$/, ''), defaultBase);
  const headers = { 'x-runway-version': version };
  const { ask, jobFailed, check } = createExchange({
    apiKey: {
      vendor: 'Runway',
      value: options.apiKey,
      variable: 'RUNWAYML_API_SECRET',
      toHeaders: key => ({ authorization: `Bearer ${key}` }),
      dangerouslyAllowBrowser: options.dangerouslyAllowBrowser,
    },
    origins: [origin],
    fetch,
  });
  const askAbout = (job: JobRef, { signal }: AdapterCall, more: Pick<JsonRequest, 'action' | 'method' | 'isAnswer'>) =>
    ask({ job, url: `${base}/v1/tasks/${encodeURIComponent(job.id)}`, headers, signal, ...more });
  const told = (job: JobRef, answer: JsonAnswer) => toUpdate<TOutput>(job, answer, jobFailed);

  return {
    origin: name,
    resultsLiveMs: urlsLiveMs,
    check,
    durationLabel: input => toLabel(endpoint, input),

    async submit(input, { signal, idempotencyKey }) {
      const url = `${base}/v1/${endpoint}`;
      const isAnswer = (status: number) => status === 404;
      const answer = await ask({ action: 'submit', url, body: input, headers, signal, idempotencyKey, isAnswer });
      if (!answer.ok) throw answer.toError({ advice: 'Check the option endpoint' });
      return { job: { id: answer.idIn('id') }, update: { kind: 'pending', readAfterMs: readPaceMs } };
    },

    async read(job, call) {
      const answer = await askAbout(job, call, { action: 'read', isAnswer: status => status === 410 });
      return answer.ok ? told(job, answer) : jobFailed(job, answer.body, { code: 'expired', status: answer.status });
    },

    async cancel(job, call) {
      const look = () => askAbout(job, call, { action: 'cancel', isAnswer: isMissing });
      const before = await look();
      // A task that is not found may be too new to be, so that it is told to stop, too.
      const update = isGone(before) ? undefined : told(job, before);
      // What is over would be deleted, and with it a result that is paid.
      if (update && update.kind !== 'pending') return update;
      const stopped = await askAbout(job, call, { action: 'cancel', method: 'DELETE', isAnswer: isMissing });
      if (isGone(stopped)) return gone;
      // The task may say for a while what it has cost. What this request cannot learn is no reason to lose the stop.
      const after = await look().catch(() => undefined);
      if (!after?.ok) return gone;
      const end = told(job, after);
      // Another cancel finds out when it has stopped, and no read could: it is not found then.
      if (end.kind === 'pending')
        throw stopped.toError({ code: 'busy', advice: 'It has not stopped yet. Cancel it again' });
      return end;
    },
  };
}

const isMissing = (status: number) => status === 404;

/** A page of HTML is a proxy's, and says nothing of the task. @throws GenerationError for such a page */
function isGone(answer: JsonAnswer): boolean {
  if (answer.ok) return false;
  if (/^text\/html\b/i.test(answer.headers.get('content-type') ?? '')) throw answer.toError();
  return true;
}

/** What decides how long a task takes: the endpoint, and the model. */
function toLabel(endpoint: string, input: unknown): string {
  const model = isObject(input) ? input['model'] : undefined;
  return typeof model === 'string' ? `${endpoint} ${model}` : endpoint;
}

function assertEndpoint(endpoint: unknown): asserts endpoint is string {
  if (typeof endpoint === 'string' && endpointForm.test(endpoint)) return;
  throw new TypeError(
    'The option endpoint of runway() is not an endpoint of Runway. Pass its path below /v1/: image_to_video.',
  );
}
