import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ComfyUiDouble } from 'generation-lifecycle/testing/vendors';
import { onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';

type Accept = (socket: WebSocket, path: string) => void;

/** A server on a free port that answers requests, or breaks their connections if it throws, and does this with each WebSocket. It closes at the end of the test. */
export async function serveSockets(handle: (request: Request) => Promise<Response>, accept: Accept): Promise<string> {
  const server = createServer(async (incoming, outgoing) => {
    const { method = 'GET', url: path = '/' } = incoming;
    const chunks: Uint8Array[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const request = new Request(`http://${incoming.headers.host}${path}`, {
      method,
      ...(method !== 'GET' && { body: Buffer.concat(chunks) }),
    });
    try {
      const answer = await handle(request);
      outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
      outgoing.end(Buffer.from(await answer.arrayBuffer()));
    } catch {
      incoming.socket.destroy();
    }
  });
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, opened => accept(opened, request.url ?? '/'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate();
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The server has no port.');
  return `http://127.0.0.1:${address.port}`;
}

/** A double of ComfyUI on a free port, over real HTTP and real WebSockets. */
export const serveComfyUi = (double: ComfyUiDouble): Promise<string> =>
  serveSockets(double.fetch, (socket, path) => {
    const inner = double.webSocket(`ws://127.0.0.1${path}`);
    inner.addEventListener('message', event => {
      if ('data' in event) socket.send(event.data as string | ArrayBuffer);
    });
    inner.addEventListener('close', () => socket.close());
    socket.on('message', message => inner.send(String(message)));
    socket.on('close', () => inner.close());
  });
