import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadStudio } from './build-studio.mjs';
import { launchChromium } from './chromium.mjs';

const folder = fileURLToPath(new URL('../examples/studio/screenshots', import.meta.url));

/** @typedef {import('playwright-core').Page} Page */

/** @typedef {'Images' | 'Videos'} Client */

/**
 * @param {Page} page
 * @param {string} prompt
 * @param {{ client?: Client, shape?: string, count?: number }} [choice]
 */
async function generate(page, prompt, { client = 'Images', shape = 'Wide', count } = {}) {
  const form = page.getByRole('region', { name: client }).getByRole('form');
  await form.getByRole('textbox', { name: 'Prompt' }).fill(prompt);
  await form.getByRole('radio', { name: shape }).check();
  if (count) await form.getByRole('radio', { name: String(count), exact: true }).check();
  await form.getByRole('button', { name: 'Generate' }).click();
}

/** @param {Page} page @param {number} count */
async function waitForItems(page, count) {
  await page
    .locator('[data-item]')
    .nth(count - 1)
    .waitFor({ timeout: 120_000 });
  await page.waitForFunction(() => Array.from(document.images).every(image => image.complete));
}

/** @param {Page} page @param {object} faults */
const setFaults = (page, faults) =>
  page.evaluate(text => {
    history.replaceState(null, '', `?faults=${encodeURIComponent(text)}`);
  }, JSON.stringify(faults));

/** @param {Page} page */
async function fillGallery(page) {
  await generate(page, 'Waves around a lighthouse at night', { client: 'Videos' });
  await generate(page, 'Poppies in a windy garden', { shape: 'Portrait' });
  await waitForItems(page, 2);
  await generate(page, 'A lighthouse in evening fog');
  await waitForItems(page, 3);
  await generate(page, 'Dunes under a violet dawn', { shape: 'Square' });
  await waitForItems(page, 4);
}

/** @param {Page} page @param {number} share */
const waitForProgress = (page, share) =>
  page.waitForFunction(
    least => Array.from(document.querySelectorAll('progress')).some(it => it.position > least),
    share,
    {
      timeout: 60_000,
    },
  );

/** @param {Page} page @param {string} title */
const open = (page, title) => page.getByText(title, { exact: true }).click();

/** @param {Page} page */
const scrollToDemonstrations = page =>
  page.getByRole('region', { name: 'Behind the scenes' }).evaluate(section => section.scrollIntoView());

/** @type {{ name: string, width: number, height: number, colorScheme: 'light' | 'dark', prepare: (page: Page) => Promise<void> }[]} */
const shots = [
  {
    name: 'light',
    width: 1280,
    height: 1000,
    colorScheme: 'light',
    async prepare(page) {
      await fillGallery(page);
      const lists = page.getByRole('button', { name: 'Dismiss all finished' });
      while (await lists.count()) await lists.first().click();
      await page.getByRole('button', { name: 'Dismiss' }).click();
      await setFaults(page, { renderMs: 9_000 });
      await generate(page, 'Rain over a neon city', { client: 'Videos', shape: 'Square' });
      await waitForProgress(page, 0.4);
    },
  },
  {
    name: 'dark',
    width: 1280,
    height: 900,
    colorScheme: 'dark',
    async prepare(page) {
      await setFaults(page, { failTheJob: { message: 'The model ran out of memory', atProgress: 0.1 } });
      await generate(page, 'A map of a city that never was', { client: 'Videos' });
      await page.getByRole('button', { name: 'Generate again (charged)' }).waitFor();
      await setFaults(page, { renderMs: 9_000 });
      await generate(page, 'Waves around a lighthouse at night', { client: 'Videos' });
      await generate(page, 'Poppies in a windy garden', { count: 3 });
      await generate(page, 'A quiet city street after rain', { count: 1 });
      await generate(page, 'Folds of silk in warm light');
      await waitForProgress(page, 0.5);
    },
  },
  {
    name: 'large',
    width: 1080,
    height: 720,
    colorScheme: 'dark',
    async prepare(page) {
      await generate(page, 'A lighthouse in evening fog');
      await waitForItems(page, 1);
      await page.getByRole('button', { name: 'A lighthouse in evening fog', exact: true }).click();
    },
  },
  {
    name: 'phone',
    width: 390,
    height: 844,
    colorScheme: 'light',
    async prepare(page) {
      await setFaults(page, { failTheJob: { message: 'The model ran out of memory', atProgress: 0.1 } });
      await generate(page, 'A quiet city street after rain', { shape: 'Square' });
      await page.getByRole('button', { name: 'Generate again (charged)' }).waitFor();
    },
  },
  {
    name: 'chart',
    width: 1280,
    height: 900,
    colorScheme: 'light',
    async prepare(page) {
      await open(page, 'See the chart');
      await setFaults(page, { renderMs: 60_000, openLateMs: 60_000 });
      await generate(page, 'A lighthouse in evening fog');
      await page.getByText(/^7\.\d s$/).waitFor();
      await scrollToDemonstrations(page);
    },
  },
  {
    name: 'comparison',
    width: 1280,
    height: 620,
    colorScheme: 'light',
    async prepare(page) {
      await open(page, 'Compare');
      await page.getByRole('button', { name: 'Run both' }).click();
      await page.getByRole('img', { name: 'Item 2' }).waitFor();
      await scrollToDemonstrations(page);
    },
  },
  {
    name: 'faults',
    width: 1280,
    height: 1000,
    colorScheme: 'dark',
    async prepare(page) {
      await open(page, 'All faults');
      for (const fault of ['The job fails', 'The stream opens late', 'Failing reads'])
        await page.getByLabel(fault).check();
      await scrollToDemonstrations(page);
    },
  },
];

const { startBackend, staticDir } = await loadStudio(name => console.log(`Building the ${name}`));
const backend = await startBackend({ staticDir });
const browser = await launchChromium();
mkdirSync(folder, { recursive: true });
try {
  for (const { name, width, height, colorScheme, prepare } of shots) {
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme,
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    // The same seeds give the same images each time.
    await page.addInitScript(() => {
      let calls = 0;
      Math.random = () => (++calls * 0.381966) % 1;
    });
    await page.goto(backend.url);
    await prepare(page);
    await page.evaluate(() => {
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    });
    await page.mouse.move(0, 0);
    const file = path.join(folder, `${name}.png`);
    await page.screenshot({ path: file });
    await context.close();
    console.log(file);
  }
} finally {
  await browser.close();
  await backend.close();
}
