import { GenerationError } from 'generation-lifecycle';
import { fileBackend } from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';
import { type Answer, collect, json, loopback, rejection, stream } from '../../support/loopback.js';

const { signal } = new AbortController();
const quiet = { signal, onOpen() {}, onAlive() {}, onId() {}, onRetry() {} };

/** A backend that knows one token, and an adapter whose tokens are `t1`, `t2`, … */
async function guarded(valid: string, refusal: Answer = { status: 401 }) {
  const { url: baseUrl, heard } = await loopback(({ headers, path }) => {
    if (headers.authorization !== `Bearer ${valid}`) return refusal;
    if (path.startsWith('/api/events')) return stream([]);
    return json({ id: path.split('/').pop(), success: true, fileId: 'f1' });
  });
  let asked = 0;
  const headers = async () => ({ Authorization: `Bearer t${++asked}` });
  return { adapter: fileBackend({ kind: 'image', baseUrl, headers }), baseUrl, heard, asked: () => asked };
}

describe('renewing headers', () => {
  it.each([401, 403])('repeats a read once after a %i', async status => {
    const { adapter, heard } = await guarded('t2', { status });
    expect(await adapter.read({ id: 'f1' }, { signal })).toEqual({ kind: 'pending' });
    expect(heard.map(({ headers }) => headers.authorization)).toEqual(['Bearer t1', 'Bearer t2']);
  });

  it('repeats the opening of a stream once', async () => {
    const { adapter, heard } = await guarded('t2');
    expect(await collect(adapter.events?.({ id: 'f1' }, quiet))).toEqual([]);
    expect(heard).toHaveLength(2);
  });

  it('lets the refusal go before its end', async () => {
    const { adapter, heard } = await guarded('t2', response => {
      response.writeHead(401).write('{');
    });
    await adapter.read({ id: 'f1' }, { signal });
    await heard[0]?.closed;
  });

  it('gives up when the new ones are refused, too', async () => {
    const { adapter, heard } = await guarded('none');
    expect(await rejection(adapter.read({ id: 'f1' }, { signal }))).toMatchObject({ code: 'unauthorized' });
    expect(heard).toHaveLength(2);
  });

  it('never repeats a submit', async () => {
    const { adapter, heard } = await guarded('t2');
    expect(await rejection(adapter.submit({ prompt: 'dunes' }, { signal, idempotencyKey: 'k' }))).toMatchObject({
      code: 'unauthorized',
      failure: { charged: 'no' },
    });
    expect(heard).toHaveLength(1);
  });

  it('happens once for many reads that were refused together', async () => {
    const { adapter, asked, heard } = await guarded('t4');
    const jobs = ['f1', 'f2', 'f3'];
    const updates = await Promise.all(jobs.map(id => adapter.read({ id }, { signal })));
    expect(updates).toEqual(jobs.map(() => ({ kind: 'pending' })));
    expect({ asked: asked(), requests: heard.length }).toEqual({ asked: 4, requests: 6 });
  });

  it('does not happen for headers that are fixed', async () => {
    const { baseUrl, heard } = await guarded('t2');
    const adapter = fileBackend({ kind: 'image', baseUrl, headers: { Authorization: 'Bearer t1' } });
    expect(await rejection(adapter.read({ id: 'f1' }, { signal }))).toMatchObject({ code: 'unauthorized' });
    expect(heard).toHaveLength(1);
  });
});

describe('headers that cannot be had', () => {
  const secret = 's3cret';
  const own = new GenerationError({ code: 'unauthorized', message: 'Signed out.' });
  it.each([
    {
      title: 'a sign-in service that is down is network',
      headers: () => Promise.reject(new Error('down')),
      code: 'network',
    },
    { title: 'a GenerationError is passed on', headers: () => Promise.reject(own), code: 'unauthorized' },
    {
      title: 'a value that no header can carry is not quoted',
      headers: { 'x-key': `${secret}\n${secret}` },
      code: 'network',
    },
  ])('$title, and nothing is sent or charged', async ({ headers, code }) => {
    const { url: baseUrl, heard } = await loopback(() => json({}));
    const adapter = fileBackend({ kind: 'image', baseUrl, headers });
    const error = await rejection(adapter.submit({ prompt: 'dunes' }, { signal, idempotencyKey: 'k' }));
    expect(error).toMatchObject({ code, failure: { charged: 'no' } });
    expect(error).not.toHaveProperty('cause', expect.anything());
    expect(JSON.stringify(error) + String(error)).not.toContain(secret);
    expect(heard).toEqual([]);
  });
});

it('keeps what was refused about credentials out of the message', async () => {
  const { adapter } = await guarded('none', json({ error: 'The token t2-s3cret is unknown' }, 401));
  const error = await rejection(adapter.read({ id: 'f1' }, { signal }));
  expect(JSON.stringify(error) + String(error)).not.toContain('s3cret');
});
