import { afterEach, describe, expect, it } from 'vitest';
import { createLossServer } from '../../bench/charges/loss-server.mjs';
import { submits } from '../../bench/charges/ours.mjs';

let server: ReturnType<typeof createLossServer> | undefined;
afterEach(() => server?.close());

async function start() {
  server = createLossServer();
  const url = await server.listen();
  const post = (loss: string, key?: string) =>
    fetch(`${url}/me/${loss}/api`, { method: 'POST', body: '{}', ...(key && { headers: { 'Idempotency-Key': key } }) });
  return { server, url, post };
}

describe('the backend that loses answers', () => {
  it('counts submits, the keys among them, and those without a key', async () => {
    const { server, post } = await start();
    expect((await post('502', 'a')).status).toBe(502);
    expect((await post('502', 'a')).status).toBe(502);
    expect((await post('502', 'b')).status).toBe(502);
    expect((await post('502')).status).toBe(502);
    await expect(post('reset')).rejects.toThrow('fetch failed');
    expect(server.countOf('me', '502')).toEqual({ posts: 4, keyless: 1, keys: new Set(['a', 'b']) });
    expect(server.countOf('me', 'reset')).toMatchObject({ posts: 1, keyless: 1 });
  });

  it('leaves a time-out without an answer', async () => {
    const { server, post } = await start();
    const stop = post('time-out');
    stop.catch(() => {});
    await expect.poll(() => server.countOf('me', 'time-out').posts).toBe(1);
    expect(await Promise.race([stop, 'nothing'])).toBe('nothing');
  });
});

describe('a submit of ours whose answer is lost', () => {
  it.each(['ours', 'ours-replays', 'ours-rejects', 'ours-client'] as const)(
    'is sent once, and told as maybe charged (%s)',
    async id => {
      const { server, url } = await start();
      const submitted = submits[id]({ url: `${url}/${id}/reset` });
      await expect(submitted).rejects.toMatchObject({ failure: { charged: 'maybe' } });
      expect(server.countOf(id, 'reset')).toMatchObject({ posts: 1, keyless: 0 });
    },
  );

  it('is looked up where the backend can do that', async () => {
    const { server, url } = await start();
    await submits['ours-find']({ url: `${url}/ours-find/reset` });
    expect(server.countOf('ours-find', 'reset').posts).toBe(1);
  });
});
