import { isEventStream } from './exchange.mjs';
import { chunk, head, lastChunk } from './relays.mjs';

/**
 * @typedef {import('./fault.types.js').Responder} Responder
 * @typedef {import('./fault.types.js').ChooseResponder} ChooseResponder
 */

/** Responds to the first requests of a job only. @param {number} times @param {Responder} responder @returns {ChooseResponder} */
export const first =
  (times, responder) =>
  ({ index }) =>
    index < times ? responder : undefined;

/** @param {Responder} responder @returns {ChooseResponder} */
export const always = responder => () => responder;

/** Until this long after the response to the submit. @param {number} ms @param {Responder} responder @returns {ChooseResponder} */
export const during =
  (ms, responder) =>
  ({ sinceSubmitMs }) =>
    sinceSubmitMs < ms ? responder : undefined;

/** From the first request of its kind on, for this long: it may come late. @param {number} ms @param {Responder} responder @returns {ChooseResponder} */
export const fromFirst =
  (ms, responder) =>
  ({ sinceFirstMs }) =>
    sinceFirstMs < ms ? responder : undefined;

/** Only the request of this number, counted from 0. @param {number} number @param {Responder} responder @returns {ChooseResponder} */
export const only =
  (number, responder) =>
  ({ index }) =>
    index === number ? responder : undefined;

/**
 * A response from the peer; the backend does not get the request.
 * @param {number} status @param {string} [body] @param {Readonly<Record<string, string>>} [headers] @returns {Responder}
 */
export const respond =
  (status, body = '', headers = {}) =>
  async exchange => {
    exchange.record.status = status;
    await exchange.write(head(status, headers));
    if (status !== 204) await exchange.write(body ? chunk(body) + lastChunk : lastChunk);
    exchange.end();
  };

/** @param {number} status @param {unknown} value @param {Readonly<Record<string, string>>} [headers] */
export const respondJson = (status, value, headers = {}) =>
  respond(status, JSON.stringify(value), { 'content-type': 'application/json', ...headers });

/** The error page of a gateway. @param {number} status */
export const respondHtml = status =>
  respond(status, '<!doctype html><h1>Bad gateway</h1><p>data: {"type":"file"}</p>', { 'content-type': 'text/html' });

/** A forged result in a response that is not an event stream. @param {number} status @param {string} type */
export const respondForgedEvents =
  (status, type) => async (/** @type {import('./fault.types.js').Exchange} */ exchange) => {
    const id = exchange.record.path.split('/file.').at(-1);
    const event = { type: 'file', object: { id, url: 'https://forged.example/1.png', type: 'image' } };
    await respond(status, `data: ${JSON.stringify(event)}\n\n`, { 'content-type': type })(exchange);
  };

/** Reads the request and never responds. @type {Responder} */
export const neverRespond = async exchange => exchange.sleep(2 ** 31 - 1);

/** @type {Responder} */
export const resetConnection = async exchange => exchange.reset();

/** The backend gets the request, and its response is lost. @type {Responder} */
export const loseResponse = async exchange => {
  await exchange.forward();
  exchange.reset();
};

/** A response that stops within a header name, then hangs or is reset. @param {'hang' | 'reset'} then @returns {Responder} */
export const halfHeader = then => async exchange => {
  await exchange.write('HTTP/1.1 200 OK\r\ncontent-type: text/eve');
  await exchange.sleep(then === 'hang' ? 2 ** 31 - 1 : 20);
  exchange.reset();
};

/** Bytes that are not HTTP. @type {Responder} */
export const respondGarbage = async exchange => {
  await exchange.write('\u0000\u0001SSH-2.0-OpenSSH_9.2\r\n\r\n');
  exchange.end();
};

/** The JSON of a response, or the first event of a stream. @param {Awaited<ReturnType<import('./fault.types.js').Exchange['forward']>>} response */
async function firstOf({ headers, body }) {
  const separator = isEventStream(headers) ? '\n\n' : undefined;
  let whole = Buffer.alloc(0);
  for await (const bytes of body) {
    whole = Buffer.concat([whole, bytes]);
    if (separator && whole.includes(separator)) return whole.subarray(0, whole.indexOf(separator));
  }
  return whole;
}

/** The first half of the backend's JSON, or of the first event of a stream: as a complete response, cut or reset before its content-length, or followed by nothing. @param {'whole' | 'cut' | 'reset' | 'hang'} how @returns {Responder} */
export const halfJson = how => async exchange => {
  const response = await exchange.forward();
  const { status, headers } = response;
  const whole = await firstOf(response);
  const half = whole.subarray(0, whole.length >> 1);
  exchange.record.status = status;
  if (how === 'whole') {
    await exchange.write(head(status, headers));
    await exchange.write(chunk(half) + lastChunk);
    return exchange.end();
  }
  const type = headers['content-type'];
  await exchange.write(
    `HTTP/1.1 ${status} OK\r\ncontent-type: ${type}\r\ncontent-length: ${whole.length}\r\nconnection: close\r\n\r\n`,
  );
  await exchange.write(half);
  await exchange.sleep(how === 'hang' ? 2 ** 31 - 1 : 20);
  if (how === 'reset') exchange.reset();
  else exchange.end();
};

/** Responds to an expired token with 401. @type {ChooseResponder} */
export const checkTokens = ({ request }) =>
  request.headers['authorization'] === 'Bearer good' ? undefined : respondJson(401, { error: 'Unauthorized' });

/** An event that never ends, as fast as the client reads it. @type {Responder} */
export const endlessEvent = async exchange => {
  exchange.record.status = 200;
  await exchange.write(head(200, { 'content-type': 'text/event-stream' }));
  await exchange.write(chunk('data: '));
  const mebibyte = chunk('x'.repeat(1_048_576));
  for (let count = 0; count < 256; count += 1) await exchange.write(mebibyte);
  exchange.end();
};
