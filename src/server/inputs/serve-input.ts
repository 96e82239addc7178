import { toByteRange } from '../media/byte-range.js';
import { commonHeaders } from '../request/answers.js';
import { notFound } from '../request/refusal.js';
import type { InputStore, StoredInput } from './input-store.js';

/** What a file of a user may do where it is opened: nothing. It is loaded by vendors, and a browser only saves it. */
const toHeaders = ({ type }: StoredInput) => ({
  ...commonHeaders,
  'content-type': type,
  'content-disposition': 'attachment',
  'content-security-policy': "default-src 'none'; sandbox",
  'accept-ranges': 'bytes',
});

/** The bytes of an input, or a part of them. @throws RequestRefusal with 404 if it is gone */
export async function toInputAnswer(store: InputStore, id: string, { method, headers }: Request): Promise<Response> {
  const input = await store.get(id);
  if (!input) throw notFound();
  const common = toHeaders(input);
  const range = toByteRange(headers.get('range') ?? undefined, input.size);
  if (range === 'unsatisfiable')
    return new Response(null, { status: 416, headers: { ...common, 'content-range': `bytes */${input.size}` } });
  const { from, to } = range ?? { from: 0, to: input.size };
  const body = method === 'HEAD' ? null : await store.read(id, { from, to });
  if (body === undefined) throw notFound();
  return new Response(body as BodyInit | null, {
    status: range ? 206 : 200,
    headers: {
      ...common,
      'content-length': String(to - from),
      ...(range && { 'content-range': `bytes ${from}-${to - 1}/${input.size}` }),
    },
  });
}
