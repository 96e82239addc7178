import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { staticSite, subPath } from '../support/static-site.js';
import type { Tab, TabBrowser } from '../support/tab.types.js';
import { launchTabs } from '../support/tab-browsers.js';

const site = staticSite();
let browser: TabBrowser;
beforeAll(async () => {
  browser = await launchTabs(inject('engine'));
});
afterAll(() => browser?.close());

type Faults = Readonly<Record<string, unknown>>;

/** The playground in a new tab, below the path of a host of many sites. */
async function openPlayground(faults: Faults = {}, backend = 'in-house') {
  const tab = await browser.newTab();
  const query = new URLSearchParams({ faults: JSON.stringify(faults), backend });
  await tab.goto(`${site.url}${subPath}/playground/?${query}`);
  await expect.poll(() => tab.evaluate(() => document.querySelector('.composer textarea') !== null)).toBe(true);
  return tab;
}

const generate = (tab: Tab, prompt: string) =>
  tab.evaluate(text => {
    const area = document.querySelector<HTMLTextAreaElement>('.composer textarea');
    if (!area) throw new Error('There is no prompt.');
    area.focus();
    // As typing does it: React knows a value that was set otherwise.
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set?.call(area, text);
    area.dispatchEvent(new Event('input', { bubbles: true }));
    document.querySelector<HTMLElement>('.composer button[type="submit"]')?.click();
  }, prompt);

/** The results with this prompt, each with the width in which its picture has arrived. */
const shown = (tab: Tab, prompt: string) =>
  tab.evaluate(alt => {
    const images = document.querySelectorAll<HTMLImageElement>('.tile[data-item] img:not(.preview)');
    return [...images].filter(image => image.alt === alt).map(image => image.naturalWidth);
  }, prompt);

const text = (tab: Tab) => tab.evaluate(() => document.body.textContent ?? '');

/** A prompt of its own for each test: the gallery outlives the tab. */
let prompts = 0;
const newPrompt = () => `Dunes at dawn, number ${++prompts}`;

describe('the playground on a host of static files', () => {
  it('makes a picture, shows it exactly once though its end is told many times, and asks no server', async () => {
    const tab = await openPlayground({ duplicateEvents: 2, repeatFileAfterCompletion: { times: 20, everyMs: 50 } });
    expect(await text(tab)).toContain('There is no server.');
    const [first, second] = [newPrompt(), newPrompt()];
    await generate(tab, first);
    await expect.poll(() => shown(tab, first)).toEqual([1024]);
    await generate(tab, second);
    await expect.poll(() => shown(tab, second)).toEqual([1024]);
    expect(await shown(tab, first)).toEqual([1024]);
    const others = site.requests.filter(({ method, path, status }) => {
      return method !== 'GET' || (status !== 200 && path !== '/favicon.ico') || path.includes('/api/');
    });
    expect(others).toEqual([]);
    await tab.close();
  });

  it('shows what is painted so far', async () => {
    const tab = await openPlayground({ renderMs: 3_600_000 });
    await generate(tab, newPrompt());
    const previews = () =>
      tab.evaluate(() =>
        [...document.querySelectorAll<HTMLImageElement>('img.preview')].map(image => image.naturalWidth),
      );
    await expect.poll(previews).toContain(512);
    await tab.evaluate(() => {
      const buttons = [...document.querySelectorAll<HTMLElement>('.tile button')];
      buttons.find(button => button.textContent === 'Cancel')?.click();
    });
    await expect.poll(() => text(tab)).toContain('The backend stopped the job.');
    await tab.close();
  });

  it('goes on after a reload in the middle, shows the picture once, and shows it again after another one', async () => {
    const tab = await openPlayground({ renderMs: 6_000 });
    const prompt = newPrompt();
    await generate(tab, prompt);
    await expect.poll(() => text(tab)).toMatch(/Painted \d+ of/);
    await tab.reload();
    await expect.poll(() => shown(tab, prompt)).toEqual([1024]);
    await tab.reload();
    await expect.poll(() => shown(tab, prompt)).toEqual([1024]);
    await tab.close();
  });

  it('shows one picture in two tabs, of which one goes on when the other is closed', async () => {
    const tab = await openPlayground({ renderMs: 6_000 });
    const other = await openPlayground();
    const prompt = newPrompt();
    await generate(tab, prompt);
    await expect.poll(() => text(tab)).toMatch(/Painted \d+ of/);
    await tab.close();
    await expect.poll(() => shown(other, prompt)).toEqual([1024]);
    await other.close();
  });

  it('says that a job has failed', async () => {
    const tab = await openPlayground({ failTheJob: { message: 'The model ran out of memory', atProgress: 0.1 } });
    await generate(tab, newPrompt());
    await expect.poll(() => text(tab)).toContain('failed at the backend');
    await tab.close();
  });

  it.each(['fal', 'replicate', 'black-forest-labs'])(
    'brings a prompt to the double of %s, through reloads',
    async name => {
      const tab = await openPlayground({}, name);
      await expect.poll(() => text(tab)).toMatch(/A double of .+ in this page renders\. Nothing is paid\./);
      const prompt = newPrompt();
      await generate(tab, prompt);
      await expect.poll(() => text(tab)).toMatch(/Waiting at the backend|Painting|Accepted/);
      await tab.reload();
      await expect.poll(async () => (await shown(tab, prompt)).length).toBe(1);
      await expect.poll(() => shown(tab, prompt)).not.toEqual([0]);
      await tab.reload();
      await expect.poll(async () => (await shown(tab, prompt)).length).toBe(1);
      await expect.poll(() => shown(tab, prompt)).not.toEqual([0]);
      expect(site.requests.filter(({ path }) => path.includes('/api/') || path.includes('/vendor/'))).toEqual([]);
      await tab.close();
    },
  );

  it('compares three clients when an answer is lost', async () => {
    const tab = await openPlayground();
    await tab.evaluate(() => document.querySelector<HTMLElement>('.tools-toggle')?.click());
    await tab.evaluate(() => {
      const tabs = [...document.querySelectorAll<HTMLElement>('[role="tab"]')];
      tabs.find(each => each.textContent === 'Compare')?.click();
    });
    await expect.poll(() => tab.evaluate(() => document.querySelector('.drawer select') !== null)).toBe(true);
    await tab.evaluate(() => {
      const select = document.querySelector<HTMLSelectElement>('.drawer select');
      if (!select) throw new Error('There is no scenario.');
      const option = [...select.options].find(({ text }) => text === 'The answer to the submit is lost');
      Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, 'value')?.set?.call(select, option?.value);
      select.dispatchEvent(new Event('change', { bubbles: true }));
    });
    await tab.evaluate(() => {
      const buttons = [...document.querySelectorAll<HTMLElement>('.drawer button')];
      buttons.find(each => each.textContent === 'Run all three')?.click();
    });
    const paid = () =>
      tab.evaluate(() =>
        [...document.querySelectorAll('.drawer .counter')]
          .filter(each => each.textContent?.includes('Paid'))
          .map(each => each.querySelector('dd')?.textContent),
      );
    await expect.poll(paid).toEqual(['1', '2', '1']);
    await tab.close();
  });
});
