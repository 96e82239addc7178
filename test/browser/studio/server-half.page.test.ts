import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { violationsIn } from '../../support/axe.js';
import { sharedBrowser } from '../../support/shared-browser.js';
import { openTool, submitPrompt } from '../../support/studio-page.js';
import { type Backend, startBackend } from '../../support/studio-server.js';

const staticDir = fileURLToPath(new URL('../../../examples/studio/dist/app', import.meta.url));
type HalfOptions = { readonly renderMs?: number; readonly keys?: { readonly fal: string } };

let browser: Browser;
beforeAll(async () => {
  browser = await sharedBrowser();
});

/** The built page, with its server half and the double of fal behind it, on a folder of the test. */
async function openStudio({ renderMs = 500, keys }: HalfOptions = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), 'studio-'));
  const start = (port = 0) => startBackend({ port, staticDir, serverHalf: { folder, renderMs, keys } });
  let backend = await start();
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  const errors: string[] = [];
  context.on('weberror', error => errors.push(String(error.error())));
  onTestFinished(async () => {
    await context.close();
    await backend.close();
    await rm(folder, { recursive: true, force: true });
    expect(errors).toEqual([]);
  });
  // The sizes of the page would take the renderer seconds.
  await context.route('**/api/generations/fal-image/jobs', (route, request) =>
    route.continue({ postData: { ...request.postDataJSON(), resolution: { width: 96, height: 64 } } }),
  );
  const page = await context.newPage();
  await page.goto(backend.url);
  const images = page.locator('.tile[data-kind="image"]');
  const items = page.locator('.tile[data-item]');
  return {
    page,
    images,
    items,
    charges: () => backend.serverHalf?.vendors[0]?.double?.chargedCount,
    submits: () => backend.requests.filter(({ method, path: at }) => method === 'POST' && at.endsWith('/jobs')).length,
    generate: (prompt: string, kind?: 'Image' | 'Video') => submitPrompt(page, prompt, kind),
    widthOf: (name: string) =>
      items.getByRole('img', { name }).evaluate((image: HTMLImageElement) => image.naturalWidth),
    /** Ends the server, and starts it again at the same address. */
    async restart(): Promise<Backend> {
      const port = Number(new URL(backend.url).port);
      await backend.close();
      backend = await start(port);
      return backend;
    },
  };
}

describe('the studio, through its server half', () => {
  it('brings a prompt to the double of fal, and its picture back, paid once', async () => {
    const { page, images, items, generate, widthOf, charges, submits } = await openStudio({ renderMs: 3_000 });
    await page.getByText('A double of fal on this machine renders.').waitFor();
    await generate('Dunes under a violet dawn');
    await images.getByText('Live', { exact: true }).waitFor();
    expect(await violationsIn(page, 'body')).toEqual([]);
    await items.waitFor();
    await expect.poll(() => widthOf('Dunes under a violet dawn')).toBe(96);
    expect([charges(), submits()]).toEqual([1, 1]);
  });

  it('makes three images of one wish, and a video', async () => {
    const { page, items, generate, charges } = await openStudio();
    await page.getByLabel('How many').selectOption('3 images');
    await generate('Three dunes');
    await generate('Waves', 'Video');
    await expect.poll(() => items.count(), { timeout: 120_000 }).toBe(4);
    expect(charges()).toBe(2);
    // Asked for, because the model does not say it.
    expect(await items.filter({ hasText: 'Waves' }).first().textContent()).toContain('512 × 288');
  });

  it('goes on after its server was stopped and started again, and pays nothing twice', async () => {
    const { images, items, generate, widthOf, charges, restart } = await openStudio({ renderMs: 8_000 });
    await generate('A lighthouse');
    await images.getByText('Live', { exact: true }).waitFor();
    const { serverHalf } = await restart();
    expect(serverHalf?.resumed).toBe(1);
    await items.waitFor();
    await expect.poll(() => widthOf('A lighthouse')).toBe(96);
    expect(charges()).toBe(1);
  });

  it('shows the step of the server beside the chart of the page', async () => {
    const { page, images, generate, items } = await openStudio({ renderMs: 6_000 });
    await generate('A lighthouse');
    await images.getByText('Live', { exact: true }).waitFor();
    await openTool(page, 'Chart');
    const step = page.getByRole('region', { name: 'The server’s step' });
    await step.getByText('The next step is due in').waitFor();
    expect(await page.locator('.chart-server').count()).toBeGreaterThan(0);
    expect(await violationsIn(page, '.chart')).toEqual([]);
    await items.waitFor();
    await step.getByText('The job is completed.').waitFor();
    expect(await page.locator('.chart-server').count()).toBe(0);
  });

  it('finds what runs after a reload, and cancels it', async () => {
    const { page, images, generate, charges } = await openStudio({ renderMs: 3_600_000 });
    await generate('A city');
    await images.getByText('Live', { exact: true }).waitFor();
    await page.reload();
    await images.getByText('Live', { exact: true }).waitFor();
    await images.getByRole('button', { name: 'Cancel' }).click();
    await images.getByRole('article', { name: 'Cancelled' }).waitFor();
    await images.getByText('The backend stopped the job.').waitFor();
    expect(charges()).toBe(1);
  });

  it('shows what the server refuses', async () => {
    const { images, generate, page, charges } = await openStudio();
    await page.route('**/api/generations/fal-image/jobs', (route, request) =>
      route.continue({ postData: { ...request.postDataJSON(), seed: 'none' } }),
    );
    await generate('Poppies');
    await images.getByText('The backend rejected the request').waitFor();
    await images.getByText('Change the wish: seed').waitFor();
    expect(charges()).toBe(0);
  });
});

