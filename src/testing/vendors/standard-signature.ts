import type { UnsignedDelivery } from './double.types.js';

const toBase64 = (of: Uint8Array) => btoa(String.fromCharCode(...of));
const fromBase64 = (text: string) => Uint8Array.from(atob(text), letter => letter.charCodeAt(0));

/** A secret of Standard Webhooks. */
export const newWebhookSecret = (): string => `whsec_${toBase64(crypto.getRandomValues(new Uint8Array(24)))}`;

/**
 * The headers of a delivery, as Standard Webhooks signs it. The first signature is of a secret that nobody has any more.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export async function standardSignature(
  secret: string,
  { id, body, now, isForged }: UnsignedDelivery,
): Promise<Record<string, string>> {
  const bytes = fromBase64(secret.replace(/^whsec_/, ''));
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const time = String(Math.floor(now / 1_000));
  const message = new TextEncoder().encode(`${id}.${time}.${isForged ? `${body} ` : body}`);
  const signature = toBase64(new Uint8Array(await crypto.subtle.sign('HMAC', key, message)));
  return {
    'webhook-id': id,
    'webhook-timestamp': time,
    'webhook-signature': `v1,${toBase64(new Uint8Array(32))} v1,${signature}`,
  };
}
