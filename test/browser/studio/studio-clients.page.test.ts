import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { studioPages } from '../../support/studio-page.js';

const openStudio = studioPages();
const statusesIn = (client: ReturnType<Page['locator']>) =>
  client
    .and(client.page().locator(':not([data-item])'))
    .evaluateAll(tiles => tiles.map(tile => tile.getAttribute('data-status')));
const promptsIn = (page: Page) =>
  page
    .getByRole('list', { name: 'Gallery' })
    .getByRole('img')
    .evaluateAll(images => images.map(image => image.getAttribute('alt')));

describe('the image client and the video client', () => {
  it('generate images and a video at the same time, and share one gallery', async () => {
    const { page, backend, images, videos, items, generate } = await openStudio({ renderMs: 1_500 });
    await page.getByLabel('How many').selectOption('3 images');
    await generate('Three dunes');
    await generate('A windy meadow', 'Video');
    await expect
      .poll(async () => [...(await statusesIn(images)), ...(await statusesIn(videos))])
      .toEqual(['streaming', 'streaming']);

    await expect.poll(() => items.count()).toBe(4);
    expect(await promptsIn(page)).toEqual(['A windy meadow', 'Three dunes', 'Three dunes', 'Three dunes']);
    expect(await items.first().getByText('2 s', { exact: true }).count()).toBe(1);
    expect(backend.charges()).toBe(2);
    await page.getByRole('radio', { name: 'Videos' }).check();
    expect(await promptsIn(page)).toEqual(['A windy meadow']);
  });

  it('queue what exceeds the concurrency, and start it when a generation ends', async () => {
    const { page, images, backend, generate } = await openStudio({ renderMs: 60_000 });
    for (const prompt of ['First', 'Second', 'Third', 'Fourth']) await generate(prompt);
    await expect.poll(() => statusesIn(images)).toEqual(['queued', 'queued', 'streaming', 'streaming']);
    const card = (prompt: string) => images.getByRole('article', { name: prompt });
    expect(await card('Third').getByText('Next in the queue').count()).toBe(1);
    expect(await card('Fourth').getByText('1 ahead in the queue').count()).toBe(1);
    expect(backend.charges()).toBe(2);

    await card('Third').getByRole('button', { name: 'Cancel' }).click();
    await card('Third').getByText('Cancelled before it was submitted. You have not been charged.').waitFor();
    await card('First').getByRole('button', { name: 'Cancel' }).click();
    await expect.poll(() => statusesIn(images)).toEqual(['streaming', 'cancelled', 'streaming', 'cancelled']);
    expect(backend.charges()).toBe(3);

    await page.getByRole('button', { name: 'Dismiss 2 without a result' }).click();
    expect(await statusesIn(images)).toEqual(['streaming', 'streaming']);
  });

  it('retry a failed generation at a charge, and resume a lost one without', async () => {
    const { page, images, videos, backend, items, generate, openTool, jobRequests } = await openStudio({
      failTheJob: { atProgress: 0.1 },
    });
    await generate('Poppies');
    await images.getByText('Generate it again, or edit the prompt.').waitFor();
    await openTool('Faults');
    await page.getByLabel('Simulated fault').selectOption('None');
    await page.keyboard.press('Escape');
    await images.getByRole('button', { name: 'Generate again (charged)' }).click();
    await items.waitFor();
    expect(backend.charges()).toBe(2);

    const faults = { silentStream: true, failingReads: { times: 1, status: 401 } };
    await page.evaluate(
      text => history.replaceState(null, '', `?faults=${encodeURIComponent(text)}`),
      JSON.stringify(faults),
    );
    await generate('Waves', 'Video');
    await videos.getByText('Sign in, then resume.').waitFor();
    await videos.getByText('the backend answered 401').waitFor();
    await videos.getByRole('button', { name: 'Resume (free)' }).click();
    const runClock = async () => {
      await page.clock.runFor(1_000);
      return items.count();
    };
    await expect.poll(runClock).toBe(2);
    expect(backend.charges()).toBe(3);
    expect(jobRequests().filter(kind => kind === 'submit')).toHaveLength(3);
  });
});

describe('a gallery', () => {
  it('completes after a reload, with one POST and one item in every tab', async () => {
    const { page, backend, items, videos, generate, openTab, jobRequests } = await openStudio({ renderMs: 2_000 });
    await generate('Dunes');
    await generate('Waves', 'Video');
    await videos.getByText(/^Painted/).waitFor();
    const tab = await openTab();
    await page.bringToFront();
    await page.reload();
    for (const each of [page, tab]) {
      await expect.poll(async () => (await promptsIn(each)).sort()).toEqual(['Dunes', 'Waves']);
    }
    expect(jobRequests().filter(kind => kind === 'submit')).toHaveLength(2);
    expect(backend.charges()).toBe(2);

    await items.getByRole('button', { name: 'Delete: Dunes' }).click();
    for (const each of [page, tab]) await expect.poll(() => promptsIn(each)).toEqual(['Waves']);
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('button', { name: 'Delete all 1' }).click();
    for (const each of [page, tab]) await expect.poll(() => promptsIn(each)).toEqual([]);
    await page.reload();
    await page.getByText('Your results appear here.').waitFor();
  });

  it('downloads a file that is named after its prompt, and shows when the backend has deleted it', async () => {
    const { page, items, generate } = await openStudio();
    await generate('Folds of silk, in warm light');
    await items.waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      items.getByRole('link', { name: 'Download' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('folds-of-silk-in-warm-light.png');
    expect((await readFile(await download.path())).subarray(1, 4).toString()).toBe('PNG');

    await page.route('**/media/**', route => route.fulfill({ status: 404 }));
    await page.reload();
    await items.getByText('The backend has deleted this file.').waitFor();
  });

  it('warns when the browser has no storage left', async () => {
    const { page, items, generate } = await openStudio();
    await page.evaluate(() => {
      Storage.prototype.setItem = () => {
        throw new DOMException('Full.', 'QuotaExceededError');
      };
    });
    await generate('Dunes');
    await page.getByRole('alert').getByText('This browser has no storage left.').waitFor();
    await items.waitFor();
  });
});
