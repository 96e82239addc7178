import { describe, expect, it } from 'vitest';
import { studioPages } from '../../support/studio-page.js';

const openStudio = studioPages();

describe('what is said of a generation', () => {
  it('is that the page is offline, and no time that nobody knows then', async () => {
    const { page, images, generate } = await openStudio({ renderMs: 60_000, queue: { ahead: 1, eachMs: 600_000 } });
    await generate('A lighthouse');
    await images.getByText('Live', { exact: true }).waitFor();
    await images.getByText(/^about \d+ min left$/).waitFor();
    await page.context().setOffline(true);
    await page.getByRole('alert').getByText('You are offline.').waitFor();
    await images.getByText('Offline', { exact: true }).waitFor();
    expect(await images.getByText('left').count()).toBe(0);
    expect(await images.getByText('Live', { exact: true }).count()).toBe(0);
    await page.context().setOffline(false);
    await images.getByText('Live', { exact: true }).waitFor({ timeout: 60_000 });
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('is that it waits at the backend, and then that it is painted', async () => {
    const { images, generate } = await openStudio({ queue: { ahead: 1, eachMs: 3_000 }, renderMs: 60_000 });
    await generate('A lighthouse');
    await images.getByRole('heading', { name: 'Waiting at the backend' }).waitFor();
    await images.getByRole('heading', { name: 'Painting' }).waitFor();
  });

  it('is there once: a tile among the results, which becomes its result', async () => {
    const { page, items, generate } = await openStudio({ renderMs: 1_500 });
    await generate('A lighthouse');
    await page.locator('.tile').waitFor();
    await items.waitFor();
    expect(await page.locator('.tile').count()).toBe(1);
    expect(await page.getByText('Your results appear here.').count()).toBe(0);
  });
});

describe('a result', () => {
  it('is asked for anew, free of charge, when its link has expired, and says so', async () => {
    const { page, items, backend, generate } = await openStudio();
    await generate('Dunes');
    await items.waitFor();
    let isExpired = true;
    await page.route('**/media/*.png*', route => (isExpired ? route.fulfill({ status: 403 }) : route.continue()));
    const renewal = page.waitForRequest('**/api/file/*');
    await page.reload();
    await renewal;
    isExpired = false;
    await items.getByText(/^Its link was renewed\./).waitFor();
    const image = items.getByRole('img', { name: 'Dunes' });
    await expect.poll(() => image.evaluate((it: HTMLImageElement) => it.naturalWidth)).toBe(96);
    expect(backend.charges()).toBe(1);
  });

  it('of a film has the size that its tile has promised', async () => {
    const { page, videos, items, generate } = await openStudio({ renderMs: 1_000 });
    // The page's own size.
    await page.context().unroute('**/api/generate/*');
    await page.getByRole('radio', { name: 'Video', exact: true }).check();
    await page.getByLabel('Frames per second').selectOption('8 fps');
    await generate('Waves', 'Video');
    const promised = await videos.first().evaluate(it => it.style.getPropertyValue('--ratio'));
    await items.waitFor({ timeout: 120_000 });
    const film = items.getByRole('img', { name: 'Waves' });
    await expect.poll(() => film.evaluate((it: HTMLImageElement) => it.naturalWidth), { timeout: 60_000 }).toBe(512);
    expect(await film.evaluate((it: HTMLImageElement) => it.naturalHeight)).toBe(288);
    expect(Number(promised)).toBeCloseTo(512 / 288);
    await items.getByText('512 × 288').waitFor();
  });
});
