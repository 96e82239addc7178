import { describe, expect, inject, it } from 'vitest';
import { dropInPages, heldMs, running, staysSo, stored } from '../support/drop-in-pages.js';
import { loopback } from '../support/loopback.js';
import type { Faults } from '../support/studio-server.js';
import { submit } from '../support/wire.js';

const openSite = dropInPages();
const once = ['generation.started', 'generation.completed'];

describe('regressions of the drop-in in whole pages', () => {
  const recoveries: readonly { readonly name: string; readonly faults: Faults }[] = [
    { name: 'D6 D7 a reload with a stream and reads', faults: { duplicateEvents: 1, rotatedUrl: true } },
    { name: 'L4 a reload without a stream', faults: { streamStatus: { times: 100, status: 500 } } },
    { name: 'L5 a reload with a stream that never opens', faults: { openLateMs: 600_000 } },
  ];

  it.each(recoveries)('$name ends in one item and one toast, and nothing is paid twice', async ({ faults }) => {
    const site = await openSite();
    const tab = await running(site, faults);
    await tab.page.reload();
    expect(await tab.toasts()).toEqual([]);
    site.backend.release();
    const hurry = async () => {
      await tab.page.clock.runFor(500);
      return tab.prompts();
    };
    await expect.poll(hurry, { interval: 100 }).toEqual(['Dunes']);
    await staysSo(site, tab);
    expect([await tab.toasts(), site.backend.charges()]).toEqual([['generation.completed'], 1]);
    expect(await stored(tab, 'generation_states')).toEqual([]);
    expect(await stored(tab, 'super-chatbot-generated-images')).toMatchObject([
      { prompt: 'Dunes', settings: { model: 'flux-dev', resolution: '96x64', seed: 7 } },
    ]);
  });

  it('L5 a reload of a generation that fails ends in an error and one toast', async () => {
    const site = await openSite();
    const tab = await running(site, { failTheJob: { atProgress: 0.9 } });
    await tab.page.reload();
    site.backend.release();
    await expect.poll(() => tab.status.textContent()).toBe('error');
    expect(await tab.toasts()).toEqual(['generation.failed']);
    await tab.page.reload();
    await tab.pass(5_000);
    expect([await tab.status.textContent(), await tab.toasts()]).toEqual(['idle', []]);
  });

  it('D9 a double click is one charge', async () => {
    const site = await openSite();
    const tab = await site.open({ renderMs: heldMs });
    await tab.page.getByRole('button', { name: 'Generate' }).dblclick();
    await tab.page.getByLabel('Prompt').fill('Dunes');
    await tab.page.getByRole('button', { name: 'Generate' }).dblclick();
    await expect.poll(site.backend.charges).toBe(1);
    site.backend.release();
    await expect.poll(tab.prompts).toEqual(['Dunes']);
    expect([site.backend.charges(), await tab.prompts()]).toEqual([1, ['Dunes']]);
  });

  it('D13 K1 nothing runs while the page is away, and the result is there once when it is back', async () => {
    const site = await openSite();
    const tab = await running(site, {});
    await expect.poll(site.backend.openStreams).toBe(1);
    await tab.press('Away');
    await expect.poll(site.backend.openStreams).toBe(0);
    const reads = site.requests('read').length;
    site.backend.release();
    await tab.pass(10_000);
    expect([await tab.toasts(), site.requests('read').length]).toEqual([['generation.started'], reads]);

    await tab.press('Back');
    await expect.poll(tab.prompts).toEqual(['Dunes']);
    for (const button of ['Away', 'Back', 'Away', 'Back']) await tab.press(button);
    await expect.poll(tab.prompts).toEqual(['Dunes']);
    await staysSo(site, tab);
    expect(await tab.toasts()).toEqual(once);
  });

  it('L20 W1 a refused POST leaves the form enabled, and the next result belongs to the next POST', async () => {
    const site = await openSite();
    const tab = await site.open({ submitError: { body: 'insufficientBalance' } });
    await tab.generate('Too dear');
    await expect.poll(() => tab.status.textContent()).toBe('error');
    await tab.page.goto(site.backend.url);
    await tab.generate('Dunes');
    await expect.poll(tab.prompts).toEqual(['Dunes']);
    await tab.generate('Reeds');
    await expect.poll(tab.prompts).toEqual(['Reeds', 'Dunes']);
    expect(await tab.toasts()).toEqual([...once, ...once]);
  });
});

