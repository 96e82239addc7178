/** @typedef {(request: Request) => Promise<Response>} Handle */
/** A server of the runtime itself. @typedef {{ port: number, close(): Promise<void> }} Listening */
/**
 * @typedef {{
 *   version: { deno: string },
 *   serve(options: { port: number, hostname: string, onListen(): void }, handle: Handle): { addr: { port: number }, shutdown(): Promise<void> },
 * }} DenoGlobal
 */
/**
 * @typedef {{
 *   version: string,
 *   serve(options: { fetch: Handle, hostname: string, port: number, idleTimeout: number }): { port: number, stop(isAtOnce: boolean): Promise<void> },
 * }} BunGlobal
 */
/** @typedef {{ Deno?: DenoGlobal, Bun?: BunGlobal }} Globals */

const { Deno, Bun } = /** @type {Globals} */ (globalThis);
const hostname = '127.0.0.1';

/** @param {Handle} handle @returns {Promise<Listening>} */
async function listenInNode(handle) {
  const { createServer } = await import('node:http');
  const { toListener } = await import('generation-lifecycle/server/node');
  const server = createServer(toListener(handle));
  await new Promise(resolve => server.listen(0, hostname, () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const close = () =>
    /** @type {Promise<void>} */ (
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      })
    );
  return { port, close };
}

/** @param {DenoGlobal} deno @param {Handle} handle @returns {Listening} */
function listenInDeno(deno, handle) {
  const { addr, shutdown } = deno.serve({ port: 0, hostname, onListen: () => undefined }, handle);
  return { port: addr.port, close: shutdown };
}

/** @param {BunGlobal} bun @param {Handle} handle @returns {Listening} */
function listenInBun(bun, handle) {
  const server = bun.serve({ fetch: handle, hostname, port: 0, idleTimeout: 30 });
  return { port: server.port, close: () => server.stop(true) };
}

/** What the checks run in, and how it serves a function from a `Request` to a `Response`. */
export const runtime = Deno
  ? {
      name: 'Deno',
      version: Deno.version.deno,
      listen: async (/** @type {Handle} */ handle) => listenInDeno(Deno, handle),
    }
  : Bun
    ? { name: 'Bun', version: Bun.version, listen: async (/** @type {Handle} */ handle) => listenInBun(Bun, handle) }
    : { name: 'Node', version: process.versions.node, listen: listenInNode };
