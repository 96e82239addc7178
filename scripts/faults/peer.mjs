import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { createExchange } from './exchange.mjs';
import { pass } from './relays.mjs';

/**
 * @typedef {import('./fault.types.js').Plan} Plan
 * @typedef {import('./fault.types.js').ExchangeKind} ExchangeKind
 * @typedef {import('./fault.types.js').ExchangeRecord} ExchangeRecord
 * @typedef {{ plan: Plan, submittedAt: number, counts: Record<ExchangeKind, number> }} Job
 */

/** @type {readonly (readonly [ExchangeKind, RegExp])[]} */
const kinds = [
  ['submit', /\/api\/generate\//],
  ['read', /\/api\/files?\b/],
  ['events', /\/api\/events\//],
];

/**
 * A server in front of the reference backend that speaks TCP: it does what HTTP libraries will not. Every request has a
 * connection of its own, so that what happens to one happens to no other.
 *
 * @param {object} setting
 * @param {string} setting.backendUrl
 * @param {(name: string) => Plan} setting.planOf by the name of the row, which a submit brings in `x-fault-row`
 * @param {ReadonlyMap<string, { type: string, body: string }> | undefined} [setting.pages] what it serves itself, by path
 */
export async function startPeer({ backendUrl, planOf, pages = new Map() }) {
  /** @type {ExchangeRecord[]} */
  const records = [];
  /** @type {Map<string, Job>} */
  const jobs = new Map();
  /** @type {Set<import('node:net').Socket>} */
  const sockets = new Set();
  /** What happens to connections, once a submit was answered. @type {Plan['connection']} */
  let connectionPlan;
  let connections = 0;
  let port = 0;
  let isClosed = false;

  const http = createHttpServer((request, response) => {
    const path = request.url ?? '/';
    const page = pages.get(path.split('?')[0] ?? '');
    if (page) {
      response.writeHead(200, { 'content-type': page.type, connection: 'close' }).end(page.body);
      return;
    }
    void answer(request, path);
  });

  /** @param {import('node:http').IncomingMessage} request @param {string} path */
  async function answer(request, path) {
    const kind = kinds.find(([, pattern]) => pattern.test(path))?.[0];
    const name = decodeURIComponent(String(request.headers['x-fault-row'] ?? ''));
    const [, fileId = ''] = /\/(?:file\/|events\/file\.)([^/?#]+)/.exec(path) ?? [];
    /** @type {Job} */
    const job = (kind !== 'submit' && jobs.get(fileId)) || {
      plan: kind === 'submit' ? planOf(name) : {},
      submittedAt: 0,
      counts: { submit: 0, read: 0, events: 0 },
    };
    const exchange = createExchange({
      kind: kind ?? 'read',
      index: kind ? job.counts[kind]++ : 0,
      request,
      path,
      backendUrl,
      sinceSubmitMs: job.submittedAt ? Date.now() - job.submittedAt : 0,
      onSubmitted(fileIds) {
        job.submittedAt = Date.now();
        for (const id of fileIds) jobs.set(id, job);
        connections = 0;
        connectionPlan = job.plan.connection;
        if (job.plan.downMs !== undefined) void goDown(job.plan.downMs);
      },
    });
    if (kind) records.push(exchange.record);
    const act = (kind && job.plan[kind]?.(exchange)) ?? pass;
    // A client that has gone away ends its act in the middle: that is no fault of the peer's.
    await act(exchange).catch(error => {
      if (exchange.socket.destroyed) return;
      exchange.reset();
      // A backend that breaks off is passed on as that; anything else is a fault of the table itself.
      if (error?.code !== 'ECONNRESET') console.error(error);
    });
  }

  const server = createServer(socket => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    // No client of ours closes one half only: who says no more has gone.
    socket.on('end', () => socket.destroy());
    const fate = connectionPlan?.(connections++);
    if (fate === 'reset') socket.resetAndDestroy();
    else if (fate === 'hang') socket.resume();
    else http.emit('connection', socket);
  });

  const listen = async () => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };

  /** @param {number} ms */
  async function goDown(ms) {
    // The answer to the submit is to arrive before.
    await new Promise(resolve => setTimeout(resolve, 20));
    server.close();
    for (const socket of sockets) socket.resetAndDestroy();
    await new Promise(resolve => setTimeout(resolve, ms));
    if (!isClosed) await listen();
  }

  await listen();
  const address = server.address();
  port = typeof address === 'object' && address ? address.port : 0;

  return {
    url: `http://127.0.0.1:${port}`,
    records,
    /** Connections with a request that is not over. Node's fetch opens one beforehand after an abort, and says nothing on it. */
    openConnections: () => [...sockets].filter(({ bytesRead }) => bytesRead > 0).length,
    async close() {
      isClosed = true;
      server.close();
      for (const socket of sockets) socket.destroy();
      http.close();
    },
  };
}
