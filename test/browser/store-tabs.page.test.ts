import { describe, expect, it } from 'vitest';
import { generationOf } from '../adapters/stores/store-conformance.js';
import { itInChromium } from '../support/engine.js';
// For the types of what the tabs have.
import type {} from '../support/tabs.entry.js';
import { protocolOf, type Tab, tabs } from '../support/tabs.js';

declare global {
  var store: ReturnType<typeof lifecycle.memoryStore>;
  var tellings: number;
}

const openTab = tabs();
const perTab = 50;

/** Each kind of store that outlives a page, made in a tab as `store`. */
const kinds = [
  {
    name: 'localStore',
    open: (tab: Tab, key: string) =>
      tab.evaluate(place => {
        globalThis.store = lifecycle.localStore({ key: place, limit: 1_000 });
      }, key),
  },
  {
    name: 'indexedStore',
    open: (tab: Tab, key: string) =>
      tab.evaluate(place => {
        globalThis.store = lifecycle.indexedStore({ name: place });
      }, key),
  },
] as const;

const idsIn = (tab: Tab) => tab.evaluate(async () => (await store.readItems()).map(({ id }) => id));

const twoTabs = async (open: (typeof kinds)[number]['open'], key: string) => {
  const both = [await openTab(), await openTab()] as const;
  for (const tab of both) await open(tab, key);
  return both;
};

describe.each(kinds)('$name, of two real tabs', ({ open }) => {
  it('loses no item that both put there at once, and says added for each exactly once', async () => {
    const both = await twoTabs(open, 'at-once');
    const answers = await Promise.all(
      both.map((tab, n) =>
        tab.evaluate(
          ({ name, count }) =>
            Promise.all(
              Array.from({ length: count }, (_, i) => store.upsertItems([{ id: `both-${i}` }, { id: `${name}-${i}` }])),
            ),
          { name: `tab-${n}`, count: perTab },
        ),
      ),
    );
    expect(answers.flat(2).filter(answer => answer === 'added')).toHaveLength(3 * perTab);
    for (const tab of both) {
      await expect.poll(async () => new Set(await idsIn(tab)).size).toBe(3 * perTab);
    }
  });

  it('loses none when each waits for its own before it goes on', async () => {
    const both = await twoTabs(open, 'in-turn');
    const added = await Promise.all(
      both.map(tab =>
        tab.evaluate(async count => {
          let sum = 0;
          for (let i = 0; i < count; i += 1) {
            const [answer] = await store.upsertItems([{ id: `both-${i}` }]);
            if (answer === 'added') sum += 1;
          }
          return sum;
        }, perTab),
      ),
    );
    expect(added.reduce((a, b) => a + b)).toBe(perTab);
    for (const tab of both) {
      await expect.poll(() => idsIn(tab)).toHaveLength(perTab);
    }
  });

  it('loses no generation that both write at once, and neither of two changes to the same one', async () => {
    const both = await twoTabs(open, 'generations');
    const ids = Array.from({ length: 10 }, (_, n) => `shared-${n}`);
    const generations = JSON.stringify(ids.map(id => generationOf(id)));
    await both[0].evaluate(async text => {
      for (const generation of JSON.parse(text)) await store.updateGeneration(generation.token.id, () => generation);
    }, generations);
    await Promise.all(
      both.map((tab, n) =>
        tab.evaluate(
          async ({ text, name }) => {
            for (const generation of JSON.parse(text)) {
              const { id, ...token } = generation.token;
              const own = { ...generation, token: { ...token, id: `${id} of ${name}` } };
              await Promise.all([
                store.updateGeneration(own.token.id, () => own),
                store.updateGeneration(
                  id,
                  there => there && { ...there, updatedAt: 2, description: { ...there.description, [name]: true } },
                ),
              ]);
            }
          },
          { text: generations, name: `tab-${n}` },
        ),
      ),
    );
    for (const tab of both) {
      const seen = async () => {
        const there = await tab.evaluate(() => store.readGenerations());
        const shared = there.filter(({ token }) => ids.includes(token.id)).map(({ description }) => description);
        return { shared, count: there.length };
      };
      const expected = { shared: ids.map(() => ({ 'tab-0': true, 'tab-1': true })), count: 3 * ids.length };
      await expect.poll(seen).toEqual(expected);
    }
  });

  it('tells one of what the other does, and a removed item does not come back from either', async () => {
    const [one, two] = await twoTabs(open, 'removal');
    await one.evaluate(() => store.upsertItems([{ id: 'b' }, { id: 'a' }]));
    await expect.poll(() => idsIn(two)).toEqual(['b', 'a']);
    for (const tab of [one, two]) {
      await tab.evaluate(() => {
        globalThis.tellings = 0;
        store.watch(() => {
          tellings += 1;
        });
      });
    }
    await one.evaluate(() => store.removeItems(['a']));
    await expect.poll(() => two.evaluate(() => tellings)).toBeGreaterThan(0);
    await expect.poll(() => idsIn(two)).toEqual(['b']);
    expect(await one.evaluate(() => tellings)).toBe(0);
    expect(await two.evaluate(() => store.upsertItems([{ id: 'a' }]))).toEqual(['removed']);
    await expect.poll(() => idsIn(one)).toEqual(['b']);
  });
});

describe('localStore, of two real tabs', () => {
  it('says added never twice, also while each item drives out another', async () => {
    const both = [await openTab(), await openTab()];
    const added = await Promise.all(
      both.map(tab =>
        tab.evaluate(async count => {
          const full = lifecycle.localStore({ key: 'full', limit: 3 });
          const ids = [];
          for (let i = 0; i < count; i += 1) {
            const [answer] = await full.upsertItems([{ id: `both-${i}` }]);
            if (answer === 'added') ids.push(i);
          }
          return ids;
        }, perTab),
      ),
    );
    // An item that is evicted before its tab gets the mutex is in no gallery, and no tab reports it.
    const all = added.flat();
    expect(all.length).toBeGreaterThan(perTab / 2);
    expect(all.toSorted((a, b) => a - b)).toEqual([...new Set(all)].toSorted((a, b) => a - b));
  });

  it('has what a page wrote that was closed right after the call', async () => {
    const [one, two] = await twoTabs(kinds[0].open, 'closed');
    await one.evaluate(() => {
      void store.upsertItems([{ id: 'a' }]);
    });
    await one.close();
    await expect.poll(() => idsIn(two)).toEqual(['a']);
  });
});

itInChromium('indexedStore rejects with storage-full and leaves all as it was, when there is no room', async () => {
  const tab = await openTab();
  const elsewhere = tab.url.replace('127.0.0.1', 'localhost');
  // An origin of its own: Chromium remembers for a while how much room it has found.
  await tab.goto(elsewhere);
  const session = await protocolOf(tab);
  const { origin } = new URL(elsewhere);
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 200_000 });
  await kinds[1].open(tab, 'full');
  expect(await tab.evaluate(() => store.upsertItems([{ id: 'a' }]))).toEqual(['added']);
  const code = await tab.evaluate(() =>
    store.upsertItems([{ id: 'b' }, { id: 'x'.repeat(1_000_000) }]).catch(error => error.code ?? String(error)),
  );
  expect(code).toBe('storage-full');
  await session.send('Storage.overrideQuotaForOrigin', { origin });
  expect(await idsIn(tab)).toEqual(['a']);
  expect(await tab.evaluate(() => store.upsertItems([{ id: 'b' }]))).toEqual(['added']);
});
