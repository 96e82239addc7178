import { describe, expect, it } from 'vitest';
import { itInChromium } from '../support/engine.js';
// For the types of what the tabs have.
import type {} from '../support/tabs.entry.js';
import { protocolOf, type Tab, tabs } from '../support/tabs.js';

declare global {
  var states: string[];
  var ask: () => void;
  var answers: number;
  var release: () => void;
}

const openTab = tabs();

/** Requests a lock in a tab. The states that it reports stand in `states`. */
const request = (tab: Tab, name: string, canRelease = true) =>
  tab.evaluate(
    options => {
      globalThis.states = [];
      globalThis.release = lifecycle.browserLocks().request(options.name, {
        onChange: state => states.push(state),
        canRelease: () => options.canRelease,
      });
    },
    { name, canRelease },
  );

/** Waits until a tab has reported these states. */
const reported = (tab: Tab, expected: readonly string[]) =>
  expect.poll(() => tab.evaluate(() => states)).toEqual(expected);

const freeze = async (tab: Tab) => {
  const session = await protocolOf(tab);
  await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  return () => session.send('Page.setWebLifecycleState', { state: 'active' });
};

/** Stops all that runs in a tab. One that is frozen by the protocol still answers the others. */
const stop = async (tab: Tab) => {
  const session = await protocolOf(tab);
  await session.send('Debugger.enable');
  const isStopped = new Promise(resolve => session.once('Debugger.paused', resolve));
  await tab.evaluate(() => void setTimeout('debugger'));
  await isStopped;
  return () => session.send('Debugger.resume');
};

/**
 * A tab that asks when the test says so, and counts the answers: a busy machine must not look like a tab that is stuck.
 * Playwright's clock would be of all tabs, also of one that is stopped.
 */
const askByHand = (tab: Tab) =>
  tab.evaluate(() => {
    globalThis.answers = 0;
    new BroadcastChannel('generation-lifecycle:locks').onmessage = ({ data }) => {
      if (data.message === 'alive') globalThis.answers += 1;
    };
    Object.assign(globalThis, {
      setInterval: (ask: () => void) => {
        globalThis.ask = ask;
        return 0;
      },
    });
  });

/** Asks again, once the tab has begun to. */
async function askAgain(tab: Tab): Promise<void> {
  await expect.poll(() => tab.evaluate(() => globalThis.ask !== undefined)).toBe(true);
  await tab.evaluate(() => ask());
}

describe('a lock, of two tabs', () => {
  it('is held by the first, and by the other once that is closed', async () => {
    const [one, two] = [await openTab(), await openTab()];
    await one.bringToFront();
    await request(one, 'closed');
    await reported(one, ['held']);
    await request(two, 'closed');
    await one.close();
    await reported(two, ['held']);
  });

  it('is held by the other once the first has released it, which reports nothing more', async () => {
    const [one, two] = [await openTab(), await openTab()];
    await one.bringToFront();
    await request(one, 'released');
    await reported(one, ['held']);
    await request(two, 'released');
    await one.evaluate(() => release());
    await reported(two, ['held']);
    expect(await one.evaluate(() => states)).toEqual(['held']);
  });

  it('moves to the visible one, and back when that is hidden in turn', async () => {
    const [one, two] = [await openTab(), await openTab()];
    await one.bringToFront();
    await request(one, 'hidden');
    await reported(one, ['held']);
    await two.bringToFront();
    await request(two, 'hidden');
    await reported(two, ['held']);
    await reported(one, ['held', 'lost']);
    await one.bringToFront();
    await reported(one, ['held', 'lost', 'held']);
    await reported(two, ['held', 'lost']);
  });

  it('moves to the visible one of three, past a hidden one that has waited longer', async () => {
    const [one, two, three] = [await openTab(), await openTab(), await openTab()];
    await one.bringToFront();
    await request(one, 'queue');
    await reported(one, ['held']);
    await request(two, 'queue');
    // However long it takes: the hidden one still knows that a visible one has asked.
    await two.evaluate(() => void Object.assign(performance, { now: () => 0 }));
    await three.bringToFront();
    await request(three, 'queue');
    await reported(three, ['held']);
    expect(await two.evaluate(() => states)).toEqual([]);
  });

  itInChromium('moves when the first is frozen, which locks it again when it is back', async () => {
    const [one, two] = [await openTab(), await openTab()];
    await request(one, 'frozen');
    await reported(one, ['held']);
    await two.bringToFront();
    const thaw = await freeze(one);
    await request(two, 'frozen');
    await reported(two, ['held']);
    await thaw();
    await reported(one, ['held', 'lost']);
    await two.evaluate(() => release());
    await reported(one, ['held', 'lost', 'held']);
  });

  itInChromium('is taken from one that is stuck with it, which reports the loss when it runs again', async () => {
    const [one, two] = [await openTab(), await openTab()];
    await askByHand(two);
    await request(one, 'stuck', false);
    await reported(one, ['held']);
    const goOn = await stop(one);
    await request(two, 'stuck');
    for (let asked = 0; asked < 4; asked += 1) await askAgain(two);
    await reported(two, ['held']);
    await goOn();
    await reported(one, ['held', 'lost']);
  });

  it('stays with one that answers, though that may not let it go', async () => {
    const [one, two] = [await openTab(), await openTab()];
    await askByHand(two);
    await request(one, 'answering', false);
    await reported(one, ['held']);
    await request(two, 'answering');
    for (let answered = 1; answered < 10; answered += 1) {
      await expect.poll(() => two.evaluate(() => answers)).toBe(answered);
      await askAgain(two);
    }
    expect(await two.evaluate(() => states)).toEqual([]);
    expect(await one.evaluate(() => states)).toEqual(['held']);
  });

  itInChromium(
    'stays where it may not move: with the hidden one, and not taken by one that may not take it',
    async () => {
      const [one, two] = [await openTab(), await openTab()];
      await askByHand(two);
      await request(one, 'submitting', false);
      await reported(one, ['held']);
      const goOn = await stop(one);
      await request(two, 'submitting', false);
      for (let asked = 0; asked < 10; asked += 1) await askAgain(two);
      expect(await two.evaluate(() => states)).toEqual([]);
      await goOn();
      expect(await one.evaluate(() => states)).toEqual(['held']);
    },
  );
});
