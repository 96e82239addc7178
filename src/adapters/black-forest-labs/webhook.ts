import type { JobRef, Webhook } from '../../machines/generation/generation.port.js';
import { type ApiKey, readEnvironment } from '../http/api-key.js';
import { fromHex, toHex } from '../http/hex.js';
import { isSigned, readDelivery } from '../http/webhook-delivery.js';
import { createWebhookKeys } from '../http/webhook-keys.js';

const variable = 'BFL_WEBHOOK_SECRET';
const algorithm = { name: 'HMAC', hash: 'SHA-256' };

const givenOr = async (given: ApiKey | undefined, name: string) =>
  (await (typeof given === 'function' ? given() : (given ?? readEnvironment(name))))?.trim() || undefined;

const toKey = (secret: string, use: 'sign' | 'verify') =>
  crypto.subtle.importKey('raw', new TextEncoder().encode(secret), algorithm, false, [use]);

/**
 * What deliveries are signed with: a secret of yours, or one that is made of the API key, so that there is nothing to set up and nobody else
 * knows it. `undefined` if there is neither.
 */
export async function toWebhookSecret(secret: ApiKey | undefined, apiKey: ApiKey | undefined) {
  const given = await givenOr(secret, variable);
  if (given) return given;
  const key = await givenOr(apiKey, 'BFL_API_KEY');
  if (!key) return undefined;
  const label = new TextEncoder().encode('generation-lifecycle: webhook');
  return toHex(new Uint8Array(await crypto.subtle.sign('HMAC', await toKey(key, 'sign'), label)));
}

type WebhookOptions = {
  readonly getSecret: () => Promise<string | undefined>;
  readonly toJob: (id: string) => JobRef;
};

/** Verifies deliveries of Black Forest Labs: HMAC over the body, with the secret of the submit. They have no time that is signed apart. */
export function blackForestLabsWebhook({ getSecret, toJob }: WebhookOptions): Webhook {
  const isVerified = createWebhookKeys(async () => {
    const secret = await getSecret();
    if (secret) return [await toKey(secret, 'verify')];
    throw new TypeError(
      `There is no secret to verify deliveries of Black Forest Labs with. Pass the option webhookSecret or apiKey, or set the environment variable ${variable} or BFL_API_KEY.`,
    );
  });

  return {
    async verify(request) {
      const [, hex = ''] = /^sha256=([\da-f]{64})$/i.exec(request.headers.get('x-bfl-signature')?.trim() ?? '') ?? [];
      const signature = fromHex(hex);
      if (!signature) return undefined;
      const { bytes, members } = await readDelivery(request);
      const id = toId(members['id']);
      if (!id) return undefined;
      return (await isVerified(keys => isSigned('HMAC', keys, [signature], bytes))) ? toJob(id) : undefined;
    },
  };
}

const toId = (id: unknown) => (typeof id === 'string' || typeof id === 'number' ? String(id) : '');
