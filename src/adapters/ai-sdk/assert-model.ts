import type { AiSdkVideoModel, AiSdkVideoOptions } from './ai-sdk.types.js';

/** A model with the two functions that make a job of a generation. */
export type StartableModel = AiSdkVideoModel & Required<Pick<AiSdkVideoModel, 'doStart' | 'doStatus'>>;

/** @throws TypeError for what is no such model, and for an option that the model cannot fulfil */
export function assertModel(
  model: AiSdkVideoModel,
  { webhookUrl }: AiSdkVideoOptions,
): asserts model is StartableModel {
  if (typeof model?.modelId !== 'string') {
    throw new TypeError(
      'aiSdkVideo() needs a model that a provider package has made: fal.video(name), and not its name.',
    );
  }
  const { provider, modelId, specificationVersion, doStart, doStatus, handleWebhookOption } = model;
  const name = `The model ${modelId} of ${provider}`;
  if (!doStart || !doStatus || specificationVersion !== 'v4') {
    throw new TypeError(
      `${name} has no doStart and doStatus of the specification v4, and doGenerate alone makes no job that can be followed. Use another version of its package.`,
    );
  }
  if (webhookUrl !== undefined && !handleWebhookOption) {
    throw new TypeError(`${name} posts to no webhookUrl. Leave the option out: the job is read.`);
  }
}
