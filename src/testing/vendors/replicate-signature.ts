import type { UnsignedDelivery } from './double.types.js';

// One secret for all doubles: a double of a test is nobody's secret.
let bytes: Uint8Array<ArrayBuffer> | undefined;

const getBytes = () => {
  bytes ??= crypto.getRandomValues(new Uint8Array(24));
  return bytes;
};

const toBase64 = (of: Uint8Array) => btoa(String.fromCharCode(...of));

/** The signing secret as Replicate tells it. */
export const replicateSecret = (): string => `whsec_${toBase64(getBytes())}`;

/**
 * The headers of a delivery. The first signature is of a secret that nobody has any more.
 *
 * @see https://replicate.com/docs/topics/webhooks/verify-webhook
 */
export async function replicateSignature({
  id,
  body,
  now,
  isForged,
}: UnsignedDelivery): Promise<Record<string, string>> {
  const key = await crypto.subtle.importKey('raw', getBytes(), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const time = String(Math.floor(now / 1_000));
  const message = new TextEncoder().encode(`${id}.${time}.${isForged ? `${body} ` : body}`);
  const signature = toBase64(new Uint8Array(await crypto.subtle.sign('HMAC', key, message)));
  return {
    'webhook-id': id,
    'webhook-timestamp': time,
    'webhook-signature': `v1,${toBase64(new Uint8Array(32))} v1,${signature}`,
  };
}
