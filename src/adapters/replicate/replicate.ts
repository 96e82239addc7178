import type { JobRef, JobUpdate } from '../../machines/generation/generation.port.js';
import { assertKnownOptions } from '../../machines/options.js';
import { toBaseUrl } from '../http/base-url.js';
import type { JsonAnswer } from '../http/json-answer.js';
import { createExchange } from '../http/json-exchange.js';
import { toRetryAfterMs } from '../http/retry-after.js';
import { withWait } from '../http/wait.js';
import { isPrediction, resultsLiveMs, toUpdate } from './prediction.js';
import type { ReplicateAdapter, ReplicateOptions } from './replicate.types.js';
import { toTarget } from './target.js';
import { replicateWebhook } from './webhook.js';

const optionNames = Object.keys({
  model: true,
  deployment: true,
  apiKey: true,
  dangerouslyAllowBrowser: true,
  waitSeconds: true,
  cancelAfterSeconds: true,
  webhookUrl: true,
  webhookEvents: true,
  webhookSecret: true,
  baseUrl: true,
  fetch: true,
} satisfies Record<keyof ReplicateOptions, true>);

const defaultBase = 'https://api.replicate.com/v1';
const longestWaitSeconds = 60;

/** The answer to the submit says how the job is. A read at once would say the same. */
const firstReadMs = 1_000;

/**
 * Adapter for Replicate's models and deployments. It needs your token, so use it on a server, in a script or in an app
 * that only you use. Replicate refuses requests from pages.
 *
 * - It reports the phase, the model's last log line, the progress if the model prints a bar, and the first of several
 *   images.
 * - It has no event stream and no queue position: the job is polled. Its webhook is verified.
 * - A cancel stops the job. A job that has begun is charged up to then: `charged` is `yes`. For one that has not it is
 *   `maybe`, because the boot of a private model is charged.
 * - Results live for an hour. Outcomes with URLs have `expiresAt`; a later read fails as `expired`. Copy what you want
 *   to keep.
 * - Replicate takes no idempotency key. If the answer to a submit is lost, it is never sent again and ends as
 *   `interrupted` with `charged: 'maybe'`. Replicate does not say what a job cost.
 *
 * @typeParam TInput the model's input, as you type it
 * @typeParam TOutput the model's output: a URL, a list of URLs, a text, or whatever the model gives
 * @throws TypeError for an unknown or malformed option. A missing token fails the first submit
 * @see https://replicate.com/docs/reference/http
 * @example
 * const flux = replicate<{ prompt: string }, string[]>({ model: 'black-forest-labs/flux-schnell' });
 * const machine = createGenerationMachine(flux);
 */
export function replicate<TInput, TOutput>(options: ReplicateOptions): ReplicateAdapter<TInput, TOutput> {
  assertKnownOptions('replicate', options, optionNames);
  const { webhookUrl, webhookEvents = ['completed'], fetch } = options;
  const target = toTarget(options);
  const headers = toHeaders(options);
  const { base, origin, name } = toBaseUrl(options.baseUrl, defaultBase);
  const { ask, jobFailed, toShownText, check } = createExchange({
    apiKey: {
      vendor: 'Replicate',
      value: options.apiKey,
      variable: 'REPLICATE_API_TOKEN',
      toHeaders: key => ({ authorization: `Bearer ${key}` }),
      dangerouslyAllowBrowser: options.dangerouslyAllowBrowser,
    },
    origins: [origin],
    fetch,
  });
  // Made of the id alone. The URLs in an answer say the same, or lead elsewhere.
  const urlOf = ({ id }: JobRef, addition = '') => `${base}/predictions/${encodeURIComponent(id)}${addition}`;

  const told = (job: JobRef, { members, headers: given }: JsonAnswer, readAfterMs?: number): JobUpdate<TOutput> => {
    const update = toUpdate<TOutput>(job, members, { jobFailed, toShownText, isPublic: target.isPublic });
    return withWait(update, toRetryAfterMs(given) ?? readAfterMs);
  };

  return {
    origin: name,
    webhook: replicateWebhook({ secret: options.webhookSecret, secretUrl: `${base}/webhooks/default/secret`, ask }),
    resultsLiveMs,
    check,
    durationLabel: () => target.label,

    async submit(input, { signal, idempotencyKey, webhookUrl: own = webhookUrl }) {
      const webhook = own && { webhook: own, webhook_events_filter: webhookEvents };
      const body = { ...target.body, input, ...webhook };
      const url = base + target.path;
      const isAnswer = (status: number) => status === 404;
      const answer = await ask({ action: 'submit', url, body, headers, signal, idempotencyKey, isAnswer });
      if (!answer.ok) throw answer.toError({ advice: target.advice });
      const job = { id: answer.idIn('id') };
      return { job, update: told(job, answer, firstReadMs) };
    },

    async read(job, { signal }) {
      const isAnswer = (status: number) => status === 410;
      const answer = await ask({ action: 'read', job, url: urlOf(job), signal, isAnswer });
      if (!answer.ok) return jobFailed(job, answer.body, { code: 'expired', status: answer.status });
      if (!isPrediction(job, answer.members)) throw answer.toError({ code: 'invalid-response' });
      return told(job, answer);
    },

    async cancel(job, { signal }) {
      const answer = await ask({ action: 'cancel', method: 'POST', job, url: urlOf(job, '/cancel'), signal });
      const update = isPrediction(job, answer.members) ? told(job, answer) : undefined;
      // It is accepted, and a read shows when the job has stopped.
      return update && update.kind !== 'pending' ? update : { kind: 'changed' };
    },
  };
}

function toHeaders({ waitSeconds, cancelAfterSeconds }: ReplicateOptions): Record<string, string> {
  assertSeconds('waitSeconds', waitSeconds, longestWaitSeconds);
  assertSeconds('cancelAfterSeconds', cancelAfterSeconds);
  return {
    ...(waitSeconds !== undefined && { prefer: `wait=${waitSeconds}` }),
    ...(cancelAfterSeconds !== undefined && { 'cancel-after': `${cancelAfterSeconds}s` }),
  };
}

function assertSeconds(name: keyof ReplicateOptions, seconds: unknown, longest = Number.MAX_SAFE_INTEGER): void {
  if (seconds === undefined || (Number.isInteger(seconds) && Number(seconds) >= 1 && Number(seconds) <= longest))
    return;
  const limit = longest === longestWaitSeconds ? `from 1 to ${longest}` : 'of at least 1';
  throw new TypeError(`The option ${name} of replicate() has to be whole seconds ${limit}. It is ${String(seconds)}.`);
}
