import { once } from 'node:events';
import { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { createApp } from './app.js';
import { createChannels } from './channels.js';
import { checkFaults, type Faults } from './faults.js';
import type { ServerHalf, ServerHalfOptions } from './generations/server-half.js';
import { createJobs } from './jobs.js';
import { startPaintThread } from './paint.thread.js';
import { pause } from './pause.js';
import { toPortError } from './port.js';
import { createRenderer } from './renderer.js';
import { createRequestLog, type RequestRecord } from './request.log.js';
import { createSigner } from './signing.js';

export type BackendOptions = {
  /** @defaultValue 0: any free port */
  readonly port?: number | undefined;
  /** @defaultValue '127.0.0.1' */
  readonly host?: string | undefined;
  /** The faults of every job, unless its submit says otherwise. */
  readonly faults?: Faults | undefined;
  /** The folder of a built page to serve; unknown paths return its `index.html`. */
  readonly staticDir?: string | undefined;
  /** How often streams carry `: ping`, in ms. @defaultValue 15_000 */
  readonly pingMs?: number | undefined;
  /** @defaultValue 12 MiB */
  readonly maxBodyBytes?: number | undefined;
  /** The backend keeps this many files, and removes the oldest finished ones. @defaultValue 500 */
  readonly maxFiles?: number | undefined;
  /** Allows pages of another origin (or of any: `*`) to use the backend. */
  readonly allowOrigin?: string | undefined;
  /** A server half beside it, at `/api/generations`, and vendors behind that. @defaultValue none */
  readonly serverHalf?: ServerHalfOptions | undefined;
};

/** A running backend, and its statistics. */
export type Backend = {
  /** Without a slash at the end. */
  readonly url: string;
  /** The newest 10,000 requests, oldest first. The list and its records change as requests come and go. */
  readonly requests: readonly RequestRecord[];
  /** How many event streams are open or have not sent their headers yet. */
  openStreams(): number;
  /** How many submits were accepted, and therefore charged. A file that was cancelled says by `charged: false` that it is free. */
  charges(): number;
  /** Who renders behind the server half, how many jobs of an earlier process go on, and what the double would have charged. */
  readonly serverHalf?: Pick<ServerHalf, 'vendors' | 'resumed'> | undefined;
  /**
   * Ends the waits of `renderMs` and `submitDelayMs` that run now. A test makes them too long to run out, and decides
   * itself what happens first.
   */
  release(): void;
  /** Ends all streams, connections, timers and the render thread. */
  close(): Promise<void>;
};

const maxStoredBytes = 256 * 1024 * 1024;

/**
 * Starts the reference backend. Rejects with a `PortError` if the port is in use, and with a `FaultsError` if a fault is
 * unknown. It answers only as `localhost`, `127.0.0.1`, `[::1]` and `host`, and refuses to change anything for a page of
 * another origin.
 *
 * @example
 * const backend = await startBackend({ faults: { renderMs: 200, openLateMs: 500 } });
 * await fetch(`${backend.url}/api/generate/image`, { method: 'POST', … });
 * await backend.close();
 */
export async function startBackend(options: BackendOptions = {}): Promise<Backend> {
  const { port = 0, host = '127.0.0.1', pingMs = 15_000, maxBodyBytes = 12 * 1024 * 1024, maxFiles = 500 } = options;
  const { staticDir, allowOrigin } = options;
  const defaults = checkFaults(options.faults ?? {});
  const log = createRequestLog();
  const channels = createChannels();
  const renderer = createRenderer(startPaintThread);
  const jobs = createJobs({ renderer, channels, maxFiles, maxBytes: maxStoredBytes });
  const signer = createSigner({ validMs: 60 * 60 * 1000 });
  let charges = 0;
  const charge = () => {
    charges++;
  };

  let releasing = new AbortController();
  const wait = (ms: number, gone: AbortSignal) => pause(ms, AbortSignal.any([gone, releasing.signal]));

  // Its database is not loaded for those who do not use it.
  const half = options.serverHalf
    ? await (await import('./generations/server-half.js')).startServerHalf(options.serverHalf, renderer)
    : undefined;
  const context = { jobs, channels, defaults, pingMs, maxBodyBytes, charge, wait };
  const hostInUrl = host.includes(':') ? `[${host}]` : host;
  const app = createApp({ context, signer, log, staticDir, allowOrigin, host: hostInUrl, half });
  // By default the adaptor replaces the global Request and Response of the process.
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false });
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    await half?.stop();
    await half?.close();
    await renderer.close();
    throw toPortError(error, port);
  }
  const address = server.address();
  const actualPort = typeof address === 'object' && address ? address.port : port;

  return {
    url: `http://${hostInUrl}:${actualPort}`,
    requests: log.records,
    openStreams: () => log.records.filter(({ kind, closedAt }) => kind === 'events' && closedAt === undefined).length,
    charges: () => charges,
    serverHalf: half,
    release() {
      releasing.abort();
      releasing = new AbortController();
      renderer.release();
    },
    async close() {
      log.startClosing();
      jobs.close();
      const closed = once(server, 'close');
      server.close();
      // What a submit has bought is stored, and its page is told.
      await half?.stop();
      if (server instanceof Server) server.closeAllConnections();
      await Promise.all([closed, renderer.close()]);
      await half?.close();
    },
  };
}
