import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { launchBrowser } from '../support/shared-browser.js';
import { type RequestRecord, startBackend } from '../support/studio-server.js';

const staticDir = fileURLToPath(new URL('../../examples/studio/dist/app', import.meta.url));
const isOfJob = ({ kind }: RequestRecord) => kind === 'read' || kind === 'events';

let browser: Browser;
beforeAll(async () => {
  // Playwright turns the cache off that this is about.
  browser = await launchBrowser({ ignoreDefaultArgs: ['--disable-back-forward-cache'] });
});
afterAll(() => browser.close());

it('has no open request in the back/forward cache, and reads the job when it is restored', async () => {
  const backend = await startBackend({ staticDir });
  const context = await browser.newContext();
  const page = await context.newPage();
  onTestFinished(async () => {
    await context.close();
    await backend.close();
  });
  await page.route('**/api/generate/*', (route, request) =>
    route.continue({ postData: { ...request.postDataJSON(), resolution: { width: 64, height: 64 } } }),
  );
  const faults = { renderMs: 86_400_000, hangingReads: { times: 1, ms: 86_400_000 }, noPreviews: true };
  await page.goto(`${backend.url}/?faults=${encodeURIComponent(JSON.stringify(faults))}`);
  // Told to the backend, since a driver that expects a page to load anew sees nothing of one that comes back.
  await page.evaluate(() => {
    addEventListener('pageshow', ({ persisted }) => void fetch(`/persisted/${persisted}`));
  });
  await page.getByRole('textbox', { name: 'Prompt' }).fill('dunes');
  await page.getByRole('button', { name: 'Generate', exact: true }).click();
  const kindsOfJob = () => backend.requests.filter(isOfJob).map(({ kind }) => kind);
  // The stream is open, and the first read hangs.
  await expect.poll(() => backend.requests.filter(isOfJob).length).toBe(2);

  await page.goto('about:blank');
  await expect
    .poll(() => backend.requests.filter(isOfJob).map(({ closedAt }) => closedAt !== undefined))
    .toEqual([true, true]);

  const paths = () => backend.requests.map(({ path }) => path);
  // `goBack()` waits for a load, and a page that comes back does not load.
  await page.evaluate(() => void setTimeout(() => history.back()));
  await expect.poll(paths).toContain('/persisted/true');
  await expect.poll(() => kindsOfJob().slice(2).sort()).toEqual(['events', 'read']);
  backend.release();
  // Its picture is loaded where it is shown.
  await expect.poll(() => backend.requests.some(({ kind }) => kind === 'media')).toBe(true);
});
