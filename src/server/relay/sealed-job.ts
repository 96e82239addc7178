import { parseJson } from '../../adapters/http/exchange.js';
import { toJob } from '../../machines/generation/generation.answers.js';
import type { JobRef } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import { fromBase64Url, toBase64Url, toHex } from '../encoding.js';

/** What a sealed job is bound to: it can be opened for nobody else. */
type SealContext = { readonly userId: string; readonly backend: string };

/** A job of a backend as a page may keep it. */
export type SealedJobs = {
  seal(job: JobRef, id: string, context: SealContext): Promise<string>;
  /** The job; `undefined` if it was changed, is somebody else's, or its time is over. */
  open(sealed: string, id: string, context: SealContext): Promise<JobRef | undefined>;
};

const version = 'v1';
const maxSealedLength = 8_192;
const ivBytes = 12;

type SealKey = { readonly id: string; readonly key: CryptoKey };

const toBytes = (text: string) => Uint8Array.from(new TextEncoder().encode(text));

/** The key of a secret, and a name of it that tells nothing about it. */
async function toSealKey(secret: string): Promise<SealKey> {
  const material = await crypto.subtle.importKey('raw', toBytes(secret), 'HKDF', false, ['deriveKey', 'deriveBits']);
  const derivation = (info: string) => ({
    name: 'HKDF',
    hash: 'SHA-256',
    salt: new Uint8Array(32),
    info: toBytes(`generation-lifecycle ${info} ${version}`),
  });
  const key = await crypto.subtle.deriveKey(
    derivation('sealed job'),
    material,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  );
  const id = toHex(new Uint8Array(await crypto.subtle.deriveBits(derivation('key id'), material, 32)));
  return { id, key };
}

const toAdditionalData = ({ userId, backend }: SealContext) => toBytes(JSON.stringify([version, userId, backend]));

/**
 * Seals jobs with the first secret, and opens those of any: AES-GCM with a random IV of 96 bits, a key by HKDF-SHA-256, and the user, the
 * backend and the version as additional data.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5869
 */
export function createSealedJobs(
  secrets: readonly string[],
  lifeMs: (backend: string) => number,
  now: () => number,
): SealedJobs {
  let derived: Promise<readonly SealKey[]> | undefined;
  const getKeys = () => {
    derived ??= Promise.all(secrets.map(toSealKey));
    return derived;
  };

  return {
    async seal(job, id, context) {
      const [first] = await getKeys();
      if (!first) throw new TypeError('A job cannot be sealed without a secret. Pass the option secrets.');
      const iv = crypto.getRandomValues(new Uint8Array(ivBytes));
      const text = JSON.stringify({ id, job, expiresAt: now() + lifeMs(context.backend) });
      const additionalData = toAdditionalData(context);
      const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, first.key, toBytes(text));
      return [version, first.id, toBase64Url(iv), toBase64Url(new Uint8Array(sealed))].join('.');
    },

    async open(sealed, id, context) {
      if (sealed.length > maxSealedLength) return undefined;
      const [form, keyId, ivText = '', text = '', ...rest] = sealed.split('.');
      const [iv, bytes] = [fromBase64Url(ivText), fromBase64Url(text)];
      const known = (await getKeys()).find(({ id: name }) => name === keyId);
      if (form !== version || rest.length > 0 || !known || iv?.length !== ivBytes || !bytes) return undefined;
      const algorithm = { name: 'AES-GCM', iv, additionalData: toAdditionalData(context) };
      const opened = await crypto.subtle.decrypt(algorithm, known.key, bytes).catch(() => undefined);
      const said = opened && parseJson(new TextDecoder().decode(opened));
      if (!isObject(said) || said['id'] !== id || !(Number(said['expiresAt']) > now())) return undefined;
      return toJob(said['job']);
    },
  };
}
