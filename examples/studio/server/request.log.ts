import type { HttpBindings } from '@hono/node-server';
import { createMiddleware } from 'hono/factory';

/** One request that the backend has had. It is filled in while the request goes on. */
export type RequestRecord = {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly kind: 'submit' | 'read' | 'events' | 'project' | 'media' | 'page';
  /** The file it was about. A submit's is there once the file exists. */
  fileId?: string | undefined;
  /** Milliseconds since the epoch, as `closedAt` is. */
  readonly startedAt: number;
  closedAt?: number | undefined;
  /** Who ended it. `client` means that it went away before the answer was complete. */
  closedBy?: 'client' | 'server' | undefined;
  /** Of the answer, once its headers are sent. */
  status?: number | undefined;
};

/** What every handler finds beside its request. */
export type BackendEnv = {
  readonly Bindings: HttpBindings;
  readonly Variables: {
    readonly record: RequestRecord;
    /** Aborted when the connection is gone or the answer complete. */
    readonly gone: AbortSignal;
    /** Breaks the connection, as the server's own doing. */
    readonly breakOff: () => void;
  };
};

const kinds: readonly (readonly [RequestRecord['kind'], RegExp])[] = [
  ['submit', /^\/api\/generate\//],
  ['read', /^\/api\/(file\/|files$)/],
  ['project', /^\/api\/project\//],
  ['events', /^\/api\/events\//],
  ['media', /^\/(media|cdn)\//],
];

/** Keeps the newest requests, and tells handlers when theirs is over. */
export function createRequestLog(keep = 10_000) {
  const records: RequestRecord[] = [];
  let closing = false;
  const middleware = createMiddleware<BackendEnv>(async (c, next) => {
    const { outgoing, incoming } = c.env;
    const { method, path } = c.req;
    const kind = kinds.find(([, pattern]) => pattern.test(path))?.[0] ?? 'page';
    const record: RequestRecord = { method, path, kind, startedAt: Date.now() };
    records.push(record);
    if (records.length > keep) records.shift();
    const gone = new AbortController();
    let broken = false;
    outgoing.once('close', () => {
      record.closedAt = Date.now();
      record.closedBy = outgoing.writableFinished || broken || closing ? 'server' : 'client';
      if (outgoing.headersSent) record.status = outgoing.statusCode;
      gone.abort();
    });
    c.set('record', record);
    c.set('gone', gone.signal);
    c.set('breakOff', () => {
      broken = true;
      incoming.socket.destroy();
    });
    await next();
    if (!gone.signal.aborted) record.status = c.res.status;
  });
  return {
    records,
    middleware,
    /** What is open from now on is ended by the server. */
    startClosing() {
      closing = true;
    },
  };
}

export type RequestLog = ReturnType<typeof createRequestLog>;
