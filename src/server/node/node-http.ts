// The part of Node that is used here. The library is compiled without the types of Node.

export type Incoming = {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** Where Express keeps the whole path, in a router that is mounted below one. */
  readonly originalUrl?: string | undefined;
  readonly headers: { readonly host?: string | undefined; readonly [':authority']?: unknown };
  readonly rawHeaders: readonly string[];
  readonly socket: object;
  iterator(options: { readonly destroyOnReturn: false }): AsyncIterator<Uint8Array>;
  resume(): unknown;
};

export type Outgoing = {
  readonly writableFinished: boolean;
  readonly headersSent: boolean;
  readonly destroyed: boolean;
  statusCode: number;
  setHeader(name: string, value: string | string[]): unknown;
  /** The types of HTTP/2 do not have it; Node has. */
  flushHeaders?(): void;
  write(chunk: Uint8Array): boolean;
  end(): unknown;
  once(event: 'close' | 'drain', listener: () => void): unknown;
  on(event: 'error', listener: () => void): unknown;
  destroy(): unknown;
};

export type HttpServer = {
  listen(port: number, hostname: string, listening: () => void): unknown;
  once(event: 'error', listener: (error: unknown) => void): unknown;
  address(): { readonly port: number } | string | null;
  close(closed: () => void): unknown;
  closeIdleConnections(): void;
  closeAllConnections(): void;
};

type Http = { createServer(listener: (incoming: Incoming, outgoing: Outgoing) => void): HttpServer };

type Process = {
  readonly env: Readonly<Record<string, string | undefined>>;
  once(signal: string, listener: () => void): unknown;
  exit(code: number): void;
  getBuiltinModule?(name: 'node:http'): Http | undefined;
};

export function getProcess(): Process {
  const process: Process | undefined = Reflect.get(globalThis, 'process');
  if (process?.getBuiltinModule) return process;
  throw new TypeError('serve() needs Node 20.16 or later, Bun or Deno. Elsewhere, mount handle.');
}

/** Without an import, so that a bundle for another platform does not look for `node:http`. */
export function getHttp(): Http {
  const http = getProcess().getBuiltinModule?.('node:http');
  if (http) return http;
  throw new TypeError('serve() has found no node:http. Use Node 20.16 or later, or mount handle.');
}
