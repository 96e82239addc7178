import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { createExchange } from './exchange.mjs';
import { passThrough } from './relays.mjs';

/**
 * @typedef {import('./fault.types.js').Plan} Plan
 * @typedef {import('./fault.types.js').ExchangeKind} ExchangeKind
 * @typedef {import('./fault.types.js').ExchangeRecord} ExchangeRecord
 * @typedef {{ plan: Plan, submittedAt: number, counts: Record<ExchangeKind, number>, firstAt: Partial<Record<ExchangeKind, number>> }} Job
 */

/** @type {readonly (readonly [ExchangeKind, RegExp])[]} */
const kinds = [
  ['submit', /\/api\/generate\//],
  ['read', /\/api\/files?\b/],
  ['events', /\/api\/events\//],
];

/** @param {Plan} plan @returns {Job} */
const toJob = plan => ({ plan, submittedAt: 0, counts: { submit: 0, read: 0, events: 0 }, firstAt: {} });

/**
 * A server in front of the reference backend that speaks TCP, so that it can send what no HTTP library sends. Every request
 * has its own connection, so that a fault of one affects no other.
 *
 * @param {object} setting
 * @param {string} setting.backendUrl
 * @param {(name: string) => Plan} setting.planOf by the name of the row, which is in the header `x-fault-row` of a submit
 * @param {ReadonlyMap<string, { type: string, body: string }> | undefined} [setting.pages] what the peer serves itself, by path
 * @param {((request: import('node:http').IncomingMessage) => ExchangeKind | undefined) | undefined} [setting.toKind] of another protocol, whose
 *   requests are all about one job. The reference backend's by default
 */
export async function startPeer({ backendUrl, planOf, pages = new Map(), toKind }) {
  /** @type {ExchangeRecord[]} */
  const records = [];
  /** @type {Map<string, Job>} */
  const jobs = new Map();
  /** @type {Set<import('node:net').Socket>} */
  const sockets = new Set();
  /** Set by the response to a submit. @type {Plan['connection']} */
  let connectionPlan;
  /** @type {Job | undefined} */
  const onlyJob = toKind && toJob(planOf(''));
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
    void respond(request, path);
  });

  /** @param {import('node:http').IncomingMessage} request @param {string} path */
  async function respond(request, path) {
    const kind = toKind ? toKind(request) : kinds.find(([, pattern]) => pattern.test(path))?.[0];
    const name = decodeURIComponent(String(request.headers['x-fault-row'] ?? ''));
    const [, fileId = ''] = /\/(?:file\/|events\/file\.)([^/?#]+)/.exec(path) ?? [];
    /** @type {Job} */
    const job =
      onlyJob ?? ((kind !== 'submit' && jobs.get(fileId)) || undefined) ?? toJob(kind === 'submit' ? planOf(name) : {});
    const now = Date.now();
    if (kind) job.firstAt[kind] ??= now;
    const exchange = createExchange({
      kind: kind ?? 'read',
      index: kind ? job.counts[kind]++ : 0,
      request,
      path,
      backendUrl,
      sinceSubmitMs: job.submittedAt ? now - job.submittedAt : 0,
      sinceFirstMs: now - ((kind && job.firstAt[kind]) ?? now),
      onSubmitted(fileIds) {
        job.submittedAt = Date.now();
        for (const id of fileIds) jobs.set(id, job);
        connections = 0;
        connectionPlan = job.plan.connection;
        if (job.plan.downMs !== undefined) void goDown(job.plan.downMs);
      },
    });
    if (kind) records.push(exchange.record);
    const responder = (kind && job.plan[kind]?.(exchange)) ?? passThrough;
    await responder(exchange).catch(error => {
      // The client may close the connection at any time.
      if (exchange.socket.destroyed) return;
      exchange.reset();
      // A reset by the backend is forwarded as a reset. Any other error is a bug in this script.
      if (error?.code !== 'ECONNRESET') console.error(error);
    });
  }

  const server = createServer(socket => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    // No client here half-closes a connection: an end is a close.
    socket.on('end', () => socket.destroy());
    const action = connectionPlan?.(connections++);
    if (action === 'reset') socket.resetAndDestroy();
    else if (action === 'hang') socket.resume();
    else http.emit('connection', socket);
  });

  const listen = async () => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };

  /** @param {number} ms */
  async function goDown(ms) {
    // The response to the submit has to arrive first.
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
    /** Connections with an open request. Node's `fetch` opens one in advance after an abort, and sends nothing on it. */
    openConnections: () => [...sockets].filter(({ bytesRead }) => bytesRead > 0).length,
    async close() {
      isClosed = true;
      server.close();
      for (const socket of sockets) socket.destroy();
      http.close();
    },
  };
}
