import { once } from 'node:events';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

/**
 * Serves requests on a free port of this machine, until the end of the test. What a handler throws resets the connection.
 *
 * @param {import('node:test').TestContext} context
 * @param {(request: Request) => Promise<Response>} handle
 * @param {(server: import('node:http').Server) => void} prepare
 * @returns {Promise<string>} its address
 */
export async function serve(context, handle, prepare = () => {}) {
  const server = createServer(async (incoming, outgoing) => {
    const left = new AbortController();
    outgoing.on('close', () => left.abort());
    const chunks = await incoming.toArray();
    const { method = 'GET', url = '/', headers } = incoming;
    const body = method === 'GET' ? undefined : Buffer.concat(chunks);
    try {
      const request = new Request(`http://${headers.host}${url}`, {
        method,
        headers: Object.entries(headers).map(([name, value]) => [name, String(value)]),
        signal: left.signal,
        ...(body && { body }),
      });
      const answer = await handle(request);
      // Node writes the reason phrase of the status, as HTTP/1.1 has it.
      outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
      for await (const chunk of answer.body ?? []) outgoing.write(chunk);
      outgoing.end();
    } catch {
      incoming.socket.resetAndDestroy();
    }
  });
  prepare(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The server has no port.');
  return `http://127.0.0.1:${address.port}`;
}

/**
 * Puts WebSockets of a double behind real ones, for {@link serve}.
 *
 * @param {import('node:test').TestContext} context
 * @param {import('../../dist/testing/vendors/index.js').ComfyUiDouble['webSocket']} open
 * @returns {(server: import('node:http').Server) => void}
 */
export const serveSockets = (context, open) => server => {
  const sockets = new WebSocketServer({ noServer: true });
  context.after(() => {
    for (const socket of sockets.clients) socket.terminate();
  });
  server.on('upgrade', (request, connection, head) => {
    sockets.handleUpgrade(request, connection, head, socket => {
      const inner = open(`ws://${request.headers.host}${request.url}`);
      inner.addEventListener('message', event => {
        if ('data' in event) socket.send(/** @type {string | ArrayBuffer} */ (event.data));
      });
      inner.addEventListener('close', () => socket.close());
      socket.on('message', message => inner.send(String(message)));
      socket.on('close', () => inner.close());
    });
  });
};
