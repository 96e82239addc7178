import { memoryJobs } from 'generation-lifecycle/server';
import { describe, expect, it } from 'vitest';
import { base, durableHalf, origin, serverHalf } from '../support/server-half.js';

type Write = { readonly id: string; readonly revision?: number; readonly value?: unknown; readonly key?: string };
type Half = Pick<ReturnType<typeof durableHalf>, 'ask'>;

const post = (half: Half, path: string, body: unknown, user = 'ada') =>
  half.ask(path, { method: 'POST', user, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

const write = (half: Half, writes: readonly Write[], { user = 'ada', query = '' } = {}) =>
  post(half, `image/gallery${query}`, { writes: writes.map(one => ({ revision: 0, value: {}, ...one })) }, user);

type Answer = {
  readonly user: string;
  readonly records: readonly { readonly id: string; readonly revision: number; readonly value: unknown }[];
  readonly isMore: boolean;
  readonly jobs?: readonly { readonly id: string; readonly key: string; readonly isOld: boolean }[];
};

const read = async (half: Half, query = '', user = 'ada'): Promise<Answer> =>
  (await half.ask(`image/gallery${query}`, { user })).json();
const idsOf = ({ records }: Answer) => records.map(({ id }) => id);

const codeOf = async (response: Response) => [response.status, (await response.json()).error?.code];

describe('the gallery of a user', () => {
  it('is read in parts from where the page stands', async () => {
    const half = durableHalf();
    const ids = Array.from({ length: 501 }, (_, index) => `item:${index}`);
    expect(
      (
        await write(
          half,
          ids.slice(0, 500).map(id => ({ id })),
        )
      ).status,
    ).toBe(200);
    await write(half, [{ id: 'item:500' }]);
    const first = await read(half);
    expect([first.isMore, idsOf(first)]).toEqual([true, ids.slice(0, 500)]);
    const rest = await read(half, `?since=${first.records.at(-1)?.revision}`);
    expect([rest.isMore, idsOf(rest)]).toEqual([false, ['item:500']]);
  });

  it('takes one of two writes of a record, and says so to the other', async () => {
    const half = durableHalf();
    const results = await Promise.all([write(half, [{ id: 'a' }]), write(half, [{ id: 'b' }, { id: 'a' }])]);
    expect(results.map(({ status }) => status).sort()).toEqual([200, 409]);
    const all = await read(half);
    expect(idsOf(all).filter(id => id === 'a')).toHaveLength(1);
  });

  it('is nobody else’s, in no backend and no scope', async () => {
    const half = durableHalf();
    await write(half, [{ id: 'a', value: { secret: 'of ada' } }]);
    await write(half, [{ id: 'a' }], { query: '?scope=work' });
    expect(idsOf(await read(half, '', 'bob'))).toEqual([]);
    expect(idsOf(await read(half, '?scope=home'))).toEqual([]);
    expect(idsOf(await read(half, '?scope='))).toEqual([]);
    expect(await (await half.ask('other/gallery', { user: 'ada' })).json()).toMatchObject({ records: [] });
    // Bob knows the id and the revision.
    const { revision = 0 } = (await read(half)).records[0] ?? {};
    expect(await codeOf(await write(half, [{ id: 'a', revision }], { user: 'bob' }))).toEqual([409, 'busy']);
    await half.ask('image/gallery', { method: 'DELETE', user: 'bob' });
    expect(idsOf(await read(half))).toEqual(['a']);
  });

  it('is left alone by a page that was opened for somebody else', async () => {
    const half = durableHalf();
    const { user } = await read(half);
    expect(await codeOf(await write(half, [{ id: 'a' }], { user: 'bob', query: `?user=${user}` }))).toEqual([
      403,
      'unauthorized',
    ]);
    expect(idsOf(await read(half, '', 'bob'))).toEqual([]);
    expect((await write(half, [{ id: 'a' }], { query: `?user=${user}` })).status).toBe(200);
    expect(user).not.toContain('ada');
  });

  it('is erased whole, and tells so', async () => {
    const half = durableHalf();
    await write(half, [{ id: 'a' }, { id: 'b' }]);
    await write(half, [{ id: 'c' }], { query: '?scope=work' });
    await half.ask('image/gallery', { method: 'DELETE', user: 'ada' });
    expect(idsOf(await read(half))).toEqual(['erased']);
    expect(idsOf(await read(half, '?scope=work'))).toEqual(['c']);
    expect((await write(half, [{ id: 'a' }])).status).toBe(200);
  });

  it.each([
    ['no list', { writes: 'all' }],
    ['an empty list', { writes: [] }],
    [
      'more than 500 records',
      { writes: Array.from({ length: 501 }, (_, at) => ({ id: `${at}`, revision: 0, value: {} })) },
    ],
    ['two records of one id', { writes: [0, 0].map(revision => ({ id: 'a', revision, value: {} })) }],
    ['a record without a revision', { writes: [{ id: 'a', value: {} }] }],
    ['a revision that is none', { writes: [{ id: 'a', revision: -1, value: {} }] }],
    ['a value that is a text', { writes: [{ id: 'a', revision: 0, value: 'x' }] }],
    ['a record without a value', { writes: [{ id: 'a', revision: 0 }] }],
    ['an id of another type', { writes: [{ id: { $ne: '' }, revision: 0, value: {} }] }],
    ['an id that no database takes', { writes: [{ id: 'a\u0000', revision: 0, value: {} }] }],
    ['an id of half a character', { writes: [{ id: '\ud800', revision: 0, value: {} }] }],
    ['a giant id', { writes: [{ id: 'a'.repeat(701), revision: 0, value: {} }] }],
    ['the id of the server’s own record', { writes: [{ id: 'erased', revision: 0, value: {} }] }],
  ])('does not take %s', async (_, body) => {
    const half = durableHalf();
    expect(await codeOf(await post(half, 'image/gallery', body))).toEqual([400, 'bad-input']);
    expect(idsOf(await read(half))).toEqual([]);
  });

  it('does not take a giant record or body, nor more records than it may have', async () => {
    const half = durableHalf({ maxBodyBytes: 200_000 });
    const giant = { id: 'a', value: { text: 'x'.repeat(65_536) } };
    expect(await codeOf(await write(half, [{ id: 'b' }, giant]))).toEqual([413, 'storage-full']);
    expect((await write(half, [{ id: 'a', value: { text: 'x'.repeat(200_000) } }])).status).toBe(413);
    expect(idsOf(await read(half))).toEqual([]);
    const store = memoryJobs();
    const full = { ...store, records: { ...store.records, write: async () => ({ kind: 'full' }) as const } };
    expect(await codeOf(await write(durableHalf({ store: full }), [{ id: 'a' }]))).toEqual([507, 'storage-full']);
  });

  it.each(['../jobs', 'a/b', '__proto__', 'constructor', '%2e%2e%2f', "'; drop table generation_records; --"])(
    'keeps %s as an id and a scope, and as nothing else',
    async text => {
      const half = durableHalf();
      const query = `?scope=${encodeURIComponent(text)}`;
      expect((await write(half, [{ id: text }], { query })).status).toBe(200);
      expect(idsOf(await read(half, query))).toEqual([text]);
      expect(idsOf(await read(half))).toEqual([]);
    },
  );

  it.each([
    ['a scope with a control character', 'image/gallery?scope=a%00', 400],
    ['a revision that is none', 'image/gallery?since=-1', 400],
    ['a revision that is too large', 'image/gallery?since=9999999999999999', 400],
    ['a route that is none', 'image/gallery/other', 404],
    ['the gallery of webhooks', 'webhook/gallery', 404],
    ['a backend that is none', 'nothing/gallery', 404],
  ])('is not read at %s', async (_, path, status) => {
    expect((await durableHalf().ask(path, { user: 'ada' })).status).toBe(status);
  });

  it.each([
    ['POST', 'gallery'],
    ['DELETE', 'gallery'],
    ['POST', 'gallery/locks'],
  ])('is not changed by a page of another site: %s %s', async (method, path) => {
    const { handle } = durableHalf();
    const headers = { cookie: 'user=ada', origin: 'https://evil.test', 'content-type': 'application/json' };
    const at = (from: string) =>
      handle(
        new Request(`${base}/${path}`, {
          method,
          headers: { ...headers, origin: from },
          body: method === 'POST' ? '{"writes":[{"id":"a","revision":0,"value":{}}],"owner":"me","names":["a"]}' : null,
        }),
      );
    expect((await at('https://evil.test')).status).toBe(403);
    expect((await at(origin)).status).toBe(200);
  });

  it.each(['gallery', 'gallery/events'])('needs a user: %s', async path => {
    expect((await durableHalf().ask(`image/${path}`)).status).toBe(401);
  });

  it.each([
    ['GET', 'gallery'],
    ['DELETE', 'gallery'],
    ['GET', 'gallery/events'],
  ])('is refused by a relay, which says why: %s %s', async (method, path) => {
    expect(await codeOf(await serverHalf().ask(`image/${path}`, { method, user: 'ada' }))).toEqual([501, 'not-found']);
  });
});

describe('a job that no page has on record', () => {
  const jobsOf = async (half: Half, query = '', user = 'ada') =>
    (await read(half, `?jobs=1${query}`, user)).jobs?.map(({ key }) => key);
  const end = async (half: ReturnType<typeof durableHalf>, user = 'ada', key = 'key-1') => {
    const row = await half.store.findByKey(user, key);
    for (;;) if (await half.server.advance(String(row?.id))) return;
  };

  it('is told to its user, and to nobody else', async () => {
    const half = durableHalf();
    await half.submit('ada');
    expect(await jobsOf(half)).toEqual(['key-1']);
    expect(await jobsOf(half, '&scope=work')).toEqual(['key-1']);
    expect(await jobsOf(half, '', 'bob')).toEqual([]);
    expect((await read(half)).jobs).toBeUndefined();
  });

  it('is told no more once a page of any scope has it on record', async () => {
    const half = durableHalf();
    await half.submit('ada');
    await write(half, [{ id: 'generation:key-1', key: 'key-1' }], { query: '?scope=work' });
    expect([await jobsOf(half), await jobsOf(half, '&scope=work')]).toEqual([[], []]);
  });

  it('is told with its result, unless its record was over after that', async () => {
    const half = durableHalf();
    await half.submit('ada');
    await write(half, [{ id: 'g', key: 'key-1', value: { ended: { status: 'failed' } } }]);
    expect(await jobsOf(half)).toEqual([]);
    await end(half);
    // The result came after the end that the page has assumed.
    expect(await jobsOf(half)).toEqual(['key-1']);
    const { revision = 0 } = (await read(half)).records[0] ?? {};
    await write(half, [{ id: 'g', key: 'key-1', revision, value: { ended: { status: 'completed' } } }]);
    expect(await jobsOf(half)).toEqual([]);
  });

  it('does not come back once it was taken off the list, or its record was removed', async () => {
    const half = durableHalf();
    for (const [key, value] of [
      ['dismissed', { ended: { status: 'failed', isDismissed: true } }],
      ['removed', null],
    ] as const) {
      await half.submit('ada', { key });
      if (value) await write(half, [{ id: key, key, value }]);
      await end(half, 'ada', key);
      if (!value) await write(half, [{ id: key, key, value: null }]);
    }
    expect(await jobsOf(half)).toEqual([]);
  });

  it('does not come back after the gallery was erased', async () => {
    const half = durableHalf();
    await half.submit('ada');
    await half.ask('image/gallery', { method: 'DELETE', user: 'ada' });
    expect(await jobsOf(half)).toEqual([]);
    expect(await jobsOf(half, '&scope=work')).toEqual(['key-1']);
  });

  it('is none that was cancelled or forbidden', async () => {
    const half = durableHalf();
    await half.ask('image/keys/key-1', { method: 'DELETE', user: 'ada' });
    expect(await jobsOf(half)).toEqual([]);
  });

  it('is no news a day after its end', async () => {
    let ago = 2 * 86_400_000;
    const half = durableHalf({ store: memoryJobs({ now: () => Date.now() - ago }) });
    await half.submit('ada');
    await end(half);
    ago = 0;
    expect((await read(half, '?jobs=1')).jobs).toMatchObject([{ key: 'key-1', isOld: true }]);
  });
});

describe('the stream of a gallery', () => {
  /** What is told from now on. */
  async function listen(half: Half, query = '', user = 'ada') {
    const aborter = new AbortController();
    const response = await half.ask(`image/gallery/events${query}`, { user, signal: aborter.signal });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const heard = async (part: string) => {
      while (!text.includes(part))
        text += (await reader?.read())?.value ?? expect.fail(`${part} was not told: ${text}`);
      return text;
    };
    return { heard, stop: () => aborter.abort() };
  }

  it('tells of each change, of its own gallery only', async () => {
    const half = durableHalf();
    const stream = await listen(half);
    await stream.heard('data: {}');
    await write(half, [{ id: 'a' }], { user: 'bob' });
    await write(half, [{ id: 'a' }], { query: '?scope=work' });
    await half.submit('bob');
    await half.submit('ada', { key: 'new' });
    const text = await stream.heard('"jobs"');
    expect(text).not.toContain('"records"');
    await write(half, [{ id: 'a' }]);
    await stream.heard('"records"');
    stream.stop();
  });

  it('tells on opening that the page has missed something, and else that it is alive', async () => {
    const half = durableHalf({ repeatStateMs: 20 });
    await write(half, [{ id: 'a' }]);
    const { revision } = (await read(half)).records[0] ?? expect.fail();
    const behind = await listen(half);
    await behind.heard('"records"');
    const upToDate = await listen(half, `?since=${revision}`);
    expect(await upToDate.heard('data: {}\n\ndata: {}\n\n')).not.toContain('"records"');
    behind.stop();
    upToDate.stop();
  });
});

describe('the locks of a user’s devices', () => {
  const lock = async (half: Half, owner: string, names: readonly string[], more: object = {}, user = 'ada') =>
    (await (await post(half, 'image/gallery/locks', { owner, ms: 10_000, names, ...more }, user)).json()).held;

  it('are one device’s until it releases them', async () => {
    const half = durableHalf();
    expect(await lock(half, 'phone', ['a', 'b'])).toEqual(['a', 'b']);
    expect(await lock(half, 'laptop', ['a', 'c'])).toEqual(['c']);
    expect(await lock(half, 'phone', ['a'])).toEqual(['a']);
    await lock(half, 'laptop', [], { release: ['a'] });
    expect(await lock(half, 'laptop', ['a'])).toEqual([]);
    await lock(half, 'phone', [], { release: ['a'] });
    expect(await lock(half, 'laptop', ['a'])).toEqual(['a']);
    expect(await lock(half, 'phone', ['a'], {}, 'bob')).toEqual(['a']);
  });

  it('are one device’s that asks at the same moment as others', async () => {
    const half = durableHalf();
    const held = await Promise.all(['phone', 'laptop', 'tablet'].map(owner => lock(half, owner, ['a'])));
    expect(held.flat()).toEqual(['a']);
  });

  it('end by the clock of the server, whatever those of the devices say', async () => {
    let now = 1_000_000;
    const half = durableHalf({ store: memoryJobs({ now: () => now }) });
    expect(await lock(half, 'phone', ['a'])).toEqual(['a']);
    now += 9_999;
    expect(await lock(half, 'laptop', ['a'])).toEqual([]);
    now += 1;
    expect(await lock(half, 'laptop', ['a'])).toEqual(['a']);
    expect(await lock(half, 'phone', ['a'])).toEqual([]);
    // Nobody keeps one for ever.
    expect(await lock(half, 'laptop', ['a'], { ms: 1e12 })).toEqual(['a']);
    now += 60_000;
    expect(await lock(half, 'phone', ['a'])).toEqual(['a']);
  });

  it('are free again after a store that was full of old ones', async () => {
    const store = memoryJobs();
    let isFull = true;
    const records = {
      ...store.records,
      write: async (...args: Parameters<typeof store.records.write>) => {
        if (!isFull) return store.records.write(...args);
        isFull = false;
        return { kind: 'full' } as const;
      },
    };
    const half = durableHalf({ store: { ...store, records } });
    expect(await lock(half, 'phone', ['a'])).toEqual([]);
    expect(await lock(half, 'phone', ['a'])).toEqual(['a']);
  });

  it.each([
    ['no owner', { names: ['a'] }],
    ['names that are none', { owner: 'me', names: 'a' }],
    ['too many names', { owner: 'me', names: Array.from({ length: 101 }, (_, at) => `${at}`) }],
    ['a name of another type', { owner: 'me', names: [7] }],
  ])('are not asked for with %s', async (_, body) => {
    const half = durableHalf();
    expect(await codeOf(await post(half, 'image/gallery/locks', body))).toEqual([400, 'bad-input']);
  });
});
