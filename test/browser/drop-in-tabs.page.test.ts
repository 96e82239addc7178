import { describe, expect, it } from 'vitest';
import { dropInPages, heldMs, running, staysSo, stored, untilRunsEnd } from '../support/drop-in-pages.js';
import type { Faults } from '../support/studio-server.js';

const openSite = dropInPages();

describe('regressions of the drop-in in several tabs', () => {
  it('D15 two tabs that recover the same generation have one item, and show one toast together', async () => {
    const site = await openSite();
    const one = await running(site, {});
    const other = await site.open();
    await one.page.reload();
    site.backend.release();
    for (const tab of [one, other]) await expect.poll(tab.prompts).toEqual(['Dunes']);
    await staysSo(site, one, other);
    expect([...(await one.toasts()), ...(await other.toasts())]).toEqual(['generation.completed']);
    expect(await stored(one, 'super-chatbot-generated-images')).toHaveLength(1);
    expect(site.backend.charges()).toBe(1);

    await other.press('Remove');
    for (const tab of [other, one]) await expect.poll(tab.prompts).toEqual([]);
  });

  it('D15 a tab continues a generation when the tab that followed it is closed', async () => {
    const site = await openSite();
    const one = await running(site, {});
    const other = await site.open();
    await expect.poll(() => other.status.textContent()).toBe('processing');
    await one.page.close();
    site.backend.release();
    await expect.poll(other.prompts).toEqual(['Dunes']);
    expect([await other.toasts(), site.backend.charges()]).toEqual([['generation.completed'], 1]);
  });

  it.each<{ when: string; faults: Faults; button: string }>([
    { when: 'cleared while it runs', faults: {}, button: 'Clear' },
    { when: 'stopped while its POST is out', faults: { urlInSubmit: true }, button: 'Stop' },
  ])('W6 a generation that is $when does not come back, even after a reload', async ({ faults, button }) => {
    const site = await openSite();
    const tab = await site.open({ renderMs: heldMs, ...faults });
    await tab.generate('Dunes');
    await expect.poll(site.backend.charges).toBe(1);
    await tab.press(button);
    const gone = ['idle', [], ['generation.started', 'generation.stopped']];
    const seen = async () => [await tab.status.textContent(), await tab.prompts(), await tab.toasts()];
    expect(await seen()).toEqual(gone);
    site.backend.release();
    await expect.poll(() => site.requests('submit').every(({ closedAt }) => closedAt)).toBe(true);
    await untilRunsEnd(tab);
    await tab.pass(5_000);
    expect(await seen()).toEqual(gone);
    await tab.page.reload();
    await tab.pass(5_000);
    expect(await seen()).toEqual(['idle', [], []]);
    expect(site.backend.charges()).toBe(1);
  });

  it('W6 a generation that is cleared just before a reload does not come back', async () => {
    const site = await openSite();
    const tab = await site.open({ submitDelayMs: heldMs });
    await tab.generate('Dunes');
    await expect.poll(site.backend.charges).toBe(1);
    await tab.press('Clear');
    await tab.page.reload();
    await tab.pass(5_000);
    expect([await tab.status.textContent(), await tab.prompts(), await tab.toasts()]).toEqual(['idle', [], []]);
  });

  it('a reload during a POST reports a possible charge, and submits nothing', async () => {
    const site = await openSite();
    const tab = await site.open({ submitDelayMs: heldMs });
    await tab.generate('Dunes');
    await expect.poll(site.backend.charges).toBe(1);
    await tab.page.reload();
    await expect.poll(() => tab.status.textContent()).toBe('error');
    expect(await tab.toasts()).toEqual(['generation.failed']);
    expect(site.requests('submit')).toHaveLength(1);
  });
});
