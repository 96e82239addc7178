import type { JobRef, Webhook } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import { type Fetch, parseJson } from '../http/exchange.js';

const defaultKeysUrl = 'https://rest.alpha.fal.ai/.well-known/jwks.json';
/** fal asks for no more than a day. */
const keysLiveMs = 86_400_000;
/** A delivery with another key does not cause a request each time. */
const keysRestMs = 60_000;
/** In seconds, before and after. */
const leeway = 300;

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
  let known: { readonly keys: readonly CryptoKey[]; readonly at: number } | undefined;

  const getKeys = async (maxAgeMs: number): Promise<readonly CryptoKey[]> => {
    const now = Date.now();
    if (known && Math.abs(now - known.at) < maxAgeMs) return known.keys;
    const response = await (fetch ?? globalThis.fetch)(keysUrl, { redirect: 'error' });
    const body = parseJson(await response.text());
    const listed = isObject(body) && Array.isArray(body['keys']) ? body['keys'] : [];
    const imported = await Promise.all(listed.slice(0, 20).map(toKey));
    const keys = imported.flatMap(key => key ?? []);
    // An outage of the keys does not make deliveries forged.
    if (keys.length > 0 || !known) known = { keys, at: now };
    return known.keys;
  };

  return {
    async verify(request) {
      const delivery = await toDelivery(request);
      if (!delivery) return undefined;
      const isSignedBy = async (keys: readonly CryptoKey[]) => {
        const { signature, message } = delivery;
        const results = await Promise.all(
          keys.map(key => crypto.subtle.verify('Ed25519', key, signature, message).catch(() => false)),
        );
        return results.includes(true);
      };
      const isGenuine = (await isSignedBy(await getKeys(keysLiveMs))) || (await isSignedBy(await getKeys(keysRestMs)));
      return isGenuine ? toJob(delivery.id) : undefined;
    },
  };
}

async function toKey(jwk: unknown): Promise<CryptoKey | undefined> {
  if (!isObject(jwk) || jwk['crv'] !== 'Ed25519' || typeof jwk['x'] !== 'string') return undefined;
  const publicPart = { kty: 'OKP', crv: 'Ed25519', x: jwk['x'] };
  return crypto.subtle.importKey('jwk', publicPart, 'Ed25519', false, ['verify']).catch(() => undefined);
}

type Delivery = {
  readonly id: string;
  readonly signature: Uint8Array<ArrayBuffer>;
  readonly message: Uint8Array<ArrayBuffer>;
};

async function toDelivery(request: Request): Promise<Delivery | undefined> {
  const header = (name: string) => request.headers.get(`x-fal-webhook-${name}`) ?? '';
  const [id, userId, time] = [header('request-id'), header('user-id'), header('timestamp')];
  const signature = toBytes(header('signature'));
  const isTimely = /^\d+$/.test(time) && Math.abs(Date.now() / 1_000 - Number(time)) <= leeway;
  if (!id || !signature || !isTimely) return undefined;
  const body = await request.clone().arrayBuffer();
  const said = parseJson(new TextDecoder().decode(body));
  // The signed id is the one in the header. A body about another job is not what was signed for it.
  if (isObject(said) && said['request_id'] !== undefined && said['request_id'] !== id) return undefined;
  const hash = toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', body)));
  const text = new TextEncoder().encode([id, userId, time, hash].join('\n'));
  return { id, signature, message: Uint8Array.from(text) };
}

const toHex = (bytes: Uint8Array) => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');

function toBytes(hex: string): Uint8Array<ArrayBuffer> | undefined {
  const pairs = /^(?:[\da-f]{2})+$/i.test(hex) ? (hex.match(/../g) ?? []) : [];
  return pairs.length > 0 ? Uint8Array.from(pairs, pair => Number.parseInt(pair, 16)) : undefined;
}
