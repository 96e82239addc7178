import { once } from 'node:events';
import { constants, createGzip } from 'node:zlib';

/**
 * @typedef {import('./fault.types.js').Act} Act
 * @typedef {import('./fault.types.js').Exchange} Exchange
 * @typedef {AsyncIterable<Uint8Array>} Bytes
 * @typedef {(body: Bytes, exchange: Exchange) => Bytes} Reshape
 */

const nextTick = () => new Promise(resolve => setImmediate(resolve));

/** The head of an answer whose body comes in chunks, if it may have one. @param {number} status @param {Readonly<Record<string, unknown>>} headers */
export function head(status, headers) {
  const lines = Object.entries(headers)
    .filter(([name]) => !['connection', 'keep-alive', 'transfer-encoding', 'content-length'].includes(name))
    .flatMap(([name, value]) => [value].flat().map(one => `${name}: ${one}\r\n`));
  const framing = status === 204 || status === 304 ? '' : 'transfer-encoding: chunked\r\n';
  return `HTTP/1.1 ${status} Said\r\n${lines.join('')}${framing}connection: close\r\n\r\n`;
}

/** @param {string | Uint8Array} bytes */
export const chunk = bytes =>
  Buffer.concat([Buffer.from(`${Buffer.byteLength(bytes).toString(16)}\r\n`), Buffer.from(bytes), Buffer.from('\r\n')]);

export const lastChunk = '0\r\n\r\n';

/**
 * Passes the backend's answer on, its body reshaped on the way by one after the other.
 * @param {...Reshape} reshapes @returns {Act}
 */
export const relay =
  (...reshapes) =>
  async exchange => {
    const { status, headers, body } = await exchange.forward();
    exchange.record.status = status;
    const encoding = reshapes.includes(compress) ? { 'content-encoding': 'gzip' } : {};
    await exchange.write(head(status, { ...headers, ...encoding }));
    /** @type {Bytes} */
    let reshaped = body;
    for (const reshape of reshapes) reshaped = reshape(reshaped, exchange);
    for await (const bytes of reshaped) await exchange.write(chunk(bytes));
    await exchange.write(lastChunk);
    exchange.end();
  };

export const pass = relay();

/** Each byte is a chunk, and a segment, of its own. */
export const byteByByte = relay(async function* (body) {
  for await (const bytes of body) {
    for (const byte of bytes) {
      yield Uint8Array.of(byte);
      await nextTick();
    }
  }
});

/** The text of each chunk, changed. @param {(text: string, index: number) => string} change @returns {Reshape} */
export const telling = change =>
  async function* (body) {
    let index = 0;
    for await (const bytes of body) yield Buffer.from(change(Buffer.from(bytes).toString(), index++));
  };

/** Its end after so many chunks. @param {number} chunks @returns {Reshape} */
export const upTo = chunks =>
  async function* (body) {
    let left = chunks;
    if (left > 0) {
      for await (const bytes of body) {
        yield bytes;
        left -= 1;
        if (left === 0) return;
      }
    }
  };

/** Nothing more after so many chunks, and no end. @param {number} chunks @returns {Reshape} */
export const stalling = chunks =>
  async function* (body, exchange) {
    yield* upTo(chunks)(body, exchange);
    await exchange.sleep(2 ** 31 - 1);
  };

/** Events with letters of two, three and four bytes, each of which is cut in its middle. */
export const splitLetters = relay(
  telling(text => text.replaceAll('Painted', 'Gemälde 漢字 🎨')),
  async function* (body) {
    for await (const bytes of body) {
      let from = 0;
      for (const [at, byte] of bytes.entries()) {
        if (byte < 0xc0) continue;
        yield bytes.subarray(from, at + 1);
        await nextTick();
        from = at + 1;
      }
      yield bytes.subarray(from);
    }
  },
);

/** Compressed, each chunk flushed, as a gateway does that knows of streams. @type {Reshape} */
async function* compress(body) {
  const gzip = createGzip({ flush: constants.Z_SYNC_FLUSH });
  const feeding = (async () => {
    for await (const bytes of body) if (!gzip.write(bytes)) await once(gzip, 'drain');
    gzip.end();
  })();
  feeding.catch(error => gzip.destroy(error));
  yield* gzip;
}
export const gzipped = relay(compress);

/**
 * Nothing is passed on until so long after the opening, then all at once, and so on: a proxy that buffers. Its headers
 * wait with the first of the body.
 * @param {number} everyMs @returns {Act}
 */
export const buffering = everyMs => async exchange => {
  const { status, headers, body } = await exchange.forward();
  exchange.record.status = status;
  /** @type {Uint8Array[]} */
  const held = [Buffer.from(head(status, headers))];
  let isOver = false;
  const filling = (async () => {
    for await (const bytes of body) held.push(chunk(bytes));
  })().finally(() => {
    isOver = true;
  });
  filling.catch(() => {});
  while (!exchange.gone.aborted) {
    await exchange.sleep(everyMs);
    const isLast = isOver;
    await exchange.write(Buffer.concat(held.splice(0)));
    if (isLast) return exchange.end();
  }
};

/** The headers come so late; what is told meanwhile waits for them. @param {number} ms @returns {Act} */
export const lateHeaders = ms => async exchange => {
  const { status, headers, body } = await exchange.forward();
  await exchange.sleep(ms);
  exchange.record.status = status;
  await exchange.write(head(status, headers));
  for await (const bytes of body) await exchange.write(chunk(bytes));
  await exchange.write(lastChunk);
  exchange.end();
};

/**
 * Ends after so many chunks of the body, in one of these ways.
 * @param {number} chunks @param {'end' | 'reset' | 'reset in a chunk' | 'close in a chunk'} how @returns {Act}
 */
export const cutAfter = (chunks, how) => async exchange => {
  const { status, headers, body } = await exchange.forward();
  exchange.record.status = status;
  await exchange.write(head(status, headers));
  for await (const bytes of upTo(chunks)(body, exchange)) await exchange.write(chunk(bytes));
  // Less than its size announces.
  if (how.endsWith('in a chunk')) await exchange.write(chunk('data: {"type":"file","object":').subarray(0, -10));
  if (how === 'end') await exchange.write(lastChunk);
  // A reset overtakes what has not been read.
  if (how.startsWith('reset')) await exchange.sleep(20);
  if (how.startsWith('reset')) exchange.reset();
  else exchange.end();
};
