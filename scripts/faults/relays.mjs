import { once } from 'node:events';
import { constants, createGzip } from 'node:zlib';

/**
 * @typedef {import('./fault.types.js').Responder} Responder
 * @typedef {import('./fault.types.js').Exchange} Exchange
 * @typedef {AsyncIterable<Uint8Array>} Bytes
 * @typedef {(body: Bytes, exchange: Exchange) => Bytes} Reshape
 */

const nextTick = () => new Promise(resolve => setImmediate(resolve));

/** The head of a response with a chunked body, if its status allows a body. @param {number} status @param {Readonly<Record<string, unknown>>} headers */
export function head(status, headers) {
  const lines = Object.entries(headers)
    .filter(([name]) => !['connection', 'keep-alive', 'transfer-encoding', 'content-length'].includes(name))
    .flatMap(([name, value]) => [value].flat().map(one => `${name}: ${one}\r\n`));
  const framing = status === 204 || status === 304 ? '' : 'transfer-encoding: chunked\r\n';
  return `HTTP/1.1 ${status} Relayed\r\n${lines.join('')}${framing}connection: close\r\n\r\n`;
}

/** @param {string | Uint8Array} bytes */
export const chunk = bytes =>
  Buffer.concat([Buffer.from(`${Buffer.byteLength(bytes).toString(16)}\r\n`), Buffer.from(bytes), Buffer.from('\r\n')]);

export const lastChunk = '0\r\n\r\n';

/**
 * Forwards the backend's response, and reshapes its body.
 * @param {...Reshape} reshapes @returns {Responder}
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

export const passThrough = relay();

/** Each byte is a chunk of its own. */
export const byteByByte = relay(async function* (body) {
  for await (const bytes of body) {
    for (const byte of bytes) {
      yield Uint8Array.of(byte);
      await nextTick();
    }
  }
});

/** Changes the text of each chunk. @param {(text: string, index: number) => string} change @returns {Reshape} */
export const mapText = change =>
  async function* (body) {
    let index = 0;
    for await (const bytes of body) yield Buffer.from(change(Buffer.from(bytes).toString(), index++));
  };

/** Ends the body after this many chunks. @param {number} chunks @returns {Reshape} */
export const take = chunks =>
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

/** Sends nothing more after this many chunks, and does not end. @param {number} chunks @returns {Reshape} */
export const stallAfter = chunks =>
  async function* (body, exchange) {
    yield* take(chunks)(body, exchange);
    await exchange.sleep(2 ** 31 - 1);
  };

/** Events with characters of two, three and four bytes, each split over two chunks. */
export const splitCharacters = relay(
  mapText(text => text.replaceAll('Painted', 'Gemälde 漢字 🎨')),
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

/** Compresses the body and flushes each chunk, as a gateway does for event streams. @type {Reshape} */
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
 * A buffering proxy: it forwards what it has received at each interval only. The headers wait for the first interval.
 * @param {number} everyMs @returns {Responder}
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
  while (!exchange.signal.aborted) {
    await exchange.sleep(everyMs);
    const isLast = isOver;
    await exchange.write(Buffer.concat(held.splice(0)));
    if (isLast) return exchange.end();
  }
};

/** Delays the headers; the body waits for them. @param {number} ms @returns {Responder} */
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
 * Ends after this many chunks of the body, in one of these ways.
 * @param {number} chunks @param {'end' | 'reset' | 'reset in a chunk' | 'close in a chunk'} how @returns {Responder}
 */
export const cutAfter = (chunks, how) => async exchange => {
  const { status, headers, body } = await exchange.forward();
  exchange.record.status = status;
  await exchange.write(head(status, headers));
  for await (const bytes of take(chunks)(body, exchange)) await exchange.write(chunk(bytes));
  // Shorter than the announced size.
  if (how.endsWith('in a chunk')) await exchange.write(chunk('data: {"type":"file","object":').subarray(0, -10));
  if (how === 'end') await exchange.write(lastChunk);
  // A reset discards what the client has not read yet.
  if (how.startsWith('reset')) await exchange.sleep(20);
  if (how.startsWith('reset')) exchange.reset();
  else exchange.end();
};
