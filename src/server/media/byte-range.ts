/** A part of some bytes: from the first to before the end. `unsatisfiable`: it begins beyond them. */
type ByteRange = { readonly from: number; readonly to: number } | 'unsatisfiable' | undefined;

/**
 * What a `Range` header asks for of so many bytes; `undefined` for the whole, also for several ranges and what cannot be read.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-14.2
 */
export function toByteRange(header: string | undefined, length: number): ByteRange {
  const [whole, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header?.trim() ?? '') ?? [];
  if (whole === undefined || (first === '' && last === '')) return undefined;
  if (first === '') {
    const count = Math.min(Number(last), length);
    return count === 0 ? 'unsatisfiable' : { from: length - count, to: length };
  }
  const from = Number(first);
  const to = last === '' ? length : Math.min(Number(last) + 1, length);
  // A range that ends before it begins is none.
  if (last !== '' && Number(last) < from) return undefined;
  return from >= length ? 'unsatisfiable' : { from, to };
}
