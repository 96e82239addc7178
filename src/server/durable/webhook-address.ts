import { fromBase64Url, toBase64Url } from '../encoding.js';

/** The addresses to which a vendor posts what becomes of one job. */
export type WebhookAddresses = {
  /** The address of a job. */
  of(backend: string, id: string): Promise<string>;
  isOurs(backend: string, id: string, mac: string): Promise<boolean>;
};

const toBytes = (text: string) => Uint8Array.from(new TextEncoder().encode(text));

async function toKey(secret: string): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey('raw', toBytes(secret), 'HKDF', false, ['deriveKey']);
  const info = toBytes('generation-lifecycle webhook v1');
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(32), info },
    material,
    { name: 'HMAC', hash: 'SHA-256', length: 256 },
    false,
    ['sign', 'verify'],
  );
}

/**
 * Addresses with the id of the job and a MAC: HMAC-SHA-256 with a key of the first secret. Those of any secret are taken, so that a secret can be
 * changed while jobs run.
 *
 * @param base where the routes begin, as the vendor reaches them
 */
export function createWebhookAddresses(secrets: readonly string[], base: string): WebhookAddresses {
  let derived: Promise<readonly CryptoKey[]> | undefined;
  const getKeys = () => {
    derived ??= Promise.all(secrets.map(toKey));
    return derived;
  };
  const toText = (backend: string, id: string) => toBytes(JSON.stringify([backend, id]));

  return {
    async of(backend, id) {
      const [key] = await getKeys();
      if (!key)
        throw new TypeError('The address of a webhook cannot be signed without a secret. Pass the option secrets.');
      const mac = toBase64Url(new Uint8Array(await crypto.subtle.sign('HMAC', key, toText(backend, id))));
      return `${base}/webhook/${backend}/${id}.${mac}`;
    },
    async isOurs(backend, id, mac) {
      const bytes = fromBase64Url(mac);
      if (!bytes) return false;
      const text = toText(backend, id);
      const results = await Promise.all((await getKeys()).map(key => crypto.subtle.verify('HMAC', key, bytes, text)));
      return results.includes(true);
    },
  };
}
