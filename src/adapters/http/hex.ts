export const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');

/** `undefined` for a text that is no hexadecimal number of whole bytes. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> | undefined {
  const pairs = /^(?:[\da-f]{2})+$/i.test(text) ? (text.match(/../g) ?? []) : [];
  return pairs.length > 0 ? Uint8Array.from(pairs, pair => Number.parseInt(pair, 16)) : undefined;
}
