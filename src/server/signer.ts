import { fromBase64Url, toBase64Url } from './encoding.js';

/** Signs texts with the first secret, and knows what any of them has signed, so that a secret can be changed. */
export type Signer = {
  sign(text: string): Promise<string>;
  isOurs(text: string, mac: string): Promise<boolean>;
};

const toBytes = (text: string) => Uint8Array.from(new TextEncoder().encode(text));

async function toKey(secret: string, purpose: string): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey('raw', toBytes(secret), 'HKDF', false, ['deriveKey']);
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(32), info: toBytes(purpose) },
    material,
    { name: 'HMAC', hash: 'SHA-256', length: 256 },
    false,
    ['sign', 'verify'],
  );
}

/** HMAC-SHA-256 with keys that are derived from the secrets. @param purpose what is signed for one is not valid for another */
export function createSigner(secrets: readonly string[], purpose: string): Signer {
  let derived: Promise<readonly CryptoKey[]> | undefined;
  const getKeys = () => {
    derived ??= Promise.all(secrets.map(secret => toKey(secret, purpose)));
    return derived;
  };
  return {
    async sign(text) {
      const [key] = await getKeys();
      if (!key) throw new TypeError('Nothing can be signed without a secret. Pass the option secrets.');
      return toBase64Url(new Uint8Array(await crypto.subtle.sign('HMAC', key, toBytes(text))));
    },
    async isOurs(text, mac) {
      const bytes = fromBase64Url(mac);
      if (!bytes) return false;
      const keys = await getKeys();
      return (await Promise.all(keys.map(key => crypto.subtle.verify('HMAC', key, bytes, toBytes(text))))).includes(
        true,
      );
    },
  };
}
