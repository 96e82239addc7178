// One key pair for all doubles: a double of a test is nobody's secret.
let pair: Promise<CryptoKeyPair> | undefined;

const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };

const getPair = () => {
  const size = { modulusLength: 2_048, publicExponent: new Uint8Array([1, 0, 1]) };
  pair ??= crypto.subtle.generateKey({ ...algorithm, ...size }, true, ['sign', 'verify']) as Promise<CryptoKeyPair>;
  return pair;
};

/** The public key as Google publishes it, if a request asks for it. */
export async function googleKeys({ url }: Request): Promise<Response | undefined> {
  if (new URL(url).pathname !== '/.well-known/jwks.json') return undefined;
  const { publicKey } = await getPair();
  const { n, e } = await crypto.subtle.exportKey('jwk', publicKey);
  return Response.json({ keys: [{ kty: 'RSA', alg: 'RS256', use: 'sig', kid: 'key-1', n, e }] });
}

const toBase64Url = (bytes: Uint8Array) =>
  btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');

type GoogleEvent = { readonly type: string; readonly data: { readonly id: string } };

/** A delivery that a submit has asked for: the event as a JSON Web Token in a header, and in the body. A forged one is signed for another job. */
export async function googleDelivery(
  address: string,
  { type, data }: GoogleEvent,
  { now, isForged }: { readonly now: number; readonly isForged: boolean },
): Promise<Request> {
  const encode = (value: object) => toBase64Url(new TextEncoder().encode(JSON.stringify(value)));
  const event = { type, version: 'v1', timestamp: new Date(now).toISOString(), data };
  const seconds = Math.floor(now / 1_000);
  const start = encode({ alg: 'RS256', typ: 'JWT', kid: 'key-1' });
  const toMessage = (id: string) =>
    `${start}.${encode({ ...event, data: { ...data, id }, iat: seconds, exp: seconds + 300 })}`;
  const { privateKey } = await getPair();
  const signed = new TextEncoder().encode(toMessage(isForged ? `another than ${data.id}` : data.id));
  const signature = toBase64Url(new Uint8Array(await crypto.subtle.sign(algorithm.name, privateKey, signed)));
  const headers = {
    'content-type': 'application/json',
    'webhook-id': `msg-${data.id}-${type}`,
    'webhook-timestamp': String(seconds),
    'webhook-signature': `${toMessage(data.id)}.${signature}`,
  };
  return new Request(address, { method: 'POST', body: JSON.stringify(event), headers });
}
