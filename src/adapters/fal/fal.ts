import { isGenerationError } from '../../machines/generation/generation.errors.js';
import type { AdapterCall, JobRef, JobUpdate } from '../../machines/generation/generation.port.js';
import { assertKnownOptions } from '../../machines/options.js';
import { toBaseUrl } from '../http/base-url.js';
import { createExchange } from '../http/json-exchange.js';
import { toRetryAfterMs } from '../http/retry-after.js';
import { withWait } from '../http/wait.js';
import type { FalAdapter, FalOptions } from './fal.types.js';
import { assertModel, toFalJob, toUrlOf } from './job.js';
import { toPending, toState } from './news.js';
import {
  isModelsAnswer,
  isStillRunning,
  type Members,
  toAccount,
  toResultOutcome,
  toStatusOutcome,
} from './outcome.js';
import { falWebhook } from './webhook.js';

const optionNames = Object.keys({
  model: true,
  apiKey: true,
  dangerouslyAllowBrowser: true,
  priority: true,
  startTimeoutSeconds: true,
  keepSeconds: true,
  canRepeat: true,
  webhookUrl: true,
  baseUrl: true,
  webhookKeysUrl: true,
  fetch: true,
} satisfies Record<keyof FalOptions, true>);

/** As long as neither your account nor `keepSeconds` says otherwise. */
const resultsLiveMs = 7 * 86_400_000;

const defaultBase = 'https://queue.fal.run';
/** Where fal's queue answers, too, when the first is not there. */
const backupOrigin = 'https://queue.falrun.com';

/**
 * Adapter for fal's models, over fal's queue. It needs your key, so use it on a server, in a script or in an app that
 * only you use.
 *
 * - It reports the phase, the queue position, the model's last log line, and the progress if the model prints a bar.
 * - Its event stream reports states and carries the result. Its webhook is verified.
 * - A cancel removes a waiting job from the queue. fal asks a running job to stop, and the model decides. fal does not
 *   say what a stopped job costs: `charged` is `maybe`.
 * - Results live for at least 7 days, unless your account or `keepSeconds` says otherwise. fal does not say when they
 *   are deleted, so there is no `expiresAt`.
 * - The outcome has the `cost` in billable units if fal says it. The price of a unit depends on the model.
 * - fal takes no idempotency key. If the answer to a submit is lost, it is never sent again and ends as `interrupted`
 *   with `charged: 'maybe'`.
 *
 * @typeParam TInput the model's input, as you type it or as `@fal-ai/client/endpoints` does
 * @typeParam TOutput the model's output
 * @throws TypeError for an unknown option or an invalid `model`. A missing key fails the first submit
 * @see https://docs.fal.ai/model-endpoints/queue
 * @example
 * const flux = fal<{ prompt: string }, { images: { url: string }[] }>({ model: 'fal-ai/flux/dev' });
 * const machine = createGenerationMachine(flux);
 */
