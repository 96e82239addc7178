import type { JobRef, Webhook } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import type { Fetch } from '../http/exchange.js';
import { createKeySet } from '../http/key-set.js';
import { toSignedToken } from '../http/signed-token.js';
import { isSigned, isTimely } from '../http/webhook-delivery.js';

const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const;

type WebhookOptions = {
  readonly origin: string;
  readonly fetch: Fetch | undefined;
  readonly toJob: (id: string) => JobRef;
};

/**
 * Verifies deliveries that a submit has asked for: a JSON Web Token in a header (RS256), with a key of Google's JWKS, and no older than 5 minutes.
 * The job is the one in the token. The body is not signed.
 *
 * @see https://ai.google.dev/gemini-api/docs/webhooks
 */
export function googleWebhook({ origin, fetch, toJob }: WebhookOptions): Webhook {
  const isVerified = createKeySet({
    url: `${origin}/.well-known/jwks.json`,
    fetch,
    toKey: ({ kty, n, e }) =>
      kty === 'RSA' && typeof n === 'string' && typeof e === 'string'
        ? crypto.subtle.importKey('jwk', { kty, n, e }, algorithm, false, ['verify'])
        : undefined,
  });

  return {
    async verify({ headers }) {
      const token = toSignedToken(headers.get('webhook-signature')?.trim() ?? '');
      if (!token) return undefined;
      const { claims, message, signature } = token;
      const id = isObject(claims['data']) ? claims['data']['id'] : undefined;
      const time = claims['iat'] ?? headers.get('webhook-timestamp');
      if (typeof id !== 'string' || !id || !isTimely(String(time))) return undefined;
      const isGenuine = await isVerified(keys => isSigned(algorithm.name, keys, [signature], message));
      return isGenuine ? toJob(id) : undefined;
    },
  };
}
