import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/**
 * What a proxy in front of the processes does: a connection goes to the first one that listens, and breaks when that dies.
 * @param {readonly number[]} ports in this order
 */
export async function startGateway(ports) {
  /** @type {Set<import('node:net').Socket>} */
  const open = new Set();
  const server = createServer(async client => {
    const upstream = await connectFirst(ports);
    if (!upstream) {
      client.destroy();
      return;
    }
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        open.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** @param {readonly number[]} ports @returns {Promise<import('node:net').Socket | undefined>} */
async function connectFirst(ports) {
  for (const port of ports) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return socket;
    } catch {
      // Nobody listens there now.
    }
  }
  return undefined;
}
