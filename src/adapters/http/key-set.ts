import { isObject } from '../../machines/json.js';
import type { Fetch } from './exchange.js';
import { createExchange } from './json-exchange.js';
import { createWebhookKeys } from './webhook-keys.js';

type PublicKeys = {
  /** Where the vendor publishes them. Your key is not sent there. */
  readonly url: string;
  readonly fetch: Fetch | undefined;
  /** One of them; `undefined` for a key of another kind. */
  readonly toKey: (jwk: { readonly [name: string]: unknown }) => Promise<CryptoKey> | undefined;
};

const maxKeys = 20;

/** The keys of a JSON Web Key Set, by which deliveries are verified. @see https://www.rfc-editor.org/rfc/rfc7517#section-5 */
export function createKeySet({ url, fetch, toKey }: PublicKeys) {
  const { ask } = createExchange({ fetch });
  return createWebhookKeys(async signal => {
    const answer = await ask({ action: 'verify', url, signal });
    const { keys } = answer.members;
    const listed = Array.isArray(keys) ? keys.slice(0, maxKeys).filter(isObject) : [];
    const imported = await Promise.all(listed.map(async jwk => toKey(jwk)?.catch(() => undefined)));
    const known = imported.flatMap(key => key ?? []);
    // Without a key, every delivery would be taken for a forged one.
    if (known.length === 0) throw answer.toError({ code: 'invalid-response' });
    return known;
  });
}
