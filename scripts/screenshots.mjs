import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { loadStudio } from './build-studio.mjs';
import { findChromium, launchArguments } from './chromium.mjs';

const folder = fileURLToPath(new URL('../examples/studio/screenshots', import.meta.url));

/** @typedef {import('playwright-core').Page} Page */

/** @param {Page} page @param {string} prompt @param {string} [shape] */
async function generate(page, prompt, shape = 'Square') {
  await page.getByLabel('Prompt').fill(prompt);
  await page.getByRole('radio', { name: shape }).check();
  await page.getByRole('button', { name: 'Generate', exact: true }).click();
}

/** @param {Page} page @param {number} count */
async function seeItems(page, count) {
  const newest = page.getByRole('listitem').nth(count - 1);
  await newest.waitFor({ timeout: 60_000 });
  await page.waitForFunction(() => Array.from(document.images).every(image => image.complete));
}

/** @param {Page} page @param {object} faults */
const choose = (page, faults) =>
  page.evaluate(text => {
    history.replaceState(null, '', `?faults=${encodeURIComponent(text)}`);
  }, JSON.stringify(faults));

/** @param {Page} page */
async function fillGallery(page) {
  await generate(page, 'Dunes under a violet dawn');
  await seeItems(page, 1);
  await generate(page, 'A lighthouse in evening fog', 'Wide');
  await seeItems(page, 2);
}

/** @param {Page} page */
async function beHalfway(page) {
  await choose(page, { renderMs: 6_000 });
  await generate(page, 'A quiet city street after rain');
  await page.waitForFunction(() => (document.querySelector('progress')?.position ?? 0) > 0.62, null, {
    timeout: 60_000,
  });
}

/** @param {Page} page @param {string} title */
const open = (page, title) => page.getByText(title, { exact: true }).click();

/** @type {{ name: string, width: number, height: number, colorScheme: 'light' | 'dark', act: (page: Page) => Promise<void> }[]} */
const shots = [
  { name: 'light', width: 1080, height: 780, colorScheme: 'light', act: fillGallery },
  {
    name: 'dark',
    width: 1080,
    height: 780,
    colorScheme: 'dark',
    async act(page) {
      await fillGallery(page);
      await beHalfway(page);
    },
  },
  {
    name: 'phone',
    width: 390,
    height: 800,
    colorScheme: 'light',
    async act(page) {
      await choose(page, { failTheJob: { message: 'The model ran out of memory' } });
      await generate(page, 'A quiet city street after rain');
      await page.getByRole('button', { name: 'Generate again (charged)' }).waitFor();
    },
  },
  {
    name: 'chart',
    width: 1280,
    height: 900,
    colorScheme: 'light',
    async act(page) {
      await open(page, 'See the chart');
      await choose(page, { renderMs: 60_000, openLateMs: 60_000 });
      await generate(page, 'A lighthouse in evening fog', 'Wide');
      await page.getByText(/^7\.\d s$/).waitFor();
    },
  },
  {
    name: 'chart-phone',
    width: 390,
    height: 1500,
    colorScheme: 'dark',
    async act(page) {
      await open(page, 'See the chart');
      await choose(page, { renderMs: 60_000 });
      await generate(page, 'A lighthouse in evening fog', 'Wide');
      await page.locator('[data-path="following.reads.watching"][data-active="true"]').waitFor();
    },
  },
  {
    name: 'comparison',
    width: 1280,
    height: 700,
    colorScheme: 'light',
    async act(page) {
      await open(page, 'Compare');
      await page.getByRole('button', { name: 'Run both' }).click();
      await page.getByRole('img', { name: 'Item 2' }).waitFor();
    },
  },
  {
    name: 'faults',
    width: 1280,
    height: 1000,
    colorScheme: 'dark',
    async act(page) {
      await open(page, 'All faults');
      for (const fault of ['The job fails', 'It opens late', 'They fail']) await page.getByLabel(fault).check();
    },
  },
];

const { startBackend, staticDir } = await loadStudio(name => console.log(`Building the ${name}`));
const backend = await startBackend({ staticDir });
const browser = await chromium.launch({ executablePath: findChromium(), args: launchArguments });
mkdirSync(folder, { recursive: true });
try {
  for (const { name, width, height, colorScheme, act } of shots) {
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme,
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    // The same seeds each time: the same pictures.
    await page.addInitScript(() => {
      let calls = 0;
      Math.random = () => (++calls * 0.381966) % 1;
    });
    await page.goto(backend.url);
    await act(page);
    await page.evaluate(() => {
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      scrollTo(0, 0);
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
