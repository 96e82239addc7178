import { isObject } from '../../machines/json.js';
import { assertKnownOptions } from '../../machines/options.js';
import { toBaseUrl } from '../http/base-url.js';
import { createExchange } from '../http/json-exchange.js';
import { limitsAreBusy } from '../http/limits-are-busy.js';
import { toAbsoluteUrl } from '../http/result-url.js';
import type {
  BlackForestLabsAdapter,
  BlackForestLabsOptions,
  BlackForestLabsOutput,
} from './black-forest-labs.types.js';
import { idInUrl, toJob, urlOf } from './job.js';
import { isModerated, sampleLivesMs, toOutcome, toUpdate } from './result.js';
import { blackForestLabsWebhook, toWebhookSecret } from './webhook.js';

const optionNames = Object.keys({
  model: true,
  apiKey: true,
  dangerouslyAllowBrowser: true,
  webhookUrl: true,
  webhookSecret: true,
  baseUrl: true,
  pollingOrigins: true,
  fetch: true,
} satisfies Record<keyof BlackForestLabsOptions, true>);

const defaultBase = 'https://api.bfl.ai';
/** A job is read in the region that works on it, and files come from others. */
const ownOrigins = ['https://*.bfl.ai'];

/** A path that leads elsewhere, or has a query, is no model. */
const modelForm = /^\w[\w.-]*(?:\/\w[\w.-]*)*$/;

/** Where the job is read, it may not be known yet: an answer with nothing but a time to read says so. */
const accepted = { kind: 'pending', readAfterMs: 1_000 } as const;

const moderated = { code: 'moderated', charged: 'maybe', said: 'the content was refused' } as const;

const isRedirect = (status: number) => [301, 302, 303, 307, 308].includes(status);

/**
 * Adapter for FLUX models of Black Forest Labs. It needs your key, so use it on a server, in a script or in an app that
 * only you use.
 *
 * - It reads the job at its `polling_url` and reports the progress if there is one. There is no phase, queue position
 *   or event stream.
 * - Results live for 10 minutes, videos for about 2 hours (`expiresAt`). Copy them at once.
 * - It cannot cancel: a cancelled job runs on and is charged. Its webhook is verified.
 * - Black Forest Labs refuses content with HTTP 200, before or after the work. The job then ends as `moderated`.
 * - The outcome has the `cost` in credits if the answer to the submit says it.
 * - Black Forest Labs takes no idempotency key. If the answer to a submit is lost, it is never sent again and ends as
 *   `interrupted` with `charged: 'maybe'`.
 *
 * @typeParam TInput the model's input, as you type it
 * @typeParam TOutput the model's `result`
 * @throws TypeError for an unknown option or an invalid `model`. A missing key fails the first submit
 * @see https://docs.bfl.ai
 * @example
 * const flux = blackForestLabs<{ prompt: string }>({ model: 'flux-2-pro' });
 * const machine = createGenerationMachine(flux);
 */
export function blackForestLabs<TInput, TOutput = BlackForestLabsOutput>(
  options: BlackForestLabsOptions,
): BlackForestLabsAdapter<TInput, TOutput> {
  assertKnownOptions('blackForestLabs', options, optionNames);
  const { model, apiKey, webhookSecret, webhookUrl, fetch } = options;
  assertModel(model);
  const { base, origin, name } = toBaseUrl(options.baseUrl?.replace(/\/v1\/*$/, ''), defaultBase);
  const origins = [origin, ...(options.pollingOrigins ?? (origin.endsWith('.bfl.ai') ? ownOrigins : []))];
  const place = { base, origins };
  const { ask, jobFailed, check } = createExchange({
    apiKey: {
      vendor: 'Black Forest Labs',
      value: apiKey,
      variable: 'BFL_API_KEY',
      toHeaders: key => ({ 'x-key': key }),
      dangerouslyAllowBrowser: options.dangerouslyAllowBrowser,
    },
    origins,
    fetch,
    toVerdict: limitsAreBusy,
  });
  const getSecret = () => toWebhookSecret(webhookSecret, apiKey);

  return {
    origin: name,
    webhook: blackForestLabsWebhook({ getSecret, toJob: id => toJob(id, {}, place) }),
    resultsLiveMs: sampleLivesMs,
    check,
    durationLabel: () => model,

    async submit(input, { signal, idempotencyKey, webhookUrl: own = webhookUrl }) {
      // A delivery that nobody can verify is not asked for. A key that cannot be had is told by the request itself.
      const secret = own && (await getSecret().catch(() => undefined));
      const body = secret && isObject(input) ? { ...input, webhook_url: own, webhook_secret: secret } : input;
      const url = `${base}/v1/${model}`;
      const isAnswer = (status: number) => status === 404;
      const answer = await ask({ action: 'submit', url, body, signal, idempotencyKey, isAnswer });
      if (!answer.ok) throw answer.toError({ advice: 'Check the option model' });
      const { members } = answer;
      const id = members['id'] == null ? idInUrl(members['polling_url']) : undefined;
      if (members['id'] == null && isModerated(answer)) throw answer.toError(moderated);
      const job = toJob(id ?? answer.idIn('id'), members, place);
      return { job, update: toOutcome<TOutput>(job, answer, jobFailed) ?? accepted };
    },

    async read(job, { signal }) {
      const isAnswer = (status: number) => status < 500;
      const askAt = (at: string) => ask({ action: 'read', job, url: at, signal, isAnswer });
      const url = urlOf(job, place);
      let answer = await askAt(url);
      const location = answer.headers.get('location');
      if (isRedirect(answer.status) && location) {
        // To another region. The exchange holds the new place to the same origins.
        answer = await askAt(toAbsoluteUrl(location, toAbsoluteUrl(url, origin)) ?? location);
      }
      if (answer.status === 410) return jobFailed(job, answer.body, { code: 'expired', status: 410 });
      // A refusal of the content may come with an error status. Any other is a failed read.
      if (!answer.ok && !isRedirect(answer.status) && !isModerated(answer)) throw answer.toError();
      return toUpdate(job, answer, jobFailed);
    },
  };
}

function assertModel(model: unknown): asserts model is string {
  if (typeof model === 'string' && modelForm.test(model)) return;
  throw new TypeError(
    'The option model of blackForestLabs() is not the name of a model. Pass its path below /v1/: flux-2-pro.',
  );
}
