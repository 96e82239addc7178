import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';

const folder = fileURLToPath(new URL('../../site', import.meta.url));

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
};

/** A path below which the site is served, too, as by a host of many sites. */
export const subPath = '/a/sub/path';

/** The built site as a host of static files serves it, and what was asked of that host. */
export type StaticSite = {
  readonly url: string;
  readonly requests: { method: string; path: string; status: number }[];
};

/** Serves the site for the tests of a file. It has to be built: `npm run site`. */
export function staticSite(): StaticSite {
  const site = { url: '', requests: [] as StaticSite['requests'] };
  const server = createServer(({ method = '', url = '/' }, response) => {
    const asked = new URL(url, 'http://site').pathname;
    const below = decodeURIComponent(asked.startsWith(`${subPath}/`) ? asked.slice(subPath.length) : asked);
    const file = path.join(folder, below.endsWith('/') ? `${below}index.html` : below);
    const isThere = file.startsWith(folder) && method === 'GET' && statSync(file, { throwIfNoEntry: false })?.isFile();
    site.requests.push({ method, path: asked, status: isThere ? 200 : 404 });
    if (!isThere)
      return response.writeHead(404, { 'content-type': 'text/html' }).end('<!doctype html><title>404</title>');
    response.writeHead(200, { 'content-type': types[path.extname(file)] ?? 'application/octet-stream' });
    return response.end(readFileSync(file));
  });
  beforeAll(async () => {
    if (!existsSync(path.join(folder, 'index.html'))) throw new Error('The site is not built. Run npm run site first.');
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    site.url = typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : '';
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return site;
}
