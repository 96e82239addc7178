import { isObject } from '../../machines/json.js';
import { parseJson } from './exchange.js';

type SignedToken = {
  /** Nobody has verified them. */
  readonly claims: { readonly [name: string]: unknown };
  readonly message: Uint8Array<ArrayBuffer>;
  readonly signature: Uint8Array<ArrayBuffer>;
};

/** The parts of a JSON Web Token; `undefined` for what is none. @see https://www.rfc-editor.org/rfc/rfc7515#section-7.1 */
export function toSignedToken(text: string): SignedToken | undefined {
  const [, message = '', payload = '', end = ''] = /^([\w-]+\.([\w-]+))\.([\w-]+)$/.exec(text) ?? [];
  const [claims, signature] = [fromBase64Url(payload), fromBase64Url(end)];
  const said = claims && parseJson(new TextDecoder().decode(claims));
  if (!signature || !isObject(said)) return undefined;
  return { claims: said, message: Uint8Array.from(new TextEncoder().encode(message)), signature };
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), byte => byte.charCodeAt(0));
  } catch {
    return undefined;
  }
}
