import { createServer } from 'node:http';
import { losses } from './losses.mjs';

/** @import { Loss } from './losses.mjs' */

/** @typedef {{ posts: number, keyless: number, keys: Set<string> }} Count */

const keyHeaders = ['idempotency-key', 'x-idempotency-key'];

/**
 * A backend on a loopback port that takes each submit and loses its answer: `/<id>/<loss>/…`. A lookup by key finds the job, and
 * the job is done.
 */
export function createLossServer() {
  /** @type {Map<string, Count>} */
  const counts = new Map();
  const countOf = (/** @type {string} */ place) => {
    const count = counts.get(place) ?? { posts: 0, keyless: 0, keys: new Set() };
    counts.set(place, count);
    return count;
  };

  const server = createServer(async (request, response) => {
    response.on('error', () => {});
    const [, id = '', lossName = '', ...rest] = (request.url ?? '').split('?')[0]?.split('/') ?? [];
    const loss = losses.find(({ name }) => name === lossName);
    if (loss && request.method === 'POST') {
      const count = countOf(`${id}/${lossName}`);
      const key = keyHeaders.map(name => request.headers[name]).find(value => value !== undefined);
      count.posts += 1;
      if (key === undefined) count.keyless += 1;
      else count.keys.add(String(key));
    }
    // The whole request is there before its answer is lost: the backend may have started the job.
    try {
      for await (const _chunk of request);
    } catch {
      return;
    }
    if (!loss || request.method !== 'POST') {
      const body = rest.includes('by-key')
        ? { success: true, fileId: 'file_1' }
        : { id: 'file_1', url: 'https://files.test/file_1.png', type: 'image', tasks: [] };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
      return;
    }
    lose(loss, response);
  });

  return {
    /** @returns {Promise<string>} its url */
    async listen() {
      await new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(undefined)));
      const address = server.address();
      return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    },
    countOf: (/** @type {string} */ id, /** @type {string} */ loss) => countOf(`${id}/${loss}`),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** @param {Loss} loss @param {import('node:http').ServerResponse} response */
function lose({ status, type, body, isSilent }, response) {
  if (isSilent) return;
  if (status === undefined) response.socket?.resetAndDestroy();
  else response.writeHead(status, { 'content-type': type }).end(body);
}
