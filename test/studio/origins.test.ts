import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, startBackend } from '../support/studio-server.js';

const form = JSON.stringify({ prompt: 'a lighthouse', resolution: { width: 320, height: 192 }, seed: 1 });
const page = 'http://localhost:5173';
let backend: Backend;
let open: Backend;

beforeAll(async () => {
  const faults = { renderMs: 0, urlInSubmit: true };
  [backend, open] = await Promise.all([startBackend({ faults }), startBackend({ faults, allowOrigin: page })]);
});
afterAll(() => Promise.all([backend.close(), open.close()]));

type Sent = { readonly to?: Backend; readonly path?: string; readonly headers: { readonly [name: string]: string } };

/** A request with any headers, which `fetch` would not send. */
async function send(method: string, { to = backend, path = '/api/generate/image', headers }: Sent) {
  const { hostname, port } = new URL(to.url);
  const type = { 'content-type': 'application/json' };
  const sent = request({ hostname, port, path, method, headers: { ...(method === 'POST' && type), ...headers } });
  sent.end(method === 'POST' ? form : undefined);
  const [answer] = await once(sent, 'response');
  const found: { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string } = {
    status: answer.statusCode,
    headers: answer.headers,
    body: await text(answer),
  };
  return found;
}

const portOf = ({ url }: Backend) => new URL(url).port;
const hostsOf = (name: string) => [name, `${name}:PORT`];

describe('the name of the backend', () => {
  const others = [
    'evil.test',
    'localhost.evil.test',
    '127.0.0.1.nip.io',
    'localhost.',
    '192.168.1.4',
    '[::2]',
    '2130706433',
  ];
  it.each(others.flatMap(hostsOf))('A16: is not %s, for no kind of request', async given => {
    const charges = backend.charges();
    const headers = { host: given.replace('PORT', portOf(backend)) };
    for (const [method, path] of [
      ['POST', '/api/generate/image'],
      ['GET', '/api/files?ids=1'],
      ['GET', '/api/events/user.studio'],
      ['GET', '/media/1.png'],
      ['GET', '/'],
      ['OPTIONS', '/api/generate/image'],
    ] as const) {
      const { status, body } = await send(method, { path, headers });
      expect([method, path, status]).toEqual([method, path, 403]);
      expect(body).toContain('answers only as localhost, 127.0.0.1, [::1]');
    }
    expect(backend.charges()).toBe(charges);
  });

  it.each(['evil.test@localhost:PORT', 'localhost:PORT@evil.test', ':PORT', 'localhost:', 'localhost:PORT, evil.test'])(
    'A16: is not %s, which is no name',
    async given => {
      const charges = backend.charges();
      const { status } = await send('POST', { headers: { host: given.replace('PORT', portOf(backend)) } });
      expect([400, 403]).toContain(status);
      expect(backend.charges()).toBe(charges);
    },
  );

  it.each(['localhost', 'LOCALHOST', '127.0.0.1', '[::1]', 'page.localhost'])(
    'A16: is %s, and its urls have this name',
    async name => {
      const { status, body } = await send('POST', { headers: { host: `${name}:${portOf(backend)}` } });
      expect(status).toBe(200);
      expect(new URL(JSON.parse(body).url).origin).toBe(`http://${name.toLowerCase()}:${portOf(backend)}`);
    },
  );

  it('A16: is that of a development server that forwards its Host, and urls have the own address', async () => {
    const { status, body } = await send('POST', { headers: { host: 'localhost:5173', origin: page } });
    expect(status).toBe(200);
    const { url } = JSON.parse(body);
    expect(new URL(url).origin).toBe(backend.url);
    // So the page that is forwarded can show and download it.
    const { headers } = await fetch(url, { headers: { origin: page } });
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
  });
});

describe('a page of another origin', () => {
  const own = () => `127.0.0.1:${portOf(backend)}`;
  const refused: readonly (readonly [string, object])[] = [
    ['another site', { origin: 'http://evil.test' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
    ['another name of this machine', { origin: 'http://localhost:PORT' }],
    ['a frame without an origin', { origin: 'null' }],
    ['no origin, of another site', { 'sec-fetch-site': 'cross-site' }],
    ['no origin, of another port', { 'sec-fetch-site': 'same-site' }],
    ['its own origin, of another site', { origin: 'http://127.0.0.1:PORT', 'sec-fetch-site': 'cross-site' }],
    ['another site, at the request of the user', { origin: 'http://evil.test', 'sec-fetch-site': 'none' }],
    ['an origin that ends like its own', { origin: 'http://evil.test/http://127.0.0.1:PORT' }],
  ];
  const withPort = (headers: object) =>
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace('PORT', portOf(backend))]));

  it.each(refused)('A16: submits nothing as %s', async (_, headers) => {
    const charges = backend.charges();
    for (const type of ['application/json', 'multipart/form-data; boundary=a', 'text/plain']) {
      const sent = { host: own(), 'content-type': type, ...withPort(headers) };
      const { status, body } = await send('POST', { headers: sent });
      expect(status).toBe(403);
      expect(body).toContain('Set allowOrigin to allow it.');
      expect((await send('DELETE', { path: '/api/file/1', headers: sent })).status).toBe(403);
    }
    expect(backend.charges()).toBe(charges);
  });

  it.each<readonly [string, object]>([
    ['a program', {}],
    ['its own page', { origin: 'http://127.0.0.1:PORT', 'sec-fetch-site': 'same-origin' }],
    ['its own page in a browser without Sec-Fetch-Site', { origin: 'http://127.0.0.1:PORT' }],
    ['a page behind a proxy that changes the Host', { origin: page, 'sec-fetch-site': 'same-origin' }],
    ['the user', { 'sec-fetch-site': 'none' }],
  ])('A16: is not %s', async (_, headers) => {
    expect((await send('POST', { headers: { host: own(), ...withPort(headers) } })).status).toBe(200);
  });

  it('A16: submits only if it is the allowed one', async () => {
    const host = `127.0.0.1:${portOf(open)}`;
    const cross = { 'sec-fetch-site': 'cross-site' };
    expect((await send('POST', { to: open, headers: { host, origin: page, ...cross } })).status).toBe(200);
    expect((await send('POST', { to: open, headers: { host, origin: 'http://evil.test', ...cross } })).status).toBe(
      403,
    );
  });
});
