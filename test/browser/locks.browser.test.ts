import { browserLocks } from 'generation-lifecycle/adapters';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { uncaughtErrors } from '../support/uncaught-errors.js';

const holder = () => ({ onChange: vi.fn(), canRelease: () => true });

/** Two sets of locks in one page: to each other they are what tabs are. Both are visible. */
const twoTabs = () => [browserLocks(), browserLocks()] as const;

const replaceLocks = (value: unknown) => {
  Object.defineProperty(navigator, 'locks', { value, configurable: true });
  onTestFinished(() => {
    Reflect.deleteProperty(navigator, 'locks');
  });
};

describe('browserLocks', () => {
  it('gives a lock to one at a time, and a lock with another name to any', async () => {
    const [here, there] = twoTabs();
    const [first, second, other] = [holder(), holder(), holder()];
    const release = here.request('a', first);
    expect(first.onChange).not.toHaveBeenCalled();
    await expect.poll(() => first.onChange.mock.calls).toEqual([['held']]);
    onTestFinished(there.request('a', second));
    onTestFinished(there.request('b', other));
    await expect.poll(() => other.onChange).toHaveBeenCalled();
    expect(second.onChange).not.toHaveBeenCalled();
    release();
    await expect.poll(() => second.onChange.mock.calls).toEqual([['held']]);
    expect(first.onChange).toHaveBeenCalledTimes(1);
  });

  it('leaves it with the first of two visible ones, however long the other asks', async () => {
    const [here, there] = twoTabs();
    const [first, second] = [holder(), holder()];
    onTestFinished(here.request('a', first));
    await expect.poll(() => first.onChange).toHaveBeenCalled();
    onTestFinished(there.request('a', second));
    const listening = new BroadcastChannel('generation-lifecycle:locks');
    onTestFinished(() => listening.close());
    for (let asked = 0; asked < 10; asked += 1) {
      const answer = new Promise<void>(resolve => {
        listening.onmessage = ({ data }) => data.message === 'alive' && resolve();
      });
      document.dispatchEvent(new Event('visibilitychange'));
      await answer;
    }
    expect(first.onChange.mock.calls).toEqual([['held']]);
    expect(second.onChange).not.toHaveBeenCalled();
  });

  it('reports nothing after its release, and leaves no lock and no timer', async () => {
    const set = vi.spyOn(globalThis, 'setInterval');
    const cleared = vi.spyOn(globalThis, 'clearInterval');
    onTestFinished(() => {
      vi.restoreAllMocks();
    });
    const [here, there] = twoTabs();
    const [first, second] = [holder(), holder()];
    const releases = [here.request('a', first), there.request('a', second)];
    await expect.poll(() => first.onChange).toHaveBeenCalled();
    for (const release of releases) release();
    await expect.poll(async () => (await navigator.locks.query()).held).toEqual([]);
    expect((await navigator.locks.query()).pending).toEqual([]);
    const made = set.mock.results.map(({ value }) => value);
    const ended = cleared.mock.calls.map(([timer]) => timer);
    expect(made).not.toEqual([]);
    expect(ended).toEqual(expect.arrayContaining(made));
    expect(second.onChange).not.toHaveBeenCalled();
  });

  it('lets onChange release the lock or throw, and holds it all the same', async () => {
    const thrown = uncaughtErrors();
    const [here, there] = twoTabs();
    const second = holder();
    const release = here.request('a', {
      canRelease: () => true,
      onChange: () => {
        throw new Error('Thrown by onChange.');
      },
    });
    await expect.poll(() => thrown).toEqual(['Thrown by onChange.']);
    onTestFinished(there.request('a', second));
    expect((await navigator.locks.query()).held).toMatchObject([{ name: 'generation-lifecycle:lock:a' }]);
    release();
    const releaseOnChange = here.request('b', { canRelease: () => true, onChange: () => releaseOnChange() });
    onTestFinished(there.request('b', second));
    await expect.poll(() => second.onChange).toHaveBeenCalledTimes(2);
  });

  it.each([
    { what: 'there are no Web Locks', locks: undefined },
    {
      what: 'the page may not use them',
      locks: {
        request: () => Promise.reject(new DOMException('No.', 'SecurityError')),
        query: () => Promise.reject(new DOMException('No.', 'SecurityError')),
      },
    },
  ])('lets everyone share at once where $what, but never within the call', async ({ locks }) => {
    replaceLocks(locks);
    const [here, there] = twoTabs();
    const [first, second, released] = [holder(), holder(), holder()];
    const releases = [here.request('a', first), there.request('a', second)];
    here.request('a', released)();
    expect(first.onChange).not.toHaveBeenCalled();
    await expect.poll(() => first.onChange.mock.calls).toEqual([['shared']]);
    expect(second.onChange.mock.calls).toEqual([['shared']]);
    expect(released.onChange).not.toHaveBeenCalled();
    for (const release of releases) release();
  });
});