describe('the choice of the backend', () => {
  it('opens the in-house backend with its faults, and comes back to what runs', async () => {
    const { page, images, generate, items, charges } = await openStudio({ renderMs: 12_000 });
    await generate('A lighthouse');
    await images.getByText('Live', { exact: true }).waitFor();
    await openTool(page, 'Faults');
    await page.getByRole('combobox', { name: 'Backend' }).waitFor();
    expect(await page.getByLabel('Simulated fault').count()).toBe(0);

    await page.getByRole('combobox', { name: 'Backend' }).selectOption('In-house, without a server half');
    await page.waitForURL('**/?backend=in-house');
    await page.getByText('A server on this machine renders. Nothing is paid.').waitFor();
    await openTool(page, 'Faults');
    await page.getByLabel('Simulated fault').waitFor();
    expect(await images.getByRole('article').count()).toBe(0);
    await page.reload();
    await openTool(page, 'Faults');
    await page.getByLabel('Simulated fault').waitFor();

    await page.getByRole('combobox', { name: 'Backend' }).selectOption('A double of fal, through the server half');
    await page.getByText('A double of fal on this machine renders.').waitFor();
    expect(new URL(page.url()).search).toBe('?backend=fal');
    await items.waitFor();
    expect(charges()).toBe(1);
  });

  it('opens another vendor, and comes back to what runs', async () => {
    const { page, images, generate, items } = await openStudio({ renderMs: 12_000 });
    await generate('A lighthouse');
    await images.getByText('Live', { exact: true }).waitFor();
    await page.goto(`${new URL(page.url()).origin}/?backend=black-forest-labs`);
    await page.getByText('A double of Black Forest Labs on this machine renders.').waitFor();
    expect(await page.getByLabel('How many').count()).toBe(0);
    expect(await page.getByRole('radio').count()).toBe(0);
    await page.route('**/api/generations/black-forest-labs-image/jobs', (route, request) =>
      route.continue({ postData: { ...request.postDataJSON(), resolution: { width: 96, height: 64 } } }),
    );
    await page.getByRole('textbox', { name: 'Prompt' }).fill('Dunes');
    await page.getByRole('button', { name: 'Generate', exact: true }).click();
    await items.getByText('It cost 3 credits.').waitFor();
    await openTool(page, 'Faults');
    await page.getByRole('combobox', { name: 'Backend' }).selectOption('A double of fal, through the server half');
    await page.waitForURL('**/?backend=fal');
    await items.waitFor();
  });

  it('restarts the server while a picture is made', async () => {
    const { page, images, generate, items, charges } = await openStudio({ renderMs: 8_000 });
    await generate('A lighthouse');
    await images.getByText('Live', { exact: true }).waitFor();
    await openTool(page, 'Faults');
    await page.getByRole('button', { name: 'Restart the server' }).click();
    await page.getByText('The server is away. What runs at the vendor goes on.').waitFor();
    await page.getByText('It is away for some seconds').waitFor();
    await items.waitFor();
    expect(charges()).toBe(1);
  });

  it('says that fal itself is paid', async () => {
    const { page } = await openStudio({ keys: { fal: 'id:a-key-of-the-test' } });
    await page.getByText('fal renders, and charges your account.').waitFor();
    await openTool(page, 'Faults');
    await page.getByText('The server has your key, and fal charges your account for each generation.').waitFor();
    expect(await page.content()).not.toContain('a-key-of-the-test');
  });
});

describe('what fal answers', () => {
  /** The page in front of fal, whose server answers a submit of this kind with this output. */
  async function openWith(kind: 'image' | 'video', output: object) {
    const studio = await openStudio({ keys: { fal: 'id:a-key-of-the-test' } });
    const answer = { job: { id: 'job-1' }, version: 2, update: { kind: 'succeeded', output } };
    await studio.page.route(`**/api/generations/fal-${kind}/jobs`, route =>
      route.fulfill({ status: 201, json: answer, headers: { 'generation-protocol': '1' } }),
    );
    return studio;
  }

  it('is shown as a film where it is one, and as missing once fal has deleted it', async () => {
    const url = 'https://v3.fal.media/files/waves.mp4';
    let isThere = true;
    const { page, items, generate } = await openWith('video', { video: { url }, seed: 7 });
    await page.route(url, async route => {
      // The film of this test never comes.
      if (isThere) await new Promise(() => {});
      else await route.fulfill({ status: 404 });
    });
    await generate('Waves', 'Video');
    const film = items.locator('video');
    expect(await film.getAttribute('src')).toBe(url);
    expect(await film.getAttribute('aria-label')).toBe('Waves');
    const isPaused = () => film.evaluate((element: HTMLVideoElement) => element.paused);
    await items.getByRole('button', { name: 'Play: Waves' }).click();
    await expect.poll(isPaused).toBe(false);
    await items.getByRole('button', { name: 'Pause: Waves' }).click();
    await expect.poll(isPaused).toBe(true);
    expect(await items.getByRole('link', { name: 'Download' }).getAttribute('download')).toBe('waves.mp4');

    isThere = false;
    await page.reload();
    await items.getByText('The backend has deleted this file.').waitFor();
  });

  it.each([
    ['a script', { images: [{ url: 'javascript:alert(1)' }] }],
    ['no image', { detail: 'nothing' }],
  ])('is no result where it is %s', async (_, output) => {
    const { generate, images, items } = await openWith('image', output);
    await generate('Waves');
    await images.getByRole('heading', { name: 'The backend sent an invalid response' }).waitFor();
    expect(await items.count()).toBe(0);
  });
});
