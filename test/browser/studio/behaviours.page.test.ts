import { describe, expect, it } from 'vitest';
import { studioPages } from '../../support/studio-page.js';

const openStudio = studioPages();

describe('a behaviour of the backend', () => {
  it('is switched on in the fault panel, and named in words', async () => {
    const { page, backend, images, generate, openTool } = await openStudio();
    await openTool('Faults');
    const panel = page.getByRole('group', { name: 'The job' });
    await panel.getByRole('checkbox', { name: 'The content is flagged' }).check();
    await panel.getByLabel('For').selectOption('hate');
    await generate('A crowd');
    await images.getByRole('heading', { name: 'The content was refused' }).waitFor();
    expect(await images.getByText('You have not been charged.').count()).toBe(1);
    expect(await images.getByText(/The content was flagged for hate\. Change the prompt/).count()).toBe(1);
    expect(await images.getByRole('button', { name: 'Generate again (charged)' }).count()).toBe(0);
    expect(backend.charges()).toBe(0);
  });

  it('shows the position in the backend’s queue, and none once the job runs', async () => {
    const { images, generate } = await openStudio({ queue: { ahead: 2, eachMs: 2_000 }, renderMs: 60_000 });
    await generate('A harbour');
    await images.getByText(/^Position [12] in the backend’s queue$/).waitFor();
    await images.getByText(/Painted \d+ of/).waitFor();
    expect(await images.getByText('in the backend’s queue').count()).toBe(0);
  });

  it('stops a job a while after the cancel, and says that it is free', async () => {
    const { images, generate } = await openStudio({ renderMs: 60_000, slowCancel: { stopsAfterMs: 1_000 } });
    await generate('A lighthouse');
    await images.getByText('Live', { exact: true }).waitFor();
    await images.getByRole('button', { name: 'Cancel' }).click();
    await images.getByText('The backend stopped the job. You have not been charged.').waitFor();
  });

  it('stops a job at once with the cancel, and the renderer gives it up', async () => {
    const { page, images, backend, items, generate } = await openStudio({ renderMs: 60_000 });
    await generate('A lighthouse');
    await images.getByText('Live', { exact: true }).waitFor();
    await images.getByRole('button', { name: 'Cancel' }).click();
    await images.getByText('The backend stopped the job. You have not been charged.').waitFor();
    expect(await page.getByRole('status').textContent()).toBe('Cancelled: A lighthouse');
    const stopped = backend.requests.find(({ method }) => method === 'DELETE');
    expect(stopped?.status).toBe(200);
    expect(await items.count()).toBe(0);
  });

  it('is charged where the content is flagged at the end', async () => {
    const { images, generate } = await openStudio({ moderation: { at: 'end', category: 'violence' } });
    await generate('A battle');
    await images.getByRole('heading', { name: 'The content was refused' }).waitFor();
    expect(await images.getByText('It has been charged.').count()).toBe(1);
  });

  it('names what a result has cost, and how long its URL works', async () => {
    const { images, generate } = await openStudio({ urlsExpireAfterS: 60, cost: { amount: 0.04, unit: 'USD' } });
    await generate('A meadow');
    await images.getByText(/It cost 0\.04 USD\. Its link works until \d/).waitFor();
  });

  it('is told where the backend is too busy for a submit, which is sent again and charged once', async () => {
    const busySubmits = { times: 1, status: 503, retryAfterS: 3 } as const;
    const { images, items, backend, generate } = await openStudio({ busySubmits });
    await generate('A queue');
    await images.getByText(/^The backend is busy\. It is asked again at \d/).waitFor();
    expect(backend.charges()).toBe(0);
    await items.waitFor();
    expect(backend.charges()).toBe(1);
  });
});
