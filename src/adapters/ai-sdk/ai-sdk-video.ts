import { throwIfAborted } from '../../machines/abort.js';
import { assertKnownOptions } from '../../machines/options.js';
import { assertNoPage } from '../http/api-key.js';
import { toHeaderKey } from '../http/idempotency-header.js';
import type { RequestContext } from '../http/request-error.js';
import type { AiSdkVideoAdapter, AiSdkVideoModel, AiSdkVideoOptions } from './ai-sdk.types.js';
import { assertModel } from './assert-model.js';
import { assertCount, toCallOptions } from './call-options.js';
import { toJob, toOperation } from './operation.js';
import { toUpdate, toUpdateOfError } from './outcome.js';
import { toSdkError } from './sdk-error.js';
import { toSecretsOf } from './secrets.js';

const optionNames = Object.keys({
  origins: true,
  secrets: true,
  webhookUrl: true,
  dangerouslyAllowBrowser: true,
} satisfies Record<keyof AiSdkVideoOptions, true>);

/** Where the packages go whose operations have URLs. `undefined`: it sends them on, and follows none. */
const knownOrigins: { readonly [provider: string]: readonly string[] | undefined } = {
  'fal.video': ['https://queue.fal.run'],
  'replicate.video': ['https://api.replicate.com'],
  gateway: undefined,
};

/**
 * Adapter for video models of the AI SDK, from any provider package whose models have `doStart` and `doStatus`. It
 * calls each of them once per attempt and never uses the functions of `ai`, which repeat paid requests. The model holds
 * your key, so use the adapter on a server or in a script.
 *
 * - It reports that the job runs, and how it ends. The AI SDK reports no phase, position or progress, and has no
 *   stream.
 * - It cannot cancel: a cancelled job runs on, and the outcome says so (`stopped: false`, `charged: 'yes'`).
 * - The AI SDK has no idempotency. If the answer to a submit is lost, it is never sent again and ends with
 *   `charged: 'maybe'`. The key is sent as the header `idempotency-key`, for gateways that use it.
 * - The vendor decides how long results live: Replicate deletes them after an hour.
 * - Some provider packages, such as fal's, report a failed read as a failed job. The adapter reads such a job again.
 *
 * @throws TypeError for an invalid model or one with only `doGenerate`, for an unknown option, and for a `webhookUrl`
 *   where the model takes none. A missing key fails the first submit
 * @see https://ai-sdk.dev/docs/ai-sdk-core/video-generation
 * @example
 * const luma = aiSdkVideo(videoModel); // such as fal.video('luma-ray-2') of @ai-sdk/fal
 * const machine = createGenerationMachine(luma, { policy: policyFor('video') });
 */
export function aiSdkVideo(model: AiSdkVideoModel, options: AiSdkVideoOptions = {}): AiSdkVideoAdapter {
  assertKnownOptions('aiSdkVideo', options, optionNames);
  assertModel(model, options);
  const { provider, modelId } = model;
  const { origins = provider in knownOrigins ? knownOrigins[provider] : [] } = options;

  const toContext = (context: RequestContext): RequestContext & { readonly secrets: string[] } => {
    assertNoPage(provider, context, options.dangerouslyAllowBrowser);
    return { ...context, secrets: toSecretsOf(provider, options.secrets) };
  };

  return {
    origin: `ai-sdk:${provider}`,

    durationLabel: ({ duration, resolution }) =>
      [modelId, duration && `${duration}s`, resolution].filter(Boolean).join(' '),

    async submit(input, { signal, idempotencyKey, webhookUrl: own }) {
      const context = toContext({ action: 'submit', idempotencyKey });
      let isSent = false;
      try {
        const call = toCallOptions(input);
        await assertCount(model, call.n, context);
        const { webhookUrl } = options;
        const made = typeof webhookUrl === 'function' ? webhookUrl(idempotencyKey) : webhookUrl;
        // A model that posts nowhere would refuse an address, or warn of it.
        const hook = model.handleWebhookOption ? (own ?? made) : made;
        throwIfAborted(signal);
        isSent = true;
        const headers = { 'idempotency-key': toHeaderKey(idempotencyKey) };
        const started = await model.doStart({ ...call, webhookUrl: hook, headers, abortSignal: signal });
        return { job: toJob(started, context), update: { kind: 'pending' } };
      } catch (error) {
        throwIfAborted(signal);
        throw toSdkError(error, context, isSent);
      }
    },

    async read(job, { signal }) {
      const context = toContext({ action: 'read', job });
      const operation = toOperation(job, origins, context);
      throwIfAborted(signal);
      try {
        const said = await model.doStatus({ operation, abortSignal: signal });
        return await toUpdate(said, { job, provider, context });
      } catch (error) {
        throwIfAborted(signal);
        return toUpdateOfError(error, job, context);
      }
    },
  };
}
