import { isGenerationError } from '../../machines/generation/generation.errors.js';
import type { AdapterCall, JobRef, JobUpdate } from '../../machines/generation/generation.port.js';
import { assertKnownOptions } from '../../machines/options.js';
import { toBaseUrl } from '../http/base-url.js';
import { fromDataUrl } from '../http/data-url.js';
import type { JsonAnswer } from '../http/json-answer.js';
import { createExchange } from '../http/json-exchange.js';
import { toPreview } from '../http/preview.js';
import { toRetryAfterMs } from '../http/retry-after.js';
import { withWait } from '../http/wait.js';
import { isJob, type Members, toComfyJob, toPending, toProgress, toState, toUpdate } from './comfy-job.js';
import type { ComfyApiAdapter, ComfyApiJob, ComfyApiOptions, ComfyApiOutput, ComfyWorkflow } from './comfyui.types.js';
import { toGraph } from './workflow.js';

const optionNames = Object.keys({
  baseUrl: true,
  apiKey: true,
  dangerouslyAllowBrowser: true,
  workflow: true,
  fetch: true,
} satisfies Record<keyof ComfyApiOptions<unknown>, true>);

const defaultBase = 'https://cloud.comfy.org';
/** Hosts of Comfy, which need a key. */
const ownHosts = /(?:^|\.)comfy\.(?:org|app)$/;
/** For how long a key is known. */
const keyLivesMs = 86_400_000;
/** The answer to the submit says how the job is. A read at once would say the same. */
const firstReadMs = 1_000;
/** A preview is a picture as text. */
const maxEventBytes = 16_777_216;

/**
 * Adapter for the Comfy API v2: Comfy Cloud, your deployment there, or a `comfy-api-proxy` in front of your own
 * ComfyUI. With a key, use it on a server, in a script or in an app that only you use.
 *
 * - It reports the phase, the queue position, the progress, the running node, and previews.
 * - Its event stream reports states. After the stream has reported the end, the adapter reads the result.
 * - A cancel stops the job at the next node or step.
 * - `expiresAt` of a result is when its first URL stops working or the job is deleted. `renew` gives new URLs until
 *   then.
 * - A repeated idempotency key is refused without a charge, so a submit whose answer is lost ends as `interrupted` with
 *   `charged: 'maybe'`.
 *
 * @typeParam TInput what you submit: a workflow, or the input from which the option `workflow` makes one
 * @throws TypeError for an unknown option. A missing key fails the first submit
 * @see https://docs.comfy.org/api-reference/v2/overview
 * @example
 * const comfy = comfyApi();
 * const machine = createGenerationMachine(comfy);
 *
 * @example
 * const own = comfyApi({ baseUrl: 'http://127.0.0.1:8189' });
 */
