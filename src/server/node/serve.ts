import { assertKnownOptions } from '../../machines/options.js';
import type { DurableGenerationServer, GenerationServer } from '../server.types.js';
import { getHttp, getProcess, type HttpServer } from './node-http.js';
import { withOwnHosts } from './own-hosts.js';
import { toListener } from './to-listener.js';

/** Options of {@link serve}. */
export type ServeOptions = {
  /** @defaultValue the environment variable `PORT`, or a free port */
  readonly port?: number | undefined;
  /** The address to listen on; `0.0.0.0` for all. @defaultValue `127.0.0.1` */
  readonly hostname?: string | undefined;
  /** Shuts down in order on SIGTERM and SIGINT, then ends the process. @defaultValue true */
  readonly handleSignals?: boolean | undefined;
  /** How long open requests may take during the shutdown, in ms. @defaultValue 10_000 */
  readonly graceMs?: number | undefined;
};

/** A listening server. */
export type Served = {
  /** For example `http://127.0.0.1:4173`. */
  readonly url: string;
  /**
   * Refuses new requests, waits for steps and submits, then resolves. Ends streams: pages open them again elsewhere.
   */
  close(): Promise<void>;
};

/**
 * Serves a server half with `node:http`, and starts its engine if it has a store. For a server that does nothing else;
 * in a framework, mount `handle`.
 *
 * It answers requests to `localhost`, to an IP address, and to the hosts of the options `hosts`, `origin` and
 * `publicUrl`. It answers any other `Host` with 421, so that another site cannot reach it through a domain name of its
 * own.
 *
 * @throws TypeError for an unknown option, for a `serverless` server half, and outside Node
 * @example
 * const image = { adapter: scripted(scenarios.healthy('1.png')), input: (wish: unknown) => wish };
 * const server = createGenerationServer({ store: memoryJobs(), authorize: () => ({ id: 'me' }), backends: { image } });
 * const { url, close } = await serve(server, { port: 4173 });
 */
export async function serve(
  server: GenerationServer | DurableGenerationServer,
  options: ServeOptions = {},
): Promise<Served> {
  assertKnownOptions('serve', options, ['port', 'hostname', 'handleSignals', 'graceMs']);
  const process = getProcess();
  const { port = Number(process.env['PORT'] ?? 0), hostname = '127.0.0.1' } = options;
  const { handleSignals = true, graceMs = 10_000 } = options;
  const http = getHttp().createServer(toListener(withOwnHosts(server)));
  const durable = 'start' in server ? server : undefined;
  // It may refuse, and nothing listens then.
  durable?.start();
  try {
    await listen(http, port, hostname);
  } catch (error) {
    await durable?.stop();
    throw error;
  }

  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= (async () => {
      const closed = new Promise<void>(resolve => http.close(() => resolve()));
      http.closeIdleConnections();
      const timer = setTimeout(() => http.closeAllConnections(), graceMs);
      await durable?.stop();
      // What is left are streams, and answers that are being written.
      http.closeIdleConnections();
      await closed;
      clearTimeout(timer);
    })();
    return closing;
  };

  if (handleSignals) {
    for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => void close().then(() => process.exit(0)));
  }
  const address = http.address();
  const listening = typeof address === 'object' && address !== null ? address.port : port;
  return { url: `http://${hostname.includes(':') ? `[${hostname}]` : hostname}:${listening}`, close };
}

function listen(http: HttpServer, port: number, hostname: string): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, hostname, () => resolve());
  });
}
