import { createServer } from 'node:http';

const now = () => performance.timeOrigin + performance.now();

/**
 * A backend that renders nothing, so that only the library is measured: submits, one channel for all files, and reads of
 * many files at once. It keeps connections alive.
 * @param {ReadonlyMap<string, { type: string, body: string }>} pages
 */
export async function startScaleServer(pages) {
  /** @type {Set<import('node:http').ServerResponse>} */
  const streams = new Set();
  /** @type {string[]} */
  let files = [];
  let connections = 0;
  let openConnections = 0;
  let peakConnections = 0;
  const requests = { submit: 0, read: 0, events: 0 };

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://scale.test');
    const page = pages.get(pathname);
    const json = (/** @type {unknown} */ value) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
    request.resume();
    if (page) response.setHeader('content-type', page.type).end(page.body);
    else if (request.method === 'POST') {
      requests.submit += 1;
      files.push(`f${requests.submit}`);
      json({ success: true, fileId: files.at(-1) });
    } else if (pathname.startsWith('/api/events/')) {
      requests.events += 1;
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      streams.add(response);
      response.on('close', () => streams.delete(response));
    } else {
      requests.read += 1;
      json((searchParams.get('ids') ?? '').split(',').map(id => ({ id, url: null, type: 'image', tasks: [] })));
    }
  });
  server.on('connection', socket => {
    connections += 1;
    openConnections += 1;
    peakConnections = Math.max(peakConnections, openConnections);
    socket.setNoDelay(true);
    socket.on('close', () => {
      openConnections -= 1;
    });
  });
  server.listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  const address = server.address();

  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    requests,
    figures: () => ({ connections, peakConnections, openStreams: streams.size, ...requests }),
    /** Sends the result of each file, one after the other. @returns {Promise<Map<string, number>>} when it was written, in ms since the epoch */
    async deliver() {
      /** @type {Map<string, number>} */
      const writtenAt = new Map();
      for (const id of files) {
        const object = { id, url: `https://files.test/${id}.png`, type: 'image' };
        writtenAt.set(id, now());
        for (const stream of streams) stream.write(`data: ${JSON.stringify({ type: 'file', object })}\n\n`);
        await new Promise(resolve => setTimeout(resolve, 2));
      }
      files = [];
      return writtenAt;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
