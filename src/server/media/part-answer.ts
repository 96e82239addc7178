import { toByteRange } from './byte-range.js';

/** A part of some bytes: from the first to before the end. */
export type Part = { readonly from: number; readonly to: number };

type Whole = {
  readonly size: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly read: (part: Part | undefined) => Promise<BodyInit | null>;
};

/**
 * Bytes whose number is known, or the part of them that a `Range` header asks for.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-14
 */
export async function toPartAnswer(header: string | undefined, { size, headers, read }: Whole): Promise<Response> {
  const part = toByteRange(header, size);
  if (part === 'unsatisfiable')
    return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${size}` } });
  const body = await read(part);
  if (part === undefined) return new Response(body, { headers: { ...headers, 'content-length': String(size) } });
  const { from, to } = part;
  return new Response(body, {
    status: 206,
    headers: {
      ...headers,
      'content-length': String(to - from),
      'content-range': `bytes ${from}-${to - 1}/${size}`,
    },
  });
}
