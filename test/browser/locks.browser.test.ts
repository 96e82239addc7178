import { browserLocks } from 'generation-lifecycle/adapters';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

const holder = () => ({ tell: vi.fn(), canRelease: () => true });

/** Two sets of locks in one page: to each other they are what tabs are. Both are visible. */
const twoTabs = () => [browserLocks(), browserLocks()] as const;

const replaceLocks = (value: unknown) => {
  Object.defineProperty(navigator, 'locks', { value, configurable: true });
  onTestFinished(() => {
    Reflect.deleteProperty(navigator, 'locks');
  });
};

describe('browserLocks', () => {
  it('gives a name to one at a time, and another name to anyone', async () => {
    const [here, there] = twoTabs();
    const [first, second, other] = [holder(), holder(), holder()];
    const release = here.claim('a', first);
    expect(first.tell).not.toHaveBeenCalled();
    await vi.waitFor(() => expect(first.tell.mock.calls).toEqual([['held']]));
    onTestFinished(there.claim('a', second));
    onTestFinished(there.claim('b', other));
    await vi.waitFor(() => expect(other.tell).toHaveBeenCalled());
    expect(second.tell).not.toHaveBeenCalled();
    release();
    await vi.waitFor(() => expect(second.tell.mock.calls).toEqual([['held']]));
    expect(first.tell).toHaveBeenCalledTimes(1);
  });

  it('leaves it with the first of two visible ones, however long the other asks', async () => {
    const [here, there] = twoTabs();
    const [first, second] = [holder(), holder()];
    onTestFinished(here.claim('a', first));
    await vi.waitFor(() => expect(first.tell).toHaveBeenCalled());
    onTestFinished(there.claim('a', second));
    const listening = new BroadcastChannel('generation-lifecycle:locks');
    onTestFinished(() => listening.close());
    for (let asked = 0; asked < 10; asked += 1) {
      const answer = new Promise<void>(resolve => {
        listening.onmessage = ({ data }) => data.word === 'here' && resolve();
      });
      document.dispatchEvent(new Event('visibilitychange'));
      await answer;
    }
    expect(first.tell.mock.calls).toEqual([['held']]);
    expect(second.tell).not.toHaveBeenCalled();
  });

  it('tells nothing after it was released, and leaves no lock and no timer', async () => {
    const set = vi.spyOn(globalThis, 'setInterval');
    const cleared = vi.spyOn(globalThis, 'clearInterval');
    onTestFinished(() => {
      vi.restoreAllMocks();
    });
    const [here, there] = twoTabs();
    const [first, second] = [holder(), holder()];
    const releases = [here.claim('a', first), there.claim('a', second)];
    await vi.waitFor(() => expect(first.tell).toHaveBeenCalled());
    for (const release of releases) release();
    await vi.waitFor(async () => expect((await navigator.locks.query()).held).toEqual([]));
    expect((await navigator.locks.query()).pending).toEqual([]);
    const made = set.mock.results.map(({ value }) => value);
    const ended = cleared.mock.calls.map(([timer]) => timer);
    expect(made).not.toEqual([]);
    expect(ended).toEqual(expect.arrayContaining(made));
    expect(second.tell).not.toHaveBeenCalled();
  });

  it('lets a holder release while it is told, or throw, and holds all the same', async () => {
    const thrown = vi.fn((event: ErrorEvent) => event.preventDefault());
    window.addEventListener('error', thrown);
    onTestFinished(() => window.removeEventListener('error', thrown));
    const [here, there] = twoTabs();
    const second = holder();
    const release = here.claim('a', {
      canRelease: () => true,
      tell: () => {
        throw new Error('Not told.');
      },
    });
    await vi.waitFor(() => expect(thrown).toHaveBeenCalled());
    onTestFinished(there.claim('a', second));
    expect((await navigator.locks.query()).held).toMatchObject([{ name: 'generation-lifecycle:claim:a' }]);
    release();
    const releaseWhenTold = here.claim('b', { canRelease: () => true, tell: () => releaseWhenTold() });
    onTestFinished(there.claim('b', second));
    await vi.waitFor(() => expect(second.tell).toHaveBeenCalledTimes(2));
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
    const releases = [here.claim('a', first), there.claim('a', second)];
    here.claim('a', released)();
    expect(first.tell).not.toHaveBeenCalled();
    await vi.waitFor(() => expect(first.tell.mock.calls).toEqual([['shared']]));
    expect(second.tell.mock.calls).toEqual([['shared']]);
    expect(released.tell).not.toHaveBeenCalled();
    for (const release of releases) release();
  });
});
