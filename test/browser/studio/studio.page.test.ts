import { describe, expect, it } from 'vitest';
import { type StudioPage, studioPages } from '../../support/studio-page.js';
import type { Faults } from '../../support/studio-server.js';

const openStudio = studioPages();
type Case = { readonly name: string; readonly faults: Faults };

const throughStream: readonly Case[] = [
  { name: 'all goes well', faults: {} },
  {
    name: 'every event comes three times, and the last one is repeated',
    faults: { duplicateEvents: 2, repeatFileAfterCompletion: { times: 40, everyMs: 10 } },
  },
  { name: 'the stream and the reads name different urls', faults: { rotatedUrl: true } },
];

const throughReads: readonly Case[] = [
  { name: 'the stream is open and sends no events', faults: { silentStream: true } },
  { name: 'the stream is cut', faults: { cutStreamAfterEvents: 2, cutForm: 'reset' } },
];

/** Generates an image, then lets a minute pass. Returns the requests before that. `stepMs` is how far each poll moves the clock. */
async function generateOne({ page, backend, items, generate, jobRequests, pass }: StudioPage, stepMs: number) {
  await generate('Dunes under a violet dawn');
  const runClock = async () => {
    await page.clock.runFor(stepMs);
    return items.count();
  };
  await expect.poll(runClock, { interval: 20 }).toBe(1);
  await expect.poll(backend.openStreams).toBe(0);
  const requests = jobRequests();
  await pass(60_000);
  expect(jobRequests()).toEqual(requests);
  expect(await items.count()).toBe(1);
  const image = items.getByRole('img', { name: 'Dunes under a violet dawn' });
  await expect.poll(() => image.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(96);
  return requests;
}

describe('a prompt', () => {
  it.each(throughStream)('becomes one item by the stream, without later requests, when $name', async ({ faults }) => {
    const studio = await openStudio({ renderMs: 500, ...faults });
    expect(await generateOne(studio, 0)).toEqual(['submit', 'events', 'read']);
  });

  it.each(throughReads)('becomes one item by reads, without later requests, when $name', async ({ faults }) => {
    const studio = await openStudio({ renderMs: 500, ...faults });
    const [first, ...others] = await generateOne(studio, 500);
    expect(first).toBe('submit');
    expect(others).not.toContain('submit');
    expect(others).toContain('events');
    expect(others).toContain('read');
  });

  it('is charged once when Generate is clicked twice', async () => {
    const { page, backend, items, generateButton, pass } = await openStudio();
    await page.getByRole('textbox', { name: 'Prompt' }).fill('A lighthouse');
    await generateButton.dblclick();
    await items.waitFor();
    await pass(1_000);
    expect(backend.charges()).toBe(1);
  });

  it('shows its status and progress to screen readers', async () => {
    const { page, generate } = await openStudio({ renderMs: 3_000 });
    await generate('A nebula');
    await page.getByText(/Painted \d+ of/).waitFor();
    expect(await page.getByRole('status').textContent()).toBe('Painting: A nebula');
    const bar = page.getByRole('progressbar', { name: 'Progress' });
    const position = await bar.evaluate((progress: HTMLProgressElement) => progress.position);
    expect(position).toBeGreaterThan(0);
    expect(position).toBeLessThan(1);
  });
});

describe('a generation without a result', () => {
  it('says that a cancelled job may still be running and charged, and sends no more requests', async () => {
    const { page, backend, generate, generateButton, jobRequests, pass } = await openStudio({
      noCancel: true,
      renderMs: 60_000,
    });
    await generate('A city');
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('may still be running and charged').waitFor();
    await expect.poll(backend.openStreams).toBe(0);
    const requests = jobRequests();
    await pass(60_000);
    expect(jobRequests()).toEqual(requests);
    expect(await generateButton.isEnabled()).toBe(true);
  });

  it('shows why a job failed, and allows the next one at once', async () => {
    const { page, backend, items, generate, generateButton, openTool } = await openStudio({
      failTheJob: { atProgress: 0.1 },
    });
    await generate('Poppies');
    await page.getByRole('heading', { name: 'The generation failed' }).waitFor();
    expect(await page.getByRole('status').textContent()).toBe('The generation failed: Poppies');
    expect(await page.getByRole('button', { name: 'Generate again (charged)' }).count()).toBe(1);
    expect(await items.count()).toBe(0);

    await openTool('Faults');
    await page.getByLabel('Simulated fault').selectOption('None');
    await generateButton.click();
    await items.waitFor();
    expect(backend.charges()).toBe(2);
  });

  it('offers no retry when there is not enough credit', async () => {
    const { page, backend, generate } = await openStudio({ submitError: { body: 'insufficientBalance' } });
    await generate('Poppies');
    await page.getByText('You have not been charged.').waitFor();
    await page.getByText('Add credit. “Edit prompt” then brings it back to be generated.').waitFor();
    expect(await page.getByRole('button', { name: /again/ }).count()).toBe(0);
    expect(backend.charges()).toBe(0);
    // What the advice says is there to be done.
    const prompt = page.getByRole('textbox', { name: 'Prompt' });
    await prompt.fill('Something else');
    await page.getByRole('button', { name: 'Edit prompt' }).click();
    expect(await prompt.inputValue()).toBe('Poppies');
    expect(await prompt.evaluate(it => it === document.activeElement)).toBe(true);
  });
});

describe('a page that is left during a generation', () => {
  const leavings = [
    { name: 'navigates to another page', leave: 'about:blank' },
    { name: 'unmounts its component', leave: undefined },
  ];

  it.each(leavings)('closes its stream and sends no more requests when it $name', async ({ leave }) => {
    const { page, backend, generate, jobRequests, pass } = await openStudio({ renderMs: 60_000 });
    await generate('A lighthouse');
    await expect.poll(() => jobRequests()).toEqual(['submit', 'events', 'read']);
    expect(backend.openStreams()).toBe(1);

    if (leave) await page.goto(leave);
    else await page.evaluate(() => dispatchEvent(new Event('studio:unmount')));

    const stream = () => backend.requests.find(({ kind }) => kind === 'events');
    await expect.poll(() => stream()?.closedBy).toBe('client');
    const requests = jobRequests();
    // A page of the same origin that does not run the studio: its clock can run.
    if (leave) await page.goto(`${backend.url}/icon.svg`);
    await pass(60_000);
    expect(jobRequests()).toEqual(requests);
    expect(requests).toHaveLength(3);
  });
});
