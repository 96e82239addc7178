import { request as requestBackend } from 'node:http';
import { Readable } from 'node:stream';

/**
 * @param {object} setting
 * @param {import('./fault.types.js').ExchangeKind} setting.kind
 * @param {number} setting.index
 * @param {import('node:http').IncomingMessage} setting.request
 * @param {string} setting.path
 * @param {string} setting.backendUrl
 * @param {number} setting.sinceSubmitMs
 * @param {number} setting.sinceFirstMs
 * @param {(fileIds: readonly string[]) => void} setting.onSubmitted called before the backend's response to a submit is forwarded; one that is an event
 *   stream goes on with the job, and its first bytes are what is waited for
 * @returns {import('./fault.types.js').Exchange}
 */
export function createExchange(setting) {
  const { kind, index, request, path, backendUrl, sinceSubmitMs, sinceFirstMs, onSubmitted } = setting;
  const { socket, headers } = request;
  const closed = new AbortController();
  /** @type {import('./fault.types.js').ExchangeRecord} */
  const record = { kind, path, headers, startedAt: Date.now() };
  let isEnded = false;
  socket.once('close', () => {
    record.closedAt = Date.now();
    record.closedBy = isEnded ? 'peer' : 'client';
    closed.abort();
  });

  return {
    kind,
    index,
    request,
    sinceSubmitMs,
    sinceFirstMs,
    record,
    socket,
    signal: closed.signal,
    async forward() {
      const { connection: _, ...forwarded } = headers;
      const outgoing = requestBackend(`${backendUrl}${path.replace(/^\/moved/, '')}`, {
        method: request.method,
        headers: forwarded,
        signal: closed.signal,
        agent: false,
      });
      request.pipe(outgoing);
      /** @type {import('node:http').IncomingMessage} */
      const response = await new Promise((resolve, reject) => outgoing.once('response', resolve).once('error', reject));
      const { statusCode: status = 0, headers: responseHeaders } = response;
      if (kind !== 'submit') return { status, headers: responseHeaders, body: response };
      if (isEventStream(responseHeaders))
        return { status, headers: responseHeaders, body: calling(() => onSubmitted([]), response) };
      const whole = Buffer.concat(await response.toArray());
      onSubmitted(fileIdsIn(whole.toString()));
      return { status, headers: responseHeaders, body: Readable.from([whole]) };
    },
    write(bytes) {
      return new Promise((resolve, reject) => {
        if (socket.destroyed) return reject(new Error('The client has closed the connection.'));
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
        closed.signal.addEventListener('abort', () => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
}

/** Whether a response is events, and may go on. @param {import('node:http').IncomingHttpHeaders} headers */
export const isEventStream = headers => /^text\/event-stream\b/.test(headers['content-type'] ?? '');

/** Calls before the first bytes. @param {() => void} onFirst @param {AsyncIterable<Buffer>} body */
async function* calling(onFirst, body) {
  let isFirst = true;
  for await (const bytes of body) {
    if (isFirst) onFirst();
    isFirst = false;
    yield bytes;
  }
}

/** The ids of the files in a response to a submit. @param {string} text @returns {string[]} */
function fileIdsIn(text) {
  try {
    const { fileId, files = [] } = JSON.parse(text);
    return [fileId, ...files.map((/** @type {{ fileId: string }} */ file) => file.fileId)].filter(Boolean);
  } catch {
    return [];
  }
}
