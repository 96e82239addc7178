import type { JobRef, Webhook } from '../../machines/generation/generation.port.js';
import type { ApiKey } from '../http/api-key.js';
import type { Exchange } from '../http/json-exchange.js';
import { toGivenKey, toSignedDelivery, toWebhookKey } from '../http/standard-webhook.js';
import { createWebhookKeys } from '../http/webhook-keys.js';

const variable = 'REPLICATE_WEBHOOK_SIGNING_SECRET';

type WebhookOptions = {
  readonly secret: ApiKey | undefined;
  readonly secretUrl: string;
  readonly ask: Exchange['ask'];
};

/**
 * Verifies deliveries of Replicate, which are signed as Standard Webhooks describes. The body is the prediction, and nothing of it counts but
 * its id.
 *
 * @see https://replicate.com/docs/topics/webhooks/verify-webhook
 */
export function replicateWebhook({ secret, secretUrl, ask }: WebhookOptions): Webhook {
  const isVerified = createWebhookKeys(async signal => {
    const given = await toGivenKey({ vendor: 'Replicate', secret, variable });
    if (given) return [given];
    const answer = await ask({ action: 'verify', url: secretUrl, signal });
    const key = await toWebhookKey(String(answer.members['key'] ?? ''));
    if (!key) throw answer.toError({ code: 'invalid-response' });
    return [key];
  });

  return {
    async verify(request): Promise<JobRef | undefined> {
      const delivery = await toSignedDelivery(request);
      const id = toId(delivery?.members['id']);
      if (!delivery || !id) return undefined;
      return (await isVerified(delivery.isSignedBy)) ? { id } : undefined;
    },
  };
}

const toId = (id: unknown) => (typeof id === 'string' || typeof id === 'number' ? String(id) : '');
