import { toHash, toHex } from '../encoding.js';

/** The digest of a file that is known without its bytes. */
type DigestOf = (blob: Blob) => string | undefined;

/** A value as text, with members in the order of their names, and files by their digests: equal wishes have equal texts. */
async function toText(value: unknown, digestOf: DigestOf): Promise<string> {
  if (typeof Blob === 'function' && value instanceof Blob) {
    const known = digestOf(value);
    if (known !== undefined) return `file(${value.type} ${known})`;
    const digest = await crypto.subtle.digest('SHA-256', await value.arrayBuffer());
    return `file(${value.type} ${toHex(new Uint8Array(digest))})`;
  }
  if (Array.isArray(value)) return `[${(await Promise.all(value.map(part => toText(part, digestOf)))).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  if ('toJSON' in value) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(async ([name, member]) => `${JSON.stringify(name)}:${await toText(member, digestOf)}`);
  return `{${(await Promise.all(members)).join()}}`;
}

/** What tells two wishes of one key apart: the backend, and the input that `input` has made. */
export const toWishHash = async (
  backend: string,
  input: unknown,
  digestOf: DigestOf = () => undefined,
): Promise<string> => toHash('wish', backend, await toText(input, digestOf));
