import { createServer } from 'node:http';
import { toListener } from 'generation-lifecycle/server/node';

/** @param {(request: Request) => Promise<Response>} handle @param {number} port */
export function listen(handle, port) {
  const generations = toListener(handle);
  const server = createServer((incoming, outgoing) => {
    if (incoming.url?.startsWith('/api/generations/')) generations(incoming, outgoing);
    else outgoing.writeHead(404).end('There is no such page.');
  });
  return server.listen(port, '127.0.0.1');
}
