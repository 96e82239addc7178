import { isGenerationError, type JobRef } from 'generation-lifecycle';
import { createExchange } from 'generation-lifecycle/adapters/http';
import { describe, expect, it } from 'vitest';

const job: JobRef = { id: 'j-1' };
const { signal } = new AbortController();
const vendor = 'https://api.vendor.test';

type Sent = { readonly url: string; readonly key: string | null; readonly range: string | null };

/** Answers each request by its URL: a text is where it is redirected to. */
function connected(answers: Readonly<Record<string, string | Response>>) {
  const sent: Sent[] = [];
  const { download } = createExchange({
    origins: [vendor, 'https://*.files.vendor.test'],
    headers: { 'x-key': 'the-secret-key' },
    fetch: async (url, init) => {
      const headers = new Headers(init.headers);
      sent.push({ url, key: headers.get('x-key'), range: headers.get('range') });
      expect(init.redirect).toBe('manual');
      const answer = answers[url] ?? new Response('No such file', { status: 404 });
      return typeof answer === 'string' ? new Response(null, { status: 302, headers: { location: answer } }) : answer;
    },
  });
  const codeOf = async (url: string) => {
    const error: unknown = await download(url, { job, signal }).then(
      () => 'it answered',
      caught => caught,
    );
    return isGenerationError(error) ? error.code : error;
  };
  return { sent, download, codeOf };
}

describe('a download', () => {
  it('sends the key to the backend only, also on a way back to it', async () => {
    const { sent, download } = connected({
      [`${vendor}/a`]: 'https://storage.web.test/b?sig=1',
      'https://storage.web.test/b?sig=1': 'https://eu.files.vendor.test/c',
      'https://eu.files.vendor.test/c': new Response('the bytes'),
    });
    const response = await download(`${vendor}/a`, { job, signal, range: 'bytes=1-2' });
    expect(await response.text()).toBe('the bytes');
    expect(sent.map(({ key }) => key)).toEqual(['the-secret-key', null, 'the-secret-key']);
    expect(sent.map(({ range }) => range)).toEqual(['bytes=1-2', 'bytes=1-2', 'bytes=1-2']);
  });

  it('resolves a relative redirect', async () => {
    const { download } = connected({ [`${vendor}/a`]: '/b', [`${vendor}/b`]: new Response('the bytes') });
    expect(await (await download(`${vendor}/a`, { job, signal })).text()).toBe('the bytes');
  });

  it.each([
    'http://storage.web.test/x',
    'https://127.0.0.1/x',
    'https://2130706433/x',
    'https://0x7f.1/x',
    'https://10.0.0.8/x',
    'https://172.16.0.1/x',
    'https://192.168.1.1/x',
    'https://169.254.169.254/latest/meta-data',
    'https://100.64.0.1/x',
    'https://0.0.0.0/x',
    'https://[::1]/x',
    'https://[::ffff:10.0.0.1]/x',
    'https://localhost/x',
    'https://metadata.google.internal/x',
    'https://printer.local./x',
    'https://intranet/x',
    'https://user:pass@storage.web.test/x',
    'file:///etc/passwd',
    'data:text/plain,x',
    'javascript:alert(1)',
    'https://',
  ])('is not redirected to %s', async location => {
    const { sent, codeOf } = connected({ [`${vendor}/a`]: location });
    expect(await codeOf(`${vendor}/a`)).toBe('invalid-response');
    expect(sent).toHaveLength(1);
  });

  it('does not begin elsewhere', async () => {
    const { sent, codeOf } = connected({});
    for (const url of ['https://evil.test/a', `${vendor}.evil.test/a`, 'https://files.vendor.test/a', 'file:///x', ''])
      if (url) expect(await codeOf(url)).toBe('invalid-response');
    expect(sent).toEqual([]);
  });

  it('gives up where it goes round', async () => {
    const { sent, codeOf } = connected({ [`${vendor}/a`]: `${vendor}/a` });
    expect(await codeOf(`${vendor}/a`)).toBe('invalid-response');
    expect(sent).toHaveLength(6);
  });

  it.each([
    [404, 'not-found'],
    [410, 'expired'],
    [401, 'unauthorized'],
    [429, 'rate-limited'],
    [500, 'network'],
    [304, 'invalid-response'],
  ])('tells %i as %s, and names the job', async (status, code) => {
    const { download } = connected({ [`${vendor}/a`]: new Response(null, { status }) });
    const error: unknown = await download(`${vendor}/a`, { job, signal }).catch(caught => caught);
    if (!isGenerationError(error)) return expect.unreachable('It did not throw.');
    expect(error.code).toBe(code);
    expect(error.message).toContain('j-1');
    expect(error.message).not.toContain('the-secret-key');
  });

  it.each([200, 206, 416])('passes %i on', async status => {
    const { download } = connected({ [`${vendor}/a`]: new Response('x', { status }) });
    expect((await download(`${vendor}/a`, { job, signal })).status).toBe(status);
  });
});
