import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those from which a system gives connections their ports: a process that is killed gets its own again. */
const [first, last] = [10_000, 32_000];

/** Ports that are free, and that no connection of anybody takes meanwhile. @param {number} count @returns {Promise<number[]>} */
export async function keptPorts(count) {
  /** @type {number[]} */
  const ports = [];
  while (ports.length < count) {
    const port = first + Math.floor(Math.random() * (last - first));
    const server = createServer();
    server.listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (isFree && !ports.includes(port)) ports.push(port);
    await new Promise(resolve => server.close(resolve));
  }
  return ports;
}
