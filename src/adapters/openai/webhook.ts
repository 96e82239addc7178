import type { Webhook } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import type { ApiKey } from '../http/api-key.js';
import { toGivenKey, toSignedDelivery } from '../http/standard-webhook.js';
import { createWebhookKeys } from '../http/webhook-keys.js';

const variable = 'OPENAI_WEBHOOK_SECRET';

/**
 * Verifies deliveries of OpenAI about responses, which are signed as Standard Webhooks describes. They have the id of the response and nothing of
 * its end.
 *
 * @see https://platform.openai.com/docs/guides/webhooks
 */
export function openaiWebhook(secret: ApiKey | undefined): Webhook {
  const isVerified = createWebhookKeys(async () => {
    const key = await toGivenKey({ vendor: 'OpenAI', secret, variable });
    if (key) return [key];
    throw new TypeError(
      `There is no secret to verify deliveries of OpenAI with. Pass the option webhookSecret, or set the environment variable ${variable}.`,
    );
  });

  return {
    isPerJob: false,

    async verify(request) {
      const delivery = await toSignedDelivery(request);
      const { type, data } = delivery?.members ?? {};
      const id = isObject(data) ? data['id'] : undefined;
      const isAboutResponse = typeof type === 'string' && type.startsWith('response.');
      if (!delivery || !isAboutResponse || typeof id !== 'string' || !id) return undefined;
      return (await isVerified(delivery.isSignedBy)) ? { id } : undefined;
    },
  };
}
