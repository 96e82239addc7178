import { chunk, head, lastChunk } from './relays.mjs';

/**
 * @typedef {import('./fault.types.js').Act} Act
 * @typedef {import('./fault.types.js').Choice} Choice
 */

/** The first so many requests of a job go this way, the others are passed on. @param {number} times @param {Act} act @returns {Choice} */
export const first =
  (times, act) =>
  ({ index }) =>
    index < times ? act : undefined;

/** @param {Act} act @returns {Choice} */
export const always = act => () => act;

/** Until so long after the answer to the submit. @param {number} ms @param {Act} act @returns {Choice} */
export const during =
  (ms, act) =>
  ({ sinceSubmitMs }) =>
    sinceSubmitMs < ms ? act : undefined;

/** Only the request of this number, counted from 0. @param {number} number @param {Act} act @returns {Choice} */
export const only =
  (number, act) =>
  ({ index }) =>
    index === number ? act : undefined;

/**
 * An answer of the peer's own.
 * @param {number} status @param {string} [body] @param {Readonly<Record<string, string>>} [headers] @returns {Act}
 */
export const say =
  (status, body = '', headers = {}) =>
  async exchange => {
    exchange.record.status = status;
    await exchange.write(head(status, headers));
    if (status !== 204) await exchange.write(body ? chunk(body) + lastChunk : lastChunk);
    exchange.end();
  };

/** @param {number} status @param {unknown} value @param {Readonly<Record<string, string>>} [headers] */
export const sayJson = (status, value, headers = {}) =>
  say(status, JSON.stringify(value), { 'content-type': 'application/json', ...headers });

/** What a gateway shows while a deploy goes on. @param {number} status */
export const sayHtml = status =>
  say(status, '<!doctype html><h1>Bad gateway</h1><p>data: {"type":"file"}</p>', { 'content-type': 'text/html' });

/** Events that must not be believed, in an answer that is no stream of events. @param {number} status @param {string} type */
export const sayForgedEvents =
  (status, type) => async (/** @type {import('./fault.types.js').Exchange} */ exchange) => {
    const id = exchange.record.path.split('/file.').at(-1);
    const event = { type: 'file', object: { id, url: 'https://forged.example/1.png', type: 'image' } };
    await say(status, `data: ${JSON.stringify(event)}\n\n`, { 'content-type': type })(exchange);
  };

/** The request was read, and there is never an answer. @type {Act} */
export const neverAnswer = async exchange => exchange.sleep(2 ** 31 - 1);

/** @type {Act} */
export const resetAtOnce = async exchange => exchange.reset();

/** The backend has the request, and its answer is lost. @type {Act} */
export const loseAnswer = async exchange => {
  await exchange.forward();
  exchange.reset();
};

/** A head that breaks off within a header's name, and then nothing or a reset. @param {'hang' | 'reset'} then @returns {Act} */
export const halfHeader = then => async exchange => {
  await exchange.write('HTTP/1.1 200 OK\r\ncontent-type: text/eve');
  await exchange.sleep(then === 'hang' ? 2 ** 31 - 1 : 20);
  exchange.reset();
};

/** What is no HTTP. @type {Act} */
export const sayNonsense = async exchange => {
  await exchange.write('\u0000\u0001SSH-2.0-OpenSSH_9.2\r\n\r\n');
  exchange.end();
};

/** Half of the backend's JSON. Framed as a whole answer, by a length that is not kept, or stalled for ever. @param {'whole' | 'cut' | 'reset' | 'hang'} how @returns {Act} */
export const halfJson = how => async exchange => {
  const { status, headers, body } = await exchange.forward();
  const parts = [];
  for await (const bytes of body) parts.push(bytes);
  const whole = Buffer.concat(parts);
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

/** Says no to a token that is stale. @type {Choice} */
export const mindTokens = ({ request }) =>
  request.headers['authorization'] === 'Bearer good' ? undefined : sayJson(401, { error: 'Unauthorized' });

/** An event that has no end, as fast as it is taken. @type {Act} */
export const endlessEvent = async exchange => {
  exchange.record.status = 200;
  await exchange.write(head(200, { 'content-type': 'text/event-stream' }));
  await exchange.write(chunk('data: '));
  const mebibyte = chunk('x'.repeat(1_048_576));
  for (let count = 0; count < 256; count += 1) await exchange.write(mebibyte);
  exchange.end();
};
