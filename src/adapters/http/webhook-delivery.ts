import { isObject } from '../../machines/json.js';
import { parseJson } from './exchange.js';

/** In seconds, before and after. Somebody who has seen an older delivery may send it again. */
const leeway = 300;

/** Whether a delivery says that it was sent now, in seconds since the epoch. */
export const isTimely = (time: string): boolean =>
  /^\d{1,12}$/.test(time) && Math.abs(Date.now() / 1_000 - Number(time)) <= leeway;

/**
 * The body of a delivery as it was signed, and the members of its JSON. The server can read the request again.
 *
 * @throws TypeError if the body has been read before
 */
export async function readDelivery(request: Request) {
  if (request.bodyUsed)
    throw new TypeError(
      'The body of this delivery has been read, so its signature cannot be checked. Call webhook.verify(request) before anything reads the body, such as express.json() or request.json().',
    );
  const bytes = new Uint8Array(await request.clone().arrayBuffer());
  const body = parseJson(new TextDecoder().decode(bytes));
  return { bytes, members: isObject(body) ? body : {} };
}

/** Whether one of these keys verifies one of these signatures. The platform compares in constant time. */
export async function isSigned(
  algorithm: 'Ed25519' | 'HMAC' | 'RSASSA-PKCS1-v1_5',
  keys: readonly CryptoKey[],
  signatures: readonly Uint8Array<ArrayBuffer>[],
  message: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const checks = keys.flatMap(key =>
    signatures.map(signature => crypto.subtle.verify(algorithm, key, signature, message).catch(() => false)),
  );
  return (await Promise.all(checks)).includes(true);
}
