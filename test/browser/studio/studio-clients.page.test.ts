import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { studioPages } from '../../support/studio-page.js';

const openStudio = studioPages();
const statusesIn = (client: ReturnType<Page['locator']>) =>
  client.locator('article.status').evaluateAll(cards => cards.map(card => card.getAttribute('data-status')));
const promptsIn = (page: Page) =>
  page
    .getByRole('list', { name: 'Gallery' })
    .getByRole('img')
    .evaluateAll(images => images.map(image => image.getAttribute('alt')));

describe('two clients at once', () => {
  it('make pictures and a film side by side, and one gallery holds them all', async () => {
    const { page, backend, pictures, films, items, generate } = await openStudio({ renderMs: 1_500 });
    await pictures.getByRole('radio', { name: '3' }).check();
    await generate('Three dunes');
    await generate('A windy meadow', films);
    await expect
      .poll(async () => [...(await statusesIn(pictures)), ...(await statusesIn(films))])
      .toEqual(['streaming', 'streaming']);

    await expect.poll(() => items.count()).toBe(4);
    expect(await promptsIn(page)).toEqual(['A windy meadow', 'Three dunes', 'Three dunes', 'Three dunes']);
    expect(await items.first().getByText('2 s', { exact: true }).count()).toBe(1);
    expect(backend.charges()).toBe(2);
    await page.getByRole('radio', { name: 'Films' }).check();
    expect(await promptsIn(page)).toEqual(['A windy meadow']);
  });

  it('let what is too much wait in line, and go on with it when there is room', async () => {
    const { pictures, backend, generate } = await openStudio({ renderMs: 60_000 });
    for (const prompt of ['First', 'Second', 'Third', 'Fourth']) await generate(prompt);
    await expect.poll(() => statusesIn(pictures)).toEqual(['queued', 'queued', 'streaming', 'streaming']);
    const card = (prompt: string) => pictures.getByRole('article', { name: prompt });
    expect(await card('Third').getByText('Next in line').count()).toBe(1);
    expect(await card('Fourth').getByText('1 before it in line').count()).toBe(1);
    expect(backend.charges()).toBe(2);

    await card('Third').getByRole('button', { name: 'Cancel' }).click();
    await card('Third').getByText('It ended before it began. You have not been charged.').waitFor();
    await card('First').getByRole('button', { name: 'Cancel' }).click();
    await expect.poll(() => statusesIn(pictures)).toEqual(['streaming', 'cancelled', 'streaming', 'cancelled']);
    expect(backend.charges()).toBe(3);

    await pictures.getByRole('button', { name: 'Dismiss all that ended' }).click();
    expect(await statusesIn(pictures)).toEqual(['streaming', 'streaming']);
  });

  it('generate a failed one again for money, follow a lost one again for nothing', async () => {
    const { page, pictures, films, backend, items, generate, jobRequests } = await openStudio({
      failTheJob: { atProgress: 0.1 },
    });
    const wrong = page.getByLabel('What goes wrong');
    await generate('Poppies');
    await pictures.getByText('Another try, or other words, may do.').waitFor();
    await wrong.selectOption('Nothing');
    await pictures.getByRole('button', { name: 'Generate again (charged)' }).click();
    await items.waitFor();
    expect(backend.charges()).toBe(2);

    const faults = { silentStream: true, failingReads: { times: 1, status: 401 } };
    await page.evaluate(
      text => history.replaceState(null, '', `?faults=${encodeURIComponent(text)}`),
      JSON.stringify(faults),
    );
    await generate('Waves', films);
    await films.getByText('Sign in, and come back to it.').waitFor();
    await films.getByText('the backend answered 401').waitFor();
    await films.getByRole('button', { name: 'Follow again (free)' }).click();
    const hurry = async () => {
      await page.clock.runFor(1_000);
      return items.count();
    };
    await expect.poll(hurry).toBe(2);
    expect(backend.charges()).toBe(3);
    expect(jobRequests().filter(kind => kind === 'submit')).toHaveLength(3);
  });
});

describe('a gallery', () => {
  it('goes on in the middle after a reload, by one POST to one item, in every tab', async () => {
    const { page, backend, items, films, generate, openTab, jobRequests } = await openStudio({ renderMs: 2_000 });
    await generate('Dunes');
    await generate('Waves', films);
    await films.getByText(/^Painted/).waitFor();
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
    await page.getByText('What you make appears here.').waitFor();
  });

  it('gives a file that is named after its prompt, and says where there is none any more', async () => {
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
    await items.getByText('The backend does not keep it any more.').waitFor();
  });

  it('says so when the browser has no room for it', async () => {
    const { page, items, generate } = await openStudio();
    await page.evaluate(() => {
      Storage.prototype.setItem = () => {
        throw new DOMException('Full.', 'QuotaExceededError');
      };
    });
    await generate('Dunes');
    await page.getByRole('alert').getByText('This browser has no room left.').waitFor();
    await items.waitFor();
  });
});
