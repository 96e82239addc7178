import { describe, expect, inject, it } from 'vitest';
import { heldBackend } from '../support/held-backend.js';
// For the types of what the tabs have.
import type {} from '../support/tabs.entry.js';
import { type Tab, tabs } from '../support/tabs.js';

declare global {
  var client: { generate(): void; show(): Shown };
  var isKept: boolean;
  var cameBack: boolean;
}

/** What a page of the client shows, and which ends it has told. */
type Shown = { readonly running: number; readonly items: readonly string[]; readonly told: readonly string[] };

type Picture = { readonly id: string; readonly url: string };

const openTab = tabs();

/** Starts the client of a gallery in a tab, as an application does when it loads. */
const start = (tab: Tab, backend: { readonly url: string }) =>
  tab.evaluate(
    ({ baseUrl, name }) => {
      const { createGenerationClient, createGenerationMachine, browserEnvironment, browserLocks } = lifecycle;
      const { fileBackend, indexedStore } = lifecycle;
      const told: string[] = [];
      const made = createGenerationClient({
        name,
        generation: createGenerationMachine(fileBackend({ kind: 'image', baseUrl }), {
          environment: browserEnvironment(),
        }),
        toItems: ({ files }) => files.map(({ url }) => ({ url })),
        store: indexedStore<Picture>({ name }),
        locks: browserLocks(),
      });
      made.on('generation.completed', () => told.push('completed'));
      made.on('generation.failed', ({ failure }) => told.push(failure.code));
      made.subscribe(() => undefined);
      globalThis.client = {
        generate: () => void made.generate({ prompt: 'a lighthouse' }),
        show() {
          const { generations, items } = made.getSnapshot();
          const running = generations.filter(({ isRunning }) => isRunning).length;
          return { running, items: items.map(({ url }) => url), told };
        },
      };
    },
    { baseUrl: backend.url, name: new URL(backend.url).port },
  );

const shownIn = (tab: Tab) => tab.evaluate(() => client.show());
const item = 'https://files.test/file-1.png';

/** Two tabs of a gallery, the first of which has begun a generation. */
async function twoTabs() {
  const backend = await heldBackend();
  const [one, two] = [await openTab(), await openTab()];
  for (const tab of [one, two]) await start(tab, backend);
  await one.bringToFront();
  await one.evaluate(() => client.generate());
  for (const tab of [one, two]) await expect.poll(async () => (await shownIn(tab)).running).toBe(1);
  await expect.poll(backend.openStreams).toBe(1);
  return { backend, one, two };
}

describe('a generation of a client, in a browser', () => {
  it('is followed by one of two tabs, shown in both, and told once', async () => {
    const { backend, one, two } = await twoTabs();
    backend.release();
    for (const tab of [one, two]) await expect.poll(() => shownIn(tab)).toMatchObject({ running: 0, items: [item] });
    expect([...(await shownIn(one)).told, ...(await shownIn(two)).told]).toEqual(['completed']);
    expect(backend.submits()).toBe(1);
  });

  it('is followed by the other tab when the one that follows it is closed', async () => {
    const { backend, one, two } = await twoTabs();
    await one.close();
    await expect.poll(backend.openStreams).toBe(1);
    await two.bringToFront();
    backend.release();
    await expect.poll(() => shownIn(two)).toEqual({ running: 0, items: [item], told: ['completed'] });
    expect(backend.submits()).toBe(1);
  });

  it('goes on after a reload, and its result is told once, however often the page is loaded', async () => {
    const backend = await heldBackend();
    const tab = await openTab();
    await start(tab, backend);
    await tab.evaluate(() => client.generate());
    await expect.poll(backend.openStreams).toBe(1);
    await tab.reload();
    await start(tab, backend);
    await expect.poll(() => shownIn(tab)).toEqual({ running: 1, items: [], told: [] });
    await expect.poll(backend.openStreams).toBe(1);
    backend.release();
    await expect.poll(() => shownIn(tab)).toEqual({ running: 0, items: [item], told: ['completed'] });
    await tab.reload();
    await start(tab, backend);
    await expect.poll(() => shownIn(tab)).toEqual({ running: 0, items: [item], told: [] });
    expect(backend.submits()).toBe(1);
  });

  it('goes on when its page comes back by the back button', async () => {
    const backend = await heldBackend();
    const tab = await openTab();
    await start(tab, backend);
    await tab.evaluate(() => client.generate());
    await expect.poll(backend.openStreams).toBe(1);
    await tab.evaluate(() => {
      globalThis.isKept = true;
      addEventListener('pageshow', ({ persisted }) => {
        globalThis.cameBack = persisted;
      });
    });
    await tab.goto(`${tab.url}elsewhere`);
    await expect.poll(backend.openStreams).toBe(0);
    // A driver that expects a page to load sees nothing of one that comes back.
    await tab.evaluate(() => void setTimeout(() => history.back()));
    await expect.poll(() => tab.evaluate(() => location.pathname)).toBe('/');
    if (inject('engine') === 'Firefox') {
      // It decides before the page hears that it is left, while its stream is open: the page is loaded anew.
      expect(await tab.evaluate(() => globalThis.isKept)).toBe(undefined);
      await start(tab, backend);
    } else {
      await expect.poll(() => tab.evaluate(() => [globalThis.isKept, globalThis.cameBack])).toEqual([true, true]);
    }
    await expect.poll(backend.openStreams).toBe(1);
    backend.release();
    await expect.poll(() => shownIn(tab)).toEqual({ running: 0, items: [item], told: ['completed'] });
    expect(backend.submits()).toBe(1);
  });
});
