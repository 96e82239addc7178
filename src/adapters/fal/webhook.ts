import type { JobRef, Webhook } from '../../machines/generation/generation.port.js';
import type { Fetch } from '../http/exchange.js';
import { fromHex, toHex } from '../http/hex.js';
import { createKeySet } from '../http/key-set.js';
import { isSigned, isTimely, readDelivery } from '../http/webhook-delivery.js';

const defaultKeysUrl = 'https://rest.alpha.fal.ai/.well-known/jwks.json';

type WebhookOptions = {
  readonly keysUrl: string | undefined;
  readonly fetch: Fetch | undefined;
  readonly toJob: (id: string) => JobRef;
};

/**
 * Verifies deliveries of fal: Ed25519 over the ids, the time and the body's hash, with a key of fal's JWKS, and no older than 5 minutes.
 * The keys are remembered for a day.
 *
 * @see https://docs.fal.ai/model-endpoints/webhooks
 */
export function falWebhook({ keysUrl = defaultKeysUrl, fetch, toJob }: WebhookOptions): Webhook {
  const isVerified = createKeySet({ url: keysUrl, fetch, toKey });

  return {
    async verify(request) {
      const delivery = await toDelivery(request);
      if (!delivery) return undefined;
      const { id, signature, message } = delivery;
      return (await isVerified(keys => isSigned('Ed25519', keys, [signature], message))) ? toJob(id) : undefined;
    },
  };
}

function toKey({ crv, x }: { readonly [name: string]: unknown }): Promise<CryptoKey> | undefined {
  if (crv !== 'Ed25519' || typeof x !== 'string') return undefined;
  return crypto.subtle.importKey('jwk', { kty: 'OKP', crv, x }, 'Ed25519', false, ['verify']);
}

type Delivery = {
  readonly id: string;
  readonly signature: Uint8Array<ArrayBuffer>;
  readonly message: Uint8Array<ArrayBuffer>;
};

async function toDelivery(request: Request): Promise<Delivery | undefined> {
  const header = (name: string) => request.headers.get(`x-fal-webhook-${name}`) ?? '';
  const [id, userId, time] = [header('request-id'), header('user-id'), header('timestamp')];
  const signature = fromHex(header('signature'));
  if (!id || !signature || !isTimely(time)) return undefined;
  const { bytes, members } = await readDelivery(request);
  // The signed id is the one in the header. A body about another job is not what was signed for it.
  if (members['request_id'] !== undefined && String(members['request_id']) !== id) return undefined;
  const hash = toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
  const text = new TextEncoder().encode([id, userId, time, hash].join('\n'));
  return { id, signature, message: Uint8Array.from(text) };
}
