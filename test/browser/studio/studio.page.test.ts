import { describe, expect, it } from 'vitest';
import { type StudioPage, studioPages } from '../../support/studio-page.js';
import type { Faults } from '../../support/studio-server.js';

const openStudio = studioPages();
type Way = { readonly name: string; readonly faults: Faults };

const throughStream: readonly Way[] = [
  { name: 'all goes well', faults: {} },
  {
    name: 'every event comes three times, and the last one again and again',
    faults: { duplicateEvents: 2, repeatFileAfterCompletion: { times: 40, everyMs: 10 } },
  },
  { name: 'the stream and the reads name different urls', faults: { rotatedUrl: true } },
];

const throughReads: readonly Way[] = [
  { name: 'the stream is open and says nothing', faults: { silentStream: true } },
  { name: 'the stream is cut', faults: { cutStreamAfterEvents: 2, cutForm: 'reset' } },
];

/** Makes a picture, lets a minute pass after it, and gives the requests of the first part. `stepMs` hurries the page on. */
async function makeOne({ page, backend, items, generate, jobRequests, pass }: StudioPage, stepMs: number) {
  await generate('Dunes under a violet dawn');
  const hurry = async () => {
    await page.clock.runFor(stepMs);
    return items.count();
  };
  await expect.poll(hurry, { interval: 20 }).toBe(1);
  await expect.poll(backend.openStreams).toBe(0);
  const asked = jobRequests();
  await pass(60_000);
  expect(jobRequests()).toEqual(asked);
  expect(await items.count()).toBe(1);
  const picture = items.getByRole('img', { name: 'Dunes under a violet dawn' });
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(96);
  return asked;
}

describe('a prompt', () => {
  it.each(throughStream)(
    'becomes one item through the stream, and nothing is asked after it, when $name',
    async way => {
      const studio = await openStudio({ renderMs: 500, ...way.faults });
      expect(await makeOne(studio, 0)).toEqual(['submit', 'events', 'read']);
    },
  );

  it.each(throughReads)('becomes one item through the reads, and nothing is asked after it, when $name', async way => {
    const studio = await openStudio({ renderMs: 500, ...way.faults });
    const [first, ...others] = await makeOne(studio, 500);
    expect(first).toBe('submit');
    expect(others).not.toContain('submit');
    expect(others).toContain('events');
    expect(others).toContain('read');
  });

  it('is charged once when Generate is clicked twice', async () => {
    const { backend, items, pictures, generateButton, pass } = await openStudio();
    await pictures.getByRole('textbox', { name: 'Prompt' }).fill('A lighthouse');
    await generateButton.dblclick();
    await items.waitFor();
    await pass(1_000);
    expect(backend.charges()).toBe(1);
  });

  it('shows its state and how far it is, as a screen reader finds them', async () => {
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

describe('an end without a picture', () => {
  it('says of a cancelled job that it may still be running and charged, and asks no more', async () => {
    const { page, backend, generate, generateButton, jobRequests, pass } = await openStudio({ renderMs: 60_000 });
    await generate('A city');
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('may still be running and charged').waitFor();
    await expect.poll(backend.openStreams).toBe(0);
    const asked = jobRequests();
    await pass(60_000);
    expect(jobRequests()).toEqual(asked);
    expect(await generateButton.isEnabled()).toBe(true);
  });

  it('shows why a job failed, and lets the next one be made at once', async () => {
    const { page, backend, items, generate, generateButton } = await openStudio({ failTheJob: { atProgress: 0.1 } });
    await generate('Poppies');
    await page.getByRole('heading', { name: 'It could not be painted' }).waitFor();
    expect(await page.getByRole('status').textContent()).toBe('It could not be painted: Poppies');
    expect(await page.getByRole('button', { name: 'Generate again (charged)' }).count()).toBe(1);
    expect(await items.count()).toBe(0);

    await page.getByLabel('What goes wrong').selectOption('Nothing');
    await generateButton.click();
    await items.waitFor();
    expect(backend.charges()).toBe(2);
  });

  it('offers nothing to pay for when the credit is short', async () => {
    const { page, backend, generate } = await openStudio({ submitError: { body: 'insufficientBalance' } });
    await generate('Poppies');
    await page.getByText('You have not been charged.').waitFor();
    await page.getByText('Add credit, and generate it once more.').waitFor();
    expect(await page.getByRole('button', { name: /again/ }).count()).toBe(0);
    expect(backend.charges()).toBe(0);
  });
});

describe('a page that is left in the middle', () => {
  const leavings = [
    { name: 'goes to another address', leave: 'about:blank' },
    { name: 'takes its component down', leave: undefined },
  ];

  it.each(leavings)('closes its stream and asks no more when it $name', async ({ leave }) => {
    const { page, backend, generate, jobRequests, pass } = await openStudio({ renderMs: 60_000 });
    await generate('A lighthouse');
    await expect.poll(() => jobRequests()).toEqual(['submit', 'events', 'read']);
    expect(backend.openStreams()).toBe(1);

    if (leave) await page.goto(leave);
    else await page.evaluate(() => dispatchEvent(new Event('studio:unmount')));

    const stream = () => backend.requests.find(({ kind }) => kind === 'events');
    await expect.poll(() => stream()?.closedBy).toBe('client');
    const asked = jobRequests();
    // Where its clock can be moved on, and the studio does not run.
    if (leave) await page.goto(`${backend.url}/icon.svg`);
    await pass(60_000);
    expect(jobRequests()).toEqual(asked);
    expect(asked).toHaveLength(3);
  });
});