describe('the clock of the browser', () => {
  it('E1: has no say in which failure a later result hides, also after a reload', async () => {
    const site = await openSite();
    const tab = await running(site, { streamStatus: { times: 1_000, status: 500 } }, 'Reeds');
    await tab.pass(8 * 60_000);
    await expect.poll(() => tab.status.textContent()).toBe('error');
    // A page that is open counts on from the time at which it was opened.
    await tab.page.clock.setSystemTime(Date.now() - 3_600_000);
    await tab.page.goto(site.backend.url);
    await expect.poll(() => tab.status.textContent()).toBe('error');

    await tab.generate('Dunes');
    await expect.poll(tab.prompts).toEqual(['Dunes']);
    await tab.page.reload();
    await expect.poll(tab.prompts).toEqual(['Dunes']);
    await tab.pass(5_000);
    expect([await tab.status.textContent(), await tab.toasts()]).toEqual(['idle', []]);
    // It is not lost: its job can still be followed.
    await tab.press('Check');
    await expect.poll(() => tab.status.textContent()).toBe('processing');
    expect(site.backend.charges()).toBe(2);
  });
});

describe('saving a picture of another origin', () => {
  /** A page with a picture that an `<img>` has loaded, without CORS, from a server that answers with CORS on request only. */
  async function withPicture(allowsPages: boolean) {
    const server = await loopback(({ headers: { origin } }) => ({
      headers: {
        'content-type': 'image/svg+xml',
        'cache-control': 'max-age=3600',
        ...(allowsPages && origin && { 'access-control-allow-origin': origin }),
      },
      body: '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    }));
    const url = `${server.url}/dunes.svg`;
    const site = await openSite();
    const tab = await site.open();
    const settings = { model: '', style: '', resolution: '', shotSize: '' };
    const items = [{ id: 'dunes', url, prompt: 'Dunes', timestamp: 1, settings }];
    await tab.page.evaluate(
      text => localStorage.setItem('super-chatbot-generated-images', text),
      JSON.stringify(items),
    );
    await tab.page.reload();
    await tab.page.evaluate(async src => {
      const picture = document.body.appendChild(new Image());
      picture.src = src;
      await picture.decode();
    }, url);
    await expect.poll(tab.prompts).toEqual(['Dunes']);
    return { tab, url };
  }

  it('S25: saves it although the cache holds it without CORS', async () => {
    const { tab } = await withPicture(true);
    // Playwright hears of no download in Firefox.
    const download = inject('engine') === 'Chromium' ? tab.page.waitForEvent('download') : undefined;
    await tab.press('Save');
    if (download) expect((await download).suggestedFilename()).toBe('image-dunes.svg');
    await expect.poll(tab.toasts).toEqual(['item.downloaded']);
  });

  it('S25: opens it in a tab that cannot reach the page, if its server allows no page to read it', async () => {
    const { tab, url } = await withPicture(false);
    const opening = tab.page.context().waitForEvent('page');
    await tab.press('Save');
    const popup = await opening;
    await popup.waitForURL(url);
    expect(await popup.evaluate(() => window.opener)).toBeNull();
    await expect.poll(tab.toasts).toEqual(['item.opened']);
  });
});

describe('data that the replaced hooks stored in a browser', () => {
  it('is read: galleries stay, running generations continue, and invalid entries are set aside', async () => {
    const site = await openSite();
    const faults = { renderMs: 1_000 };
    const [image, video] = [
      await submit(site.backend, { faults }),
      await submit(site.backend, {
        kind: 'video',
        faults,
        body: { prompt: 'waves', resolution: '64x64', duration: 1, frameRate: 2 },
      }),
    ];
    const now = Date.now();
    const entry = { status: 'processing', startTime: now - 60_000, lastUpdate: now, projectId: 'image-generator-tool' };
    const entries = [
      { ...entry, id: 'image-gen', type: 'image', fileId: image, prompt: 'dunes at dusk' },
      { ...entry, id: 'video-gen', type: 'video', fileId: video, prompt: 'waves' },
      { ...entry, id: 'nameless', type: 'image', prompt: 'without a file' },
      {
        ...entry,
        id: 'ancient',
        type: 'image',
        fileId: 'file_of_last_year',
        prompt: 'old',
        startTime: now - 31 * 60_000,
      },
    ];
    const settings = { model: 'flux-dev', style: '', resolution: '', shotSize: '' };
    const item = { id: 'old-1', url: '/icon.svg', prompt: 'an old one', timestamp: 1, settings };

    const tab = await site.open();
    await tab.page.evaluate(
      ([states, items]) => {
        localStorage.setItem('generation_states', JSON.stringify(states));
        localStorage.setItem('super-chatbot-generated-images', JSON.stringify(items));
      },
      [entries, [item]],
    );
    await tab.page.reload();
    await expect.poll(tab.prompts).toEqual(['dunes at dusk', 'an old one']);
    expect(await stored(tab, 'generation_states')).toEqual([entries[1]]);
    const aside = await tab.page.evaluate(() => JSON.stringify({ ...localStorage }));
    expect(aside).toContain('without a file');
    expect(aside).toContain('file_of_last_year');

    const other = await site.open({}, '&video');
    await expect.poll(other.prompts).toEqual(['waves']);
    expect(await stored(other, 'generation_states')).toEqual([]);
    expect(site.backend.charges()).toBe(2);
  });
});
