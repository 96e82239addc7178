import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
// For the types of what the tabs have.
import type {} from '../support/tabs.entry.js';
import { tabs } from '../support/tabs.js';

declare global {
  var facts: string[];
  var askedCount: number;
  var release: () => void;
}

const openTab = tabs();

/** Claims a name in a tab. What it is told stands in `facts`. */
const claim = (tab: Page, name: string, canRelease = true) =>
  tab.evaluate(
    options => {
      globalThis.facts = [];
      globalThis.release = lifecycle.browserLocks().request(options.name, {
        onChange: state => facts.push(state),
        canRelease: () => options.canRelease,
      });
    },
    { name, canRelease },
  );

/** Waits for what a tab is told, for as long as a user waits. */
const told = (tab: Page, facts: readonly string[]) => expect.poll(() => tab.evaluate(() => facts)).toEqual(facts);

const freeze = async (tab: Page) => {
  const session = await tab.context().newCDPSession(tab);
  await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  return () => session.send('Page.setWebLifecycleState', { state: 'active' });
};

/** Stops all that runs in a tab. One that is frozen by the protocol still answers the others. */
const stop = async (tab: Page) => {
  const session = await tab.context().newCDPSession(tab);
  await session.send('Debugger.enable');
  const isStopped = new Promise(resolve => session.once('Debugger.paused', resolve));
  await tab.evaluate(() => void setTimeout('debugger'));
  await isStopped;
  return () => session.send('Debugger.resume');
};

/** A tab that asks ten times as often, and counts how often. Playwright's clock is of all tabs, also of one that is stopped. */
const hurry = (tab: Page) =>
  tab.evaluate(() => {
    const { setInterval: begin } = globalThis;
    globalThis.askedCount = 0;
    const counting = (ask: () => void) => () => {
      globalThis.askedCount += 1;
      ask();
    };
    Object.assign(globalThis, { setInterval: (ask: () => void, ms: number) => begin(counting(ask), ms / 10) });
  });

const asked = (tab: Page, count: number) =>
  expect.poll(() => tab.evaluate(() => askedCount)).toBeGreaterThanOrEqual(count);

describe('a claim, of two tabs', () => {
  it('is held by the first, and by the other once that is closed', async () => {
    const [one, two] = [await openTab(), await openTab()];
    await one.bringToFront();
    await claim(one, 'closed');
    await told(one, ['held']);
    await claim(two, 'closed');
    await one.close();
    await told(two, ['held']);
  });

  it('is held by the other once the first has released it, which is told nothing more', async () => {
    const [one, two] = [await openTab(), await openTab()];
    await one.bringToFront();
    await claim(one, 'released');
    await told(one, ['held']);
    await claim(two, 'released');
    await one.evaluate(() => release());
    await told(two, ['held']);
    expect(await one.evaluate(() => facts)).toEqual(['held']);
  });

  it('moves to the visible one, and back when that is hidden in turn', async () => {
    const [one, two] = [await openTab(), await openTab()];
    await one.bringToFront();
    await claim(one, 'hidden');
    await told(one, ['held']);
    await two.bringToFront();
    await claim(two, 'hidden');
    await told(two, ['held']);
    await told(one, ['held', 'lost']);
    await one.bringToFront();
    await told(one, ['held', 'lost', 'held']);
    await told(two, ['held', 'lost']);
  });

  it('moves to the visible one of three, past a hidden one that has waited longer', async () => {
    const [one, two, three] = [await openTab(), await openTab(), await openTab()];
    await one.bringToFront();
    await claim(one, 'queue');
    await told(one, ['held']);
    await claim(two, 'queue');
    await three.bringToFront();
    await claim(three, 'queue');
    await told(three, ['held']);
    expect(await two.evaluate(() => facts)).toEqual([]);
  });

  it('moves when the first is frozen, which locks it again when it is back', async () => {
    const [one, two] = [await openTab(), await openTab()];
    await claim(one, 'frozen');
    await told(one, ['held']);
    await two.bringToFront();
    const thaw = await freeze(one);
    await claim(two, 'frozen');
    await told(two, ['held']);
    await thaw();
    await told(one, ['held', 'lost']);
    await two.evaluate(() => release());
    await told(one, ['held', 'lost', 'held']);
  });

  it('is taken from one that is stuck with it, which is told so when it runs again', async () => {
    const [one, two] = [await openTab(), await openTab()];
    await hurry(two);
    await claim(one, 'stuck', false);
    await told(one, ['held']);
    const goOn = await stop(one);
    await claim(two, 'stuck');
    await told(two, ['held']);
    await goOn();
    await told(one, ['held', 'lost']);
  });

  it('stays with one that answers, though that may not let it go', async () => {
    const [one, two] = [await openTab(), await openTab()];
    await hurry(two);
    await claim(one, 'answering', false);
    await told(one, ['held']);
    await claim(two, 'answering');
    await asked(two, 10);
    expect(await two.evaluate(() => facts)).toEqual([]);
    expect(await one.evaluate(() => facts)).toEqual(['held']);
  });

  it('stays where it may not move: with the hidden one, and not taken by one that may not take it', async () => {
    const [one, two] = [await openTab(), await openTab()];
    await hurry(two);
    await claim(one, 'submitting', false);
    await told(one, ['held']);
    const goOn = await stop(one);
    await claim(two, 'submitting', false);
    await asked(two, 10);
    expect(await two.evaluate(() => facts)).toEqual([]);
    await goOn();
    expect(await one.evaluate(() => facts)).toEqual(['held']);
  });
});
