import { request as askBackend } from 'node:http';
import { Readable } from 'node:stream';

/**
 * @param {object} setting
 * @param {import('./fault.types.js').ExchangeKind} setting.kind
 * @param {number} setting.index
 * @param {import('node:http').IncomingMessage} setting.request
 * @param {string} setting.path
 * @param {string} setting.backendUrl
 * @param {number} setting.sinceSubmitMs
 * @param {(fileIds: readonly string[]) => void} setting.onSubmitted told before the backend's answer to a submit is passed on
 * @returns {import('./fault.types.js').Exchange}
 */
export function createExchange({ kind, index, request, path, backendUrl, sinceSubmitMs, onSubmitted }) {
  const { socket, headers } = request;
  const gone = new AbortController();
  /** @type {import('./fault.types.js').ExchangeRecord} */
  const record = { kind, path, headers, startedAt: Date.now() };
  let isEnded = false;
  socket.once('close', () => {
    record.closedAt = Date.now();
    record.closedBy = isEnded ? 'peer' : 'client';
    gone.abort();
  });

  return {
    kind,
    index,
    request,
    sinceSubmitMs,
    record,
    socket,
    gone: gone.signal,
    async forward() {
      const { connection: _, ...passed } = headers;
      const outgoing = askBackend(`${backendUrl}${path.replace(/^\/moved/, '')}`, {
        method: request.method,
        headers: passed,
        signal: gone.signal,
        agent: false,
      });
      request.pipe(outgoing);
      /** @type {import('node:http').IncomingMessage} */
      const answer = await new Promise((resolve, reject) => outgoing.once('response', resolve).once('error', reject));
      const { statusCode: status = 0, headers: told } = answer;
      if (kind !== 'submit') return { status, headers: told, body: answer };
      const whole = Buffer.concat(await answer.toArray());
      onSubmitted(fileIdsIn(whole.toString()));
      return { status, headers: told, body: Readable.from([whole]) };
    },
    write(bytes) {
      return new Promise((resolve, reject) => {
        if (socket.destroyed) return reject(new Error('The client is gone.'));
        socket.write(bytes, error => (error ? reject(error) : resolve()));
      });
    },
    end() {
      isEnded = true;
      socket.end();
    },
    reset() {
      isEnded = true;
      socket.resetAndDestroy();
    },
    sleep: ms =>
      new Promise(resolve => {
        const timer = setTimeout(resolve, ms);
        gone.signal.addEventListener('abort', () => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
}

/** The files that an answer to a submit names. @param {string} text @returns {string[]} */
function fileIdsIn(text) {
  try {
    const { fileId, files = [] } = JSON.parse(text);
    return [fileId, ...files.map((/** @type {{ fileId: string }} */ file) => file.fileId)].filter(Boolean);
  } catch {
    return [];
  }
}
