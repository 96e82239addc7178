import { describe, expect, it } from 'vitest';
import { studioPages } from '../../support/studio-page.js';

const openStudio = studioPages();

describe('how much longer a picture takes', () => {
  it('is said as the backend expects it', async () => {
    const { images, generate } = await openStudio({ renderMs: 60_000, queue: { ahead: 1, eachMs: 12_000 } });
    await generate('A lighthouse');
    const card = images.getByRole('article', { name: 'A lighthouse' });
    await card.getByText(/^about \d+ s left$/).waitFor();
    expect(await card.getByText(/^Position \d in the backend’s queue$/).count()).toBe(1);
  });

  it('is said as earlier pictures took, and that it takes longer than usual when it does', async () => {
    const { page, images, generate, pass } = await openStudio({ renderMs: 600_000, silentStream: true });
    await page.evaluate(() => {
      const jobs = Array.from({ length: 20 }, (_, index) => [11_000 + index * 100, 11_000 + index * 100]);
      localStorage.setItem(
        'studio-images:durations',
        JSON.stringify({ [`${location.origin} -`]: { version: 1, jobs } }),
      );
    });
    await page.reload();
    await generate('Dunes');
    const card = images.getByRole('article', { name: 'Dunes' });
    await card.getByText(/^about \d+ s left$/).waitFor();
    const runClock = async () => {
      await pass(1_000);
      return card.getByText(/^longer than usual/).count();
    };
    await expect.poll(runClock).toBe(1);
    await card.getByRole('button', { name: 'Check now' }).waitFor();
  });
});