export function comfyApi<TInput = ComfyWorkflow>(options: ComfyApiOptions<TInput> = {}): ComfyApiAdapter<TInput> {
  assertKnownOptions('comfyApi', options, optionNames);
  const { apiKey, fetch, workflow } = options;
  const { base: given, origin, name } = toBaseUrl(options.baseUrl, defaultBase);
  const base = given.replace(/\/api\/v2$/, '');
  const isPaid = ownHosts.test(new URL(origin).hostname);
  const { ask, events, download, jobFailed, toShownText, check } = createExchange({
    apiKey:
      isPaid || apiKey !== undefined
        ? {
            vendor: 'Comfy',
            value: apiKey,
            variable: 'COMFY_API_KEY',
            toHeaders: key => ({ authorization: `Bearer ${key}` }),
            dangerouslyAllowBrowser: options.dangerouslyAllowBrowser,
          }
        : undefined,
    origins: [origin],
    fetch,
    maxEventBytes,
  });
  const reading = { jobFailed, toShownText, origin, isPaid };
  const urlOf = (job: JobRef, member: keyof ComfyApiJob) => String(job[member]);

  const told = (job: JobRef, { members, headers }: JsonAnswer, readAfterMs?: number): JobUpdate<ComfyApiOutput> =>
    withWait(toUpdate(job, members, reading), toRetryAfterMs(headers) ?? readAfterMs);

  const read = async (job: JobRef, { signal }: AdapterCall): Promise<JobUpdate<ComfyApiOutput>> => {
    const isAnswer = (status: number) => status === 410;
    const answer = await ask({ action: 'read', job, url: urlOf(job, 'selfUrl'), signal, isAnswer });
    if (!answer.ok) return jobFailed(job, answer.body, { code: 'expired', status: answer.status });
    if (!isJob(job, answer.members)) throw answer.toError({ code: 'invalid-response' });
    return told(job, answer);
  };

  /** What an event says, by its name. */
  const toNews = async (job: JobRef, type: string, said: Members, call: AdapterCall) => {
    switch (type) {
      case 'status': {
        const state = toState(said['status']);
        const isOver = state !== 'pending' && state !== 'queued' && state !== 'running';
        // The event has neither the results nor the reason. What a read cannot get now, the next one may.
        return isOver ? read(job, call).catch(toChanged) : toPending(said, reading);
      }
      case 'progress':
        return { kind: 'pending', phase: 'running', ...toProgress(said, toShownText) } as const;
      case 'preview': {
        const picture = fromDataUrl(`data:image/jpeg;base64,${String(said['data_base64'] ?? '')}`);
        const bytes = picture?.size ? new Uint8Array(await picture.arrayBuffer()) : undefined;
        return bytes ? toPreview(bytes, said['content_type']) : undefined;
      }
      case 'output':
        return toPending({ outputs: [said] }, reading);
    }
    return undefined;
  };

  return {
    origin: name,
    stream: { tells: 'states' },
    idempotentSubmit: 'rejects',
    idempotencyWindowMs: keyLivesMs,
    hiddenResults: { origins: [origin], fetch: download },
    check,

    async submit(input, { signal, idempotencyKey }) {
      const body = { workflow: toGraph(input, workflow, idempotencyKey) };
      const idempotencyHeader = 'idempotency-key';
      const isAnswer = (status: number) => status === 422;
      const request = { url: `${base}/api/v2/jobs`, body, signal, idempotencyKey, idempotencyHeader, isAnswer };
      const answer = await ask({ action: 'submit', ...request });
      if (!answer.ok) throw answer.toError(isKnownKey(answer) ? knownKey : {});
      const job = toComfyJob(answer.idIn('id'), base, origin, answer.members['urls']);
      return { job, update: told(job, answer, firstReadMs) };
    },

    read,

    async *events(job, call) {
      const url = urlOf(job, 'eventsUrl');
      for await (const { type, members } of events({ ...call, job, url })) {
        const news = isOfAnother(job, members) ? undefined : await toNews(job, type, members, call);
        yield news ?? { kind: 'ignored' };
      }
    },

    async cancel(job, { signal }) {
      const url = urlOf(job, 'cancelUrl');
      const answer = await ask({ action: 'cancel', method: 'POST', job, url, signal });
      const update = isJob(job, answer.members) ? told(job, answer) : undefined;
      // It is accepted, and a read shows when the job has stopped.
      return update && update.kind !== 'pending' ? update : { kind: 'changed' };
    },
  };
}

/** The key was known: an earlier submit with it may have made a job. */
const isKnownKey = ({ body }: JsonAnswer) => /idempotency_key_reuse/.test(JSON.stringify(body ?? ''));
const knownKey = {
  code: 'bad-input',
  charged: 'maybe',
  advice:
    'An earlier submit with this key may be running and may have been charged: look at your jobs before you submit again',
} as const;

const isOfAnother = ({ id }: JobRef, { job_id: other }: Members) => typeof other === 'string' && other !== id;

/** An abort and a fault of the code are no news of the job. */
function toChanged(error: unknown): { readonly kind: 'changed' } {
  if (isGenerationError(error)) return { kind: 'changed' };
  throw error;
}
