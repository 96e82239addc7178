import { parseJson } from '../../adapters/http/exchange.js';
import { joinBytes } from '../encoding.js';
import { RequestRefusal } from './refusal.js';

const tooLarge = (maxBytes: number) =>
  new RequestRefusal(
    413,
    'bad-input',
    `The body of the request has more than ${maxBytes} bytes. Nothing was submitted. Send less, or raise the option maxBodyBytes.`,
  );

/** The bytes of a body. It reads no more than it may, whatever `Content-Length` says. @throws RequestRefusal with 413 */
export async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const reader = request.body?.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    length += part.value.byteLength;
    if (length > maxBytes) {
      void reader?.cancel().catch(() => undefined);
      throw tooLarge(maxBytes);
    }
    parts.push(part.value);
  }
  return joinBytes(parts);
}

/**
 * The JSON of a body. A form can send no such content type, so that another site's page has to ask first.
 *
 * @param what the body is of, for messages
 * @throws RequestRefusal
 */
export async function readJson(request: Request, maxBytes: number, what = 'a submit'): Promise<unknown> {
  const nothing = what === 'a submit' ? 'Nothing was submitted.' : 'Nothing was written.';
  if (!/^application\/json\s*(?:;|$)/i.test(request.headers.get('content-type') ?? '')) {
    throw new RequestRefusal(
      415,
      'bad-input',
      `The body of ${what} is JSON. ${nothing} Send it with the content type application/json.`,
    );
  }
  const value = parseJson(new TextDecoder().decode(await readBytes(request, maxBytes)));
  if (value !== undefined) return value;
  throw new RequestRefusal(400, 'bad-input', `The body of ${what} is no JSON. ${nothing} Send JSON.`);
}
