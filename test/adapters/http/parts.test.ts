import { fromDataUrl, jobFailed, statusTable, toDataUrl, toTrustedUrl } from 'generation-lifecycle/adapters/http';
import { describe, expect, it } from 'vitest';

describe('statusTable', () => {
  const toState = statusTable({ IN_QUEUE: 'queued', 'Request Moderated': 'moderated', canceled: 'cancelled' });

  it('knows a status however it is written', () => {
    expect(['IN_QUEUE', 'in-queue', 'inQueue', 'request_moderated'].map(toState)).toEqual([
      'queued',
      'queued',
      'queued',
      'moderated',
    ]);
  });

  it('takes what it does not know for pending', () => {
    const unknown = ['UPSCALING', '', undefined, null, 7, {}, 'constructor', '__proto__', 'toString'];
    expect(new Set(unknown.map(toState))).toEqual(new Set(['pending']));
  });
});

describe('toTrustedUrl', () => {
  const origins = ['https://queue.vendor.test', 'https://*.cdn.vendor.test', 'http://127.0.0.1:8188/'];

  it.each([
    'https://queue.vendor.test/a?b=c',
    'https://eu2.cdn.vendor.test/x',
    'https://a.b.cdn.vendor.test/',
    'http://127.0.0.1:8188/prompt',
  ])('knows %s', url => {
    expect(toTrustedUrl(url, origins)).toBe(url);
  });

  it.each([
    'https://queue.vendor.test.evil.test/',
    'https://evil.test/https://queue.vendor.test/',
    'http://queue.vendor.test/',
    'https://queue.vendor.test:8443/',
    'https://queue.vendor.test@evil.test/',
    'https://user:word@queue.vendor.test/',
    'https://evilcdn.vendor.test/',
    'https://cdn.vendor.test/',
    'https://evil.test/.cdn.vendor.test',
    'http://eu2.cdn.vendor.test/',
    '//evil.test/jobs',
    '\\\\evil.test/jobs',
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'https://',
    undefined,
    null,
    7,
  ])('refuses %s', url => {
    expect(toTrustedUrl(url, origins)).toBeUndefined();
  });

  it('resolves a path against the first origin, and refuses everything without one', () => {
    expect(toTrustedUrl('/jobs/1', origins)).toBe('https://queue.vendor.test/jobs/1');
    expect(toTrustedUrl('https://queue.vendor.test/', [])).toBeUndefined();
  });
});

describe('data URLs', () => {
  it('become blobs and data URLs again, byte by byte', async () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, at) => at % 256);
    const url = await toDataUrl(new Blob([bytes], { type: 'image/png' }));
    expect(url).toBe(`data:image/png;base64,${Buffer.from(bytes).toString('base64')}`);
    const blob = fromDataUrl(url);
    expect(blob?.type).toBe('image/png');
    expect(new Uint8Array((await blob?.arrayBuffer()) ?? [])).toEqual(bytes);
  });

  it.each([
    ['data:,a%20b%C3%A9', 'text/plain;charset=us-ascii', 'a bé'],
    ['data:text/plain;charset=utf-8,é', 'text/plain;charset=utf-8', 'é'],
    ['data:image/svg+xml;base64,PHN2%0AZy8%2B', 'image/svg+xml', '<svg/>'],
    ['DATA:text/plain;BASE64,aGk=', 'text/plain', 'hi'],
  ])('are read as browsers read them: %s', async (url, type, text) => {
    const blob = fromDataUrl(url);
    expect([blob?.type, await blob?.text()]).toEqual([type, text]);
  });

  it.each(['https://a.test/1.png', 'data:image/png;base64', 'data:image/png;base64,§', ''])('are none: %s', url => {
    expect(fromDataUrl(url)).toBeUndefined();
  });

  it('have a type of their own if the blob has none', async () => {
    expect(await toDataUrl(new Blob(['hi']))).toBe('data:application/octet-stream;base64,aGk=');
  });
});

describe('jobFailed', () => {
  const job = { id: 'j1' };

  it('says what the backend said, and that a new submit makes sense', () => {
    const { kind, failure } = jobFailed(job, { error: { message: 'Out of memory.', code: 'oom' } }, { status: 500 });
    expect([kind, failure]).toEqual([
      'failed',
      {
        code: 'job-failed',
        message: 'Job j1 failed: Out of memory. Submit again to start a new job.',
        retryable: true,
        resumable: false,
        charged: 'maybe',
        job,
        status: 500,
        details: { error: { message: 'Out of memory.', code: 'oom' } },
      },
    ]);
  });

  it.each([
    [{ error: 'NSFW content detected' }, {}, { code: 'moderated', retryable: false, charged: 'maybe' }],
    [{ error: 'x', charged: false }, {}, { code: 'job-failed', charged: 'no' }],
    [undefined, { code: 'expired' }, { code: 'expired', charged: 'yes', retryable: true }],
    [undefined, { code: 'moderated' }, { code: 'moderated', message: /refused its content/ }],
    [null, {}, { message: 'Job j1 failed: the backend gave no reason. Submit again to start a new job.' }],
    ['flagged', { code: 'job-failed', charged: 'yes', retryable: false }, { code: 'job-failed', charged: 'yes' }],
    [
      { detail: [{ msg: 'Flagged.', type: 'content_policy_violation', categories: ['sexual'] }] },
      {},
      { code: 'moderated', details: { categories: ['sexual'] } },
    ],
  ] as const)('knows what a failure means: %j %j', (said, options, failure) => {
    const { message = /./, ...members } = failure as { message?: string | RegExp };
    const told = jobFailed(job, said, options).failure;
    expect(told).toMatchObject(members);
    expect(told.message).toMatch(message);
  });
});
