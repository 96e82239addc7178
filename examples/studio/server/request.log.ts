import type { HttpBindings } from '@hono/node-server';
import { createMiddleware } from 'hono/factory';
import type { RouteEnv } from './route.env.js';

/** A request to the backend. It is updated while the request is open. */
export type RequestRecord = {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly kind: 'submit' | 'read' | 'events' | 'project' | 'media' | 'server-half' | 'page';
  /** The file of the request. A submit gets it once the file exists. */
  fileId?: string | undefined;
  /** Milliseconds since the epoch, as `closedAt` is. */
  readonly startedAt: number;
  closedAt?: number | undefined;
  /** `client`: it closed the connection before the response was complete. */
  closedBy?: 'client' | 'server' | undefined;
  /** Of the response, once its headers are sent. */
  status?: number | undefined;
};

/** The context of every handler of the server. */
export type BackendEnv = RouteEnv & { readonly Bindings: HttpBindings };

const kinds: readonly (readonly [RequestRecord['kind'], RegExp])[] = [
  ['submit', /^\/api\/generate\//],
  ['read', /^\/api\/(file\/|files$)/],
  ['project', /^\/api\/project\//],
  ['events', /^\/api\/events\//],
  ['media', /^\/(media|cdn|vendor)\//],
  ['server-half', /^\/api\/generations\//],
];

/** Records the newest requests, and provides the signal of each. */
export function createRequestLog(maxRecords = 10_000) {
  const records: RequestRecord[] = [];
  let closing = false;
  const middleware = createMiddleware<BackendEnv>(async (c, next) => {
    const { outgoing, incoming } = c.env;
    const { method, path } = c.req;
    const kind = kinds.find(([, pattern]) => pattern.test(path))?.[0] ?? 'page';
    const record: RequestRecord = { method, path, kind, startedAt: Date.now() };
    records.push(record);
    if (records.length > maxRecords) records.shift();
    const controller = new AbortController();
    let broken = false;
    outgoing.once('close', () => {
      record.closedAt = Date.now();
      record.closedBy = outgoing.writableFinished || broken || closing ? 'server' : 'client';
      if (outgoing.headersSent) record.status = outgoing.statusCode;
      controller.abort();
    });
    c.set('record', record);
    c.set('outgoing', outgoing);
    c.set('signal', controller.signal);
    c.set('breakConnection', () => {
      broken = true;
      incoming.socket.destroy();
    });
    await next();
    if (!controller.signal.aborted) record.status = c.res.status;
  });
  return {
    records,
    middleware,
    /** Requests that are still open count as closed by the server. */
    startClosing() {
      closing = true;
    },
  };
}

export type RequestLog = ReturnType<typeof createRequestLog>;
