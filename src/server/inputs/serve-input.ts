import { toPartAnswer } from '../media/part-answer.js';
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
  const { size } = input;
  return toPartAnswer(headers.get('range') ?? undefined, {
    size,
    headers: toHeaders(input),
    async read(part = { from: 0, to: size }) {
      if (method === 'HEAD') return null;
      const body = await store.read(id, part);
      if (body) return body;
      throw notFound();
    },
  });
}
