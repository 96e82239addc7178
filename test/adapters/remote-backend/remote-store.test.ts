import { remoteStore } from 'generation-lifecycle/adapters/remote-backend';
import { createGenerationServer, memoryJobs } from 'generation-lifecycle/server';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { headersOf, remoteServer } from '../../support/remote-devices.js';
import { serverHalf } from '../../support/server-half.js';
import { describeStore, generationOf, type Picture, pictures } from '../stores/store-conformance.js';

let server: Awaited<ReturnType<typeof remoteServer>>;
let users = 0;

beforeAll(async () => {
  server = await remoteServer({ repeatStateMs: 1_000 });
}, 60_000);
afterAll(() => server.stop());

const device = (user: string, options: { limit?: number; fetch?: typeof fetch } = {}) =>
  remoteStore<Picture>({ baseUrl: server.baseUrl, headers: headersOf(user), ...options });

const newUser = () => `user-${++users}`;

// Two devices of one user, with nothing in common but the server.
describeStore('remoteStore', options => {
  const user = newUser();
  return [device(user, options), device(user, options)];
});

/** A `fetch` whose requests of one method fail, before or after the server has got them. */
function failing(method: string, when: 'before' | 'after', times = Number.POSITIVE_INFINITY) {
  let count = 0;
  const send: typeof fetch = async (url, init) => {
    const fails = (init?.method ?? 'GET') === method && count < times;
    if (fails) count += 1;
    if (fails && when === 'before') throw new TypeError('fetch failed');
    const response = await fetch(url, init);
    if (fails) throw new TypeError('fetch failed');
    return response;
  };
  return send;
}

describe('remoteStore, with a network that fails', () => {
  it('says that nothing was stored, and has stored nothing', async () => {
    const user = newUser();
    const offline = device(user, { fetch: failing('POST', 'before') });
    await expect(offline.upsertItems(pictures('a'))).rejects.toMatchObject({
      code: 'network',
      failure: { charged: 'no' },
    });
    expect(await device(user).readItems()).toEqual([]);
    await expect(device(user, { fetch: failing('GET', 'before') }).readItems()).rejects.toMatchObject({
      code: 'network',
    });
  });

  it('tells that an item is new although the answer was lost, once', async () => {
    const user = newUser();
    const here = device(user, { fetch: failing('POST', 'after', 1) });
    expect(await here.upsertItems(pictures('b', 'a'))).toEqual(['added', 'added']);
    expect(await device(user).upsertItems(pictures('a'))).toEqual(['known']);
    expect(await here.upsertItems(pictures('a'))).toEqual(['known']);
  });
});

describe('remoteStore, for somebody else', () => {
  it('writes nothing for the next user with what it began for another', async () => {
    const [ann, bob] = [newUser(), newUser()];
    let signedIn = ann;
    const store = remoteStore<Picture>({ baseUrl: server.baseUrl, headers: () => headersOf(signedIn) });
    await store.upsertItems(pictures('a'));
    signedIn = bob;
    await expect(store.upsertItems(pictures('b'))).rejects.toMatchObject({ code: 'unauthorized' });
    await expect(store.readItems()).rejects.toMatchObject({ code: 'unauthorized' });
    await expect(store.erase?.()).rejects.toMatchObject({ code: 'unauthorized' });
    expect(await device(bob).readItems()).toEqual([]);
    expect(await store.withScope?.(bob).upsertItems(pictures('c'))).toEqual(['added']);
    signedIn = ann;
    expect(await store.readItems()).toEqual(pictures('a'));
  });
});

describe('remoteStore, what it sends', () => {
  it('leaves out an input that is large, and says that a record is too large', async () => {
    const store = device(newUser());
    const stored = await store.updateGeneration('a', () => generationOf('a', { input: { image: 'x'.repeat(20_000) } }));
    expect(stored).toEqual(generationOf('a'));
    const small = generationOf('b', { input: { prompt: 'fog' } });
    expect(await store.updateGeneration('b', () => small)).toEqual(small);
    const giant = store.upsertItems([{ id: 'a', url: 'x'.repeat(70_000) }]);
    await expect(giant).rejects.toMatchObject({ code: 'storage-full' });
  });

  it('keeps what a later version has stored as it is', async () => {
    const user = newUser();
    const later = { ...generationOf('a'), version: 2 } as unknown as ReturnType<typeof generationOf>;
    await device(user).updateGeneration('a', () => later);
    const store = device(user);
    expect(await store.readGenerations()).toEqual([]);
    await expect(store.updateGeneration('a', () => generationOf('a'))).rejects.toThrow('later version');
  });

  it('asks for little when nothing has changed', async () => {
    const user = newUser();
    const sent: string[] = [];
    const store = device(user, {
      fetch: async (url, init) => {
        const response = await fetch(url, init);
        sent.push(await response.clone().text());
        return response;
      },
    });
    await store.upsertItems([{ id: 'a', url: 'https://files.test/a' }]);
    await store.readItems();
    sent.length = 0;
    await store.readItems();
    expect(sent).toHaveLength(1);
    expect(sent[0]).not.toContain('files.test');
  });
});

describe('remoteStore, of a server that has no galleries', () => {
  const storeOf = (handle: (request: Request) => Promise<Response>) =>
    remoteStore<Picture>({
      baseUrl: 'https://app.test/api/generations/image',
      headers: headersOf('ada'),
      fetch: (url, init) => handle(new Request(url, init)),
    });

  it('says that the server half is of an earlier version, and warns once', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    onTestFinished(() => warn.mockRestore());
    const { handle } = createGenerationServer({
      store: memoryJobs(),
      authorize: () => ({ id: 'ada' }),
      backends: { image: serverHalf().backend },
    });
    // What an earlier version answers to an address that it does not know.
    const before = storeOf(request => handle(new Request(request.url.replace('/gallery', '/unknown'), request)));
    await expect(before.readItems()).rejects.toThrow(/earlier version.*Update generation-lifecycle/);
    await expect(before.upsertItems(pictures('a'))).rejects.toMatchObject({
      code: 'not-found',
      failure: { charged: 'no' },
    });
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it('says that a relay keeps nothing', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    await expect(storeOf(serverHalf().handle).readItems()).rejects.toThrow('keeps no jobs');
  });

  it('does not take the answer of something else for one', async () => {
    const store = storeOf(async () => Response.json({ records: [] }));
    await expect(store.readItems()).rejects.toMatchObject({ code: 'invalid-response' });
  });
});

it.each([
  [{ baseUrl: '' }, TypeError, 'needs a baseUrl'],
  [{ baseUrl: '/a', limit: 0 }, RangeError, 'limit is 0'],
  [{ baseUrl: '/a', limits: 1 }, TypeError, 'Did you mean "limit"?'],
])('remoteStore() refuses %j', (options, type, message) => {
  expect(() => remoteStore(options as { baseUrl: string })).toThrow(type);
  expect(() => remoteStore(options as { baseUrl: string })).toThrow(message);
});
