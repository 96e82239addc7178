import type { UnsignedDelivery } from './double.types.js';
import { toHex } from './hex-signature.js';

// One key pair for all doubles: a double of a test is nobody's secret.
let pair: Promise<CryptoKeyPair> | undefined;

const getPair = () => {
  pair ??= crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']) as Promise<CryptoKeyPair>;
  return pair;
};

/** The public key as fal publishes it. */
export async function falKeys(): Promise<Response> {
  const { publicKey } = await getPair();
  const { x } = await crypto.subtle.exportKey('jwk', publicKey);
  return Response.json({ keys: [{ kty: 'OKP', crv: 'Ed25519', x }] });
}

/** The headers of a delivery. */
export async function falSignature({ id, body, now, isForged }: UnsignedDelivery): Promise<Record<string, string>> {
  const { privateKey } = await getPair();
  const time = String(Math.floor(now / 1_000));
  const encoder = new TextEncoder();
  const hash = toHex(await crypto.subtle.digest('SHA-256', encoder.encode(isForged ? `${body} ` : body)));
  const message = encoder.encode([id, 'user-1', time, hash].join('\n'));
  return {
    'x-fal-webhook-request-id': id,
    'x-fal-webhook-user-id': 'user-1',
    'x-fal-webhook-timestamp': time,
    'x-fal-webhook-signature': toHex(await crypto.subtle.sign('Ed25519', privateKey, message)),
  };
}
