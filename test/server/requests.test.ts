import { describe, expect, it } from 'vitest';
import { base, origin, serverHalf } from '../support/server-half.js';

const wish = '{"prompt":"a lighthouse"}';
const json = { 'content-type': 'application/json', 'idempotency-key': 'key-1' };
const cookie = { ...json, cookie: 'user=ada' };

const post = (headers: Record<string, string>, body = wish, url = `${base}/jobs`) =>
  new Request(url, { method: 'POST', headers, body });

describe('who may ask', () => {
  it('is nobody without a user', async () => {
    const { handle, double } = serverHalf();
    expect((await handle(post(json))).status).toBe(401);
    expect(double.requests).toEqual([]);
  });

  it('is nobody while the sign-in cannot be checked, which ends no job', async () => {
    const { handle, log } = serverHalf({ authorize: () => Promise.reject(new Error('no database')) });
    const response = await handle(post({ ...cookie, origin }));
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain('no database');
    expect(log[0]).toMatchObject({ event: 'authorize.failed', level: 'error' });
  });

  it('is nobody who has no id', async () => {
    const { handle } = serverHalf({ authorize: () => ({ id: '' }) });
    expect((await handle(post({ ...cookie, origin }))).status).toBe(401);
  });
});

describe('a page of another site', () => {
  it.each([
    ['by its origin', { origin: 'https://evil.test' }],
    ['by an origin that is hidden', { origin: 'null' }],
    ['by an origin that begins like ours', { origin: `${origin}.evil.test` }],
    ['by what the browser says of the site', { 'sec-fetch-site': 'cross-site' }],
    ['by what the browser says of a subdomain', { 'sec-fetch-site': 'same-site' }],
    ['that says nothing of itself', {}],
    ['with credentials that a browser sends by itself', { origin: 'https://evil.test', authorization: 'Basic YTpi' }],
  ])('submits nothing: it is known %s', async (_, headers) => {
    const { handle, double } = serverHalf();
    const response = await handle(post({ ...cookie, ...headers }));
    expect(response.status).toBe(403);
    expect(double.requests).toEqual([]);
  });

  it('cancels nothing', async () => {
    const { handle } = serverHalf();
    const headers = { cookie: 'user=ada', origin: 'https://evil.test' };
    const response = await handle(new Request(`${base}/jobs/a/cancel`, { method: 'POST', headers }));
    expect(response.status).toBe(403);
  });

  it('submits nothing by a form, also where its origin is not known', async () => {
    const { handle, double } = serverHalf();
    const headers = { authorization: 'Bearer ada', 'content-type': 'text/plain', 'idempotency-key': 'key-1' };
    expect((await handle(post(headers))).status).toBe(415);
    expect(double.requests).toEqual([]);
  });

  it.each([
    ['our own origin', { origin }],
    ['an origin that is allowed', { origin: 'https://partner.test' }],
    ['the same site', { 'sec-fetch-site': 'same-origin' }],
  ])('is not one of %s', async (_, headers) => {
    const { handle } = serverHalf({ allowedOrigins: ['https://partner.test'] });
    expect((await handle(post({ ...cookie, ...headers }))).status).toBe(201);
  });

  it('is not one with a bearer token, which no browser sends by itself', async () => {
    const { handle } = serverHalf();
    const headers = { ...json, authorization: 'Bearer ada', origin: 'https://elsewhere.test' };
    expect((await handle(post(headers))).status).toBe(201);
  });

  it('is told by the option origin behind a proxy that changes the address', async () => {
    const { handle } = serverHalf({ origin });
    const at = (from: string) =>
      handle(post({ ...cookie, origin: from }, wish, 'http://10.0.0.7:3000/api/generations/image/jobs'));
    expect((await at('http://10.0.0.7:3000')).status).toBe(403);
    expect((await at(origin)).status).toBe(201);
  });

  it.each([
    ['same-origin', 201],
    ['same-site', 403],
    ['cross-site', 403],
    ['none', 403],
  ])('is told by the browser without the option origin, where the address was changed: %s', async (site, status) => {
    const { handle, double } = serverHalf();
    const headers = { ...cookie, origin, 'sec-fetch-site': site };
    expect((await handle(post(headers, wish, 'http://localhost:3000/api/generations/image/jobs'))).status).toBe(status);
    expect(double.requests).toHaveLength(status === 201 ? 1 : 0);
  });

  it('is told by the option origin, whatever the browser says', async () => {
    const { handle } = serverHalf({ origin });
    const headers = { ...cookie, origin: 'http://10.0.0.7:3000', 'sec-fetch-site': 'same-origin' };
    expect((await handle(post(headers))).status).toBe(403);
  });
});