export function fal<TInput, TOutput>(options: FalOptions): FalAdapter<TInput, TOutput> {
  assertKnownOptions('fal', options, optionNames);
  const { model, fetch, webhookUrl } = options;
  assertModel(model);
  const { base, origin, name } = toBaseUrl(options.baseUrl, defaultBase);
  const origins = base === defaultBase ? [origin, backupOrigin] : [origin];
  const { ask, events, jobFailed, toShownText, check } = createExchange({
    apiKey: {
      vendor: 'fal',
      value: options.apiKey,
      variable: 'FAL_KEY',
      toHeaders: key => ({ authorization: `Key ${key}` }),
      dangerouslyAllowBrowser: options.dangerouslyAllowBrowser,
    },
    origins,
    fetch,
  });
  const place = { base, model, origins };

  /** The result is a second request, and its errors are those of the job. */
  const readResult = async (job: JobRef, said: Members, { signal }: AdapterCall): Promise<JobUpdate<TOutput>> => {
    const isAnswer = (status: number) => ![401, 403, 404, 408, 425, 429].includes(status);
    const answer = await ask({ action: 'read', job, url: toUrlOf(job, 'responseUrl'), signal, isAnswer });
    if (isStillRunning(answer)) return { kind: 'pending', phase: 'running' };
    if (answer.ok && answer.body !== undefined)
      return { kind: 'succeeded', output: answer.body as TOutput, ...toAccount(said, answer) };
    // A redirect, a page of HTML, or a proxy that cannot reach fal: the read is repeated.
    if (answer.status < 400 || !isModelsAnswer(answer))
      throw answer.toError({ code: answer.status < 500 ? 'invalid-response' : undefined });
    return toResultOutcome(job, answer, jobFailed);
  };

  const toUpdate = async (job: JobRef, said: Members, call: AdapterCall): Promise<JobUpdate<TOutput>> => {
    if (toState(said['status']) !== 'completed') return toPending(said, toShownText);
    return toStatusOutcome(job, said, jobFailed) ?? readResult(job, said, call);
  };

  const isOf = (job: JobRef, said: Members) =>
    typeof said['status'] === 'string' && (said['request_id'] === undefined || String(said['request_id']) === job.id);

  return {
    origin: name,
    stream: { tells: 'states' },
    durationLabel: () => model,
    webhook: falWebhook({ keysUrl: options.webhookKeysUrl, fetch, toJob: id => toFalJob(id, {}, place) }),
    resultsLiveMs: options.keepSeconds === undefined ? resultsLiveMs : options.keepSeconds * 1_000,
    check,

    async submit(input, { signal, idempotencyKey, webhookUrl: own = webhookUrl }) {
      const query = own ? `?${new URLSearchParams({ fal_webhook: own })}` : '';
      const url = `${base}/${model}${query}`;
      const headers = toHeaders(options);
      const isAnswer = (status: number) => status === 404;
      const answer = await ask({ action: 'submit', url, body: input, headers, signal, idempotencyKey, isAnswer });
      if (!answer.ok) throw answer.toError({ advice: 'Check the option model' });
      const { members, idIn } = answer;
      const job = toFalJob(idIn('request_id'), members, place);
      return { job, update: toPending(members, toShownText) };
    },

    async read(job, call) {
      const url = toUrlOf(job, 'statusUrl', '', { logs: '1' });
      const answer = await ask({ action: 'read', job, url, signal: call.signal });
      if (!isOf(job, answer.members)) throw answer.toError({ code: 'invalid-response' });
      return withWait(await toUpdate(job, answer.members, call), toRetryAfterMs(answer.headers));
    },

    async *events(job, call) {
      const url = toUrlOf(job, 'statusUrl', '/stream', { logs: '1' });
      for await (const { members } of events({ ...call, job, url })) {
        if (!isOf(job, members)) yield { kind: 'ignored' };
        // What a read cannot get now, the next one may.
        else yield await toUpdate(job, members, call).catch(toChanged);
      }
    },

    async cancel(job, { signal }) {
      const isAnswer = (status: number) => status === 400 || status === 404;
      const url = toUrlOf(job, 'cancelUrl');
      const answer = await ask({ action: 'cancel', method: 'PUT', job, url, signal, isAnswer });
      const { status } = answer.members;
      // Taken out of the queue before it began.
      if (answer.ok && status === 'OK') return { kind: 'cancelled' };
      const isTold = status === 'CANCELLATION_REQUESTED' || status === 'ALREADY_COMPLETED';
      if (!answer.ok && !isTold) throw answer.toError();
      return { kind: 'changed' };
    },
  };
}

/** An abort and a fault of the code are no news of the job. */
function toChanged(error: unknown): { readonly kind: 'changed' } {
  if (isGenerationError(error)) return { kind: 'changed' };
  throw error;
}

const toHeaders = ({ priority, startTimeoutSeconds, keepSeconds, canRepeat }: FalOptions): Record<string, string> => ({
  ...(priority && { 'x-fal-queue-priority': priority }),
  ...(startTimeoutSeconds !== undefined && { 'x-fal-request-timeout': String(startTimeoutSeconds) }),
  ...(canRepeat === false && { 'x-fal-no-retry': '1' }),
  ...(keepSeconds !== undefined && {
    'x-fal-object-lifecycle-preference': JSON.stringify({ expiration_duration_seconds: keepSeconds }),
  }),
});
