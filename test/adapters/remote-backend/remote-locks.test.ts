import type { GenerationLocks, LockHolder } from 'generation-lifecycle';
import { remoteLocks } from 'generation-lifecycle/adapters/remote-backend';
import { createGenerationServer, memoryJobs } from 'generation-lifecycle/server';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { cuttableFetch, headersOf, remoteServer } from '../../support/remote-devices.js';
import { serverHalf } from '../../support/server-half.js';

let server: Awaited<ReturnType<typeof remoteServer>>;
beforeAll(async () => {
  server = await remoteServer();
}, 60_000);
afterAll(() => server.stop());

/** What the devices of a test have heard, in order. */
function devices(user: string) {
  const heard: string[] = [];
  return {
    heard,
    /** A device that asks for one lock. */
    open(name: string, tabs?: GenerationLocks) {
      const network = cuttableFetch();
      const locks = remoteLocks({
        ...{ baseUrl: server.baseUrl, headers: headersOf(user), fetch: network.fetch, leaseMs: 3_000, tabs },
      });
      const request = (as = name) => {
        const onChange = (state: string) => void heard.push(`${as}: ${state}`);
        const stop = locks.request('generation', { canRelease: () => true, onChange });
        onTestFinished(stop);
        return stop;
      };
      return { network, request };
    },
  };
}

describe('remoteLocks', () => {
  it('are had by one device, and by the next one when it gives them back', async () => {
    const { heard, open } = devices('handed-over');
    const give = open('phone').request();
    await expect.poll(() => heard).toEqual(['phone: held']);
    open('laptop').request();
    give();
    await expect.poll(() => heard).toEqual(['phone: held', 'laptop: held']);
  });

  it('are had by another device after the lease of one that is gone', async () => {
    const { heard, open } = devices('gone');
    const phone = open('phone');
    const stop = phone.request();
    await expect.poll(() => heard).toEqual(['phone: held']);
    const asked = Date.now();
    open('laptop').request();
    // Its process has ended: nothing is given back.
    phone.network.set('cut');
    stop();
    await expect.poll(() => heard).toEqual(['phone: held', 'laptop: held']);
    expect(Date.now() - asked).toBeGreaterThan(1_000);
  });

  it.each(['cut', 'silent'] as const)(
    'are lost to a device whose network is %s before another one has them, and wanted again once it is back',
    async how => {
      const { heard, open } = devices(how);
      const phone = open('phone');
      phone.request();
      await expect.poll(() => heard).toEqual(['phone: held']);
      const laptop = open('laptop').request();
      phone.network.set(how);
      await expect.poll(() => heard).toEqual(['phone: held', 'phone: lost', 'laptop: held']);
      phone.network.set('up');
      laptop();
      await expect.poll(() => heard.slice(3)).toEqual(['phone: held']);
    },
  );

  it('are asked for by one tab of a browser, and by the next one when that is closed', async () => {
    const { heard, open } = devices('tabs');
    const holders: LockHolder[] = [];
    const tabs: GenerationLocks = {
      request(_, holder) {
        holders.push(holder);
        return () => undefined;
      },
    };
    const [first, second] = [open('first tab', tabs), open('second tab', tabs)];
    const close = first.request();
    second.request();
    holders[0]?.onChange('held');
    await expect.poll(() => heard).toEqual(['first tab: held']);
    expect([first.network.count() > 0, second.network.count()]).toEqual([true, 0]);
    close();
    holders[1]?.onChange('held');
    await expect.poll(() => heard).toEqual(['first tab: held', 'second tab: held']);
  });

  it('are lost with the lock of the tabs', async () => {
    const { heard, open } = devices('frozen tab');
    const holders: LockHolder[] = [];
    const tab = open('tab', {
      request(_, holder) {
        holders.push(holder);
        return () => undefined;
      },
    });
    tab.request();
    holders[0]?.onChange('held');
    await expect.poll(() => heard).toEqual(['tab: held']);
    open('laptop').request();
    holders[0]?.onChange('lost');
    expect(heard).toEqual(['tab: held', 'tab: lost']);
    await expect.poll(() => heard.at(-1)).toBe('laptop: held');
  });

  it('are shared where the server has none', async () => {
    const heard: string[] = [];
    const { handle } = createGenerationServer({
      store: memoryJobs(),
      authorize: () => ({ id: 'ada' }),
      backends: { image: serverHalf().backend },
    });
    const locks = remoteLocks({
      baseUrl: 'https://app.test/api/generations/image',
      // What an earlier version answers to an address that it does not know.
      fetch: (url, init) => handle(new Request(String(url).replace('/gallery', '/unknown'), init)),
    });
    for (const name of ['a', 'b'])
      locks.request(name, { canRelease: () => true, onChange: state => heard.push(state) });
    await expect.poll(() => heard).toEqual(['shared', 'shared']);
    locks.request('c', { canRelease: () => true, onChange: state => heard.push(state) });
    await expect.poll(() => heard).toEqual(['shared', 'shared', 'shared']);
  });

  it.each([
    [{ baseUrl: '' }, TypeError, 'needs a baseUrl'],
    [{ baseUrl: '/a', leaseMs: 100 }, RangeError, 'leaseMs is 100'],
    [{ baseUrl: '/a', lease: 1 }, TypeError, 'Did you mean "leaseMs"?'],
  ])('refuse %j', (options, type, message) => {
    expect(() => remoteLocks(options as { baseUrl: string })).toThrow(type);
    expect(() => remoteLocks(options as { baseUrl: string })).toThrow(message);
  });
});