describe('CORS', () => {
  const preflight = (from: string) =>
    new Request(`${base}/jobs`, {
      method: 'OPTIONS',
      headers: { origin: from, 'access-control-request-method': 'POST' },
    });

  it('is off', async () => {
    const { handle } = serverHalf();
    const response = await handle(preflight('https://partner.test'));
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('allows the listed origins only, and never any', async () => {
    const { handle } = serverHalf({ allowedOrigins: ['https://partner.test'] });
    const allowed = await handle(preflight('https://partner.test'));
    const other = await handle(preflight('https://evil.test'));
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://partner.test');
    expect(allowed.headers.get('access-control-allow-headers')).toContain('generation-job');
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
    expect(other.headers.get('vary')).toBe('Origin');
  });

  it('lets an allowed page read errors, too', async () => {
    const { handle } = serverHalf({ allowedOrigins: ['https://partner.test'] });
    const response = await handle(post({ ...json, origin: 'https://partner.test' }));
    expect(response.status).toBe(401);
    expect(response.headers.get('access-control-allow-origin')).toBe('https://partner.test');
  });
});

describe('a host that is not ours', () => {
  it('is answered with 421 before anybody is asked', async () => {
    let asked = 0;
    const { handle } = serverHalf({
      hosts: ['app.test'],
      authorize: () => {
        asked += 1;
        return { id: 'ada' };
      },
    });
    const response = await handle(post({ ...cookie }, wish, 'https://evil.test/api/generations/image/jobs'));
    expect([response.status, asked]).toEqual([421, 0]);
    expect((await handle(post({ ...cookie, origin }))).status).toBe(201);
  });

  it('is known by its header, where the framework puts its own address or a forwarded one into the URL', async () => {
    const { handle, double } = serverHalf({ hosts: ['localhost:3000'], origin: 'http://localhost:3000' });
    const at = async (host: string) => {
      const headers = { ...json, authorization: 'Bearer ada', host, 'x-forwarded-host': 'localhost:3000' };
      return (await handle(post(headers, wish, 'http://localhost:3000/api/generations/image/jobs'))).status;
    };
    expect([await at('evil.test:3000'), double.requests.length]).toEqual([421, 0]);
    expect(await at('localhost:3000')).toBe(201);
  });
});

describe('a path', () => {
  it.each([
    '/api/generations',
    '/api/generations/',
    '/api/generations/image',
    '/api/generations/nothing/jobs',
    '/api/generations/image/jobs/',
    '/api/generations//jobs',
    '/api/generations/image/jobs/a/b/c',
    '/api/generations/image/jobs/a%2Fcancel',
    '/api/generations/image/jobs/..%2f..%2fother',
    '/api/generations/image/jobs/%2e%2e%2fa',
    '/api/generations/image/jobs/a%00',
    '/api/generations/image/jobs/a.b',
    '/api/generations/%69mage%2f/jobs/a',
    '/api/generations/__proto__/jobs/a',
    '/api/generations/constructor/jobs/a',
    '/api/generations/webhook/jobs/a',
    '/api/generations/webhook/image/a',
    '/api/generations-of-others/image/jobs/a',
    '/api/generations/image/keys/%E0%A4%A',
    `/api/generations/image/jobs/${'a'.repeat(101)}`,
    '/other/api/generations/image/jobs/a',
    '/api/generations/image/jobs/../../../../etc/passwd',
  ])('that leads nowhere is answered with 404: %s', async path => {
    const { handle, double } = serverHalf();
    const response = await handle(new Request(`${origin}${path}`, { headers: { authorization: 'Bearer ada' } }));
    expect([404, 405]).toContain(response.status);
    expect(double.requests).toEqual([]);
  });

  it('tells its methods', async () => {
    const { handle } = serverHalf();
    const response = await handle(new Request(`${base}/jobs/a`, { method: 'PUT' }));
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, OPTIONS']);
  });

  it('begins where basePath says', async () => {
    const { handle } = serverHalf({ basePath: '/' });
    const response = await handle(post({ ...json, authorization: 'Bearer ada' }, wish, `${origin}/image/jobs`));
    expect(response.status).toBe(201);
  });
});

describe('a body', () => {
  it('of 10 MB is not read', async () => {
    const { handle, double } = serverHalf();
    const response = await handle(post({ ...json, authorization: 'Bearer ada' }, `"${'a'.repeat(10_000_000)}"`));
    expect(response.status).toBe(413);
    expect(double.requests).toEqual([]);
  });

  it('without a length, or with a false one, is read only as far as it may be', async () => {
    const { handle } = serverHalf({ maxBodyBytes: 1_000 });
    let sent = 0;
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          sent += 1;
          controller.enqueue(new Uint8Array(500));
          if (sent > 10_000) controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    const init = { method: 'POST', body, duplex: 'half', headers: { ...json, authorization: 'Bearer ada' } };
    const response = await handle(new Request(`${base}/jobs`, init as RequestInit));
    expect(response.status).toBe(413);
    expect(sent).toBeLessThan(20);
  });

  it.each([
    ['that is no JSON', '{"prompt":', 400],
    ['that is empty', '', 400],
  ])('%s is refused', async (_, body, status) => {
    const { handle } = serverHalf();
    expect((await handle(post({ ...json, authorization: 'Bearer ada' }, body))).status).toBe(status);
  });

  it.each([undefined, '', 'with spaces in it', 'ä', 'x'.repeat(601)])(
    'without a usable idempotency key is refused: %s',
    async key => {
      const { handle, double } = serverHalf();
      const headers = new Headers({ authorization: 'Bearer ada', 'content-type': 'application/json' });
      if (key !== undefined && key !== 'ä') headers.set('idempotency-key', key);
      if (key === 'ä') headers.set('idempotency-key', '\xe4');
      const response = await handle(new Request(`${base}/jobs`, { method: 'POST', headers, body: wish }));
      expect(response.status).toBe(400);
      expect(double.requests).toEqual([]);
    },
  );
});

describe('the log', () => {
  it('has a line for each request, without urls, wishes and credentials', async () => {
    const { handle, log } = serverHalf();
    await handle(post({ ...json, authorization: 'Bearer ada' }, '{"prompt":"a secret garden"}'));
    expect(log).toContainEqual(
      expect.objectContaining({ level: 'info', event: 'request', route: 'submit', backend: 'image', status: 201 }),
    );
    expect(JSON.stringify(log)).not.toMatch(/garden|Bearer|https?:/);
  });

  it('that throws ends no request', async () => {
    const { handle } = serverHalf({
      log: () => {
        throw new Error('disk full');
      },
    });
    expect((await handle(post({ ...json, authorization: 'Bearer ada' }))).status).toBe(201);
  });
});
