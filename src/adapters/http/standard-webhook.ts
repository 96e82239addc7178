import { type ApiKey, readEnvironment } from './api-key.js';
import { fromDataUrl } from './data-url.js';
import { isSigned, isTimely, readDelivery } from './webhook-delivery.js';

/** A sender that changes its secret signs with both. */
const maxSignatures = 10;

type SignedDelivery = {
  /** Of its JSON. Nobody has signed them before `isSignedBy` says so. */
  readonly members: { readonly [name: string]: unknown };
  isSignedBy(keys: readonly CryptoKey[]): Promise<boolean>;
};

/**
 * A delivery as Standard Webhooks describes it: HMAC-SHA256 over its id, its time and its body. `undefined` if it is not signed, or more than
 * 5 minutes old.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export async function toSignedDelivery(request: Request): Promise<SignedDelivery | undefined> {
  const header = (name: string) => request.headers.get(`webhook-${name}`) ?? '';
  const [id, time] = [header('id'), header('timestamp')];
  const listed = header('signature').split(/\s+/).slice(0, maxSignatures);
  // `v1a` and later versions are other algorithms.
  const texts = listed.flatMap(text => (text.startsWith('v1,') ? text.slice(3) : []));
  const signatures = (await Promise.all(texts.map(fromBase64))).flatMap(bytes => bytes ?? []);
  if (!id || signatures.length === 0 || !isTimely(time)) return undefined;
  const { bytes, members } = await readDelivery(request);
  const start = new TextEncoder().encode(`${id}.${time}.`);
  const message = new Uint8Array(start.length + bytes.length);
  message.set(start);
  message.set(bytes, start.length);
  return { members, isSignedBy: keys => isSigned('HMAC', keys, signatures, message) };
}

/** The key of a secret such as `whsec_MfKQ9r8G…`; `undefined` if it is none. */
export async function toWebhookKey(secret: string): Promise<CryptoKey | undefined> {
  const bytes = await fromBase64(secret.trim().replace(/^whsec_/, ''));
  if (!bytes?.length) return undefined;
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
}

/** What the user has passed as a secret, and the environment variable where it is otherwise. */
type GivenSecret = { readonly vendor: string; readonly secret: ApiKey | undefined; readonly variable: string };

/** The key of a secret that the user has given; `undefined` if there is none. @throws TypeError for what is no secret */
export async function toGivenKey({ vendor, secret, variable }: GivenSecret): Promise<CryptoKey | undefined> {
  const given = typeof secret === 'function' ? await secret() : (secret ?? readEnvironment(variable));
  if (!given) return undefined;
  const key = await toWebhookKey(given);
  if (key) return key;
  throw new TypeError(
    `The signing secret of ${vendor}'s webhooks is no secret: whsec_ and Base64. Check the option webhookSecret, or the environment variable ${variable}.`,
  );
}

async function fromBase64(text: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const blob = text ? fromDataUrl(`data:;base64,${text}`) : undefined;
  return blob && new Uint8Array(await blob.arrayBuffer());
}
