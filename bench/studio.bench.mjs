import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadStudio } from '../scripts/build-studio.mjs';
import { launchChromium } from '../scripts/chromium.mjs';
import { median } from './median.mjs';
import { circumstances, load } from './report/circumstances.mjs';
import { toTable, toTime, withMarked } from './report/markdown.mjs';
import { firstPreviewIn } from './studio/first-preview.mjs';
import { firstViewOf } from './studio/first-view.mjs';

// Measures the studio in Chromium, and writes the table of docs/decisions/0063-the-first-second-of-the-studio.md.

const rounds = 15;
const prompt = 'A lighthouse in evening fog';

const { date, machine } = circumstances([]);
const before = load();
const { startBackend, staticDir } = await loadStudio(name => console.log(`Building the ${name}`));
const folder = await mkdtemp(path.join(tmpdir(), 'studio-'));
const backend = await startBackend({ staticDir, serverHalf: { folder } });
const browser = await launchChromium();

/** A tab that knows nothing of the others. @template T @param {(page: import('playwright-core').Page) => Promise<T>} use */
async function withPage(use) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    return await use(await context.newPage());
  } finally {
    await context.close();
  }
}

/** @type {string[][]} */
const rows = [];
try {
  for (const [name, query] of [
    ['a vendor, through the server half', '/'],
    ['the in-house backend', '/?backend=in-house'],
  ]) {
    const { bytes } = await withPage(page => firstViewOf(page, backend.url + query));
    rows.push([`JavaScript of the first view, compressed: ${name}`, `${(bytes / 1_000).toFixed(1)} kB`, '']);
  }
  /** @type {import('./studio/first-preview.mjs').FirstPreview[]} */
  const previews = [];
  for (let round = 0; round < rounds; round += 1) {
    const faults = encodeURIComponent(JSON.stringify({ renderMs: 20_000 }));
    previews.push(
      await withPage(async page => {
        await page.goto(`${backend.url}/?backend=in-house&faults=${faults}`);
        await page.getByRole('textbox', { name: 'Prompt' }).fill(prompt);
        const preview = await firstPreviewIn(page);
        await page.getByRole('button', { name: 'Cancel' }).click();
        await page.getByRole('button', { name: 'Dismiss' }).waitFor();
        return preview;
      }),
    );
  }
  const row = (/** @type {string} */ name, /** @type {number[]} */ all) =>
    rows.push([name, toTime(median(all)), toTime(Math.max(...all))]);
  row(
    'First preview, since the renderer had painted it',
    previews.map(({ fromPaintedMs }) => fromPaintedMs),
  );
  row(
    'First preview, since the click',
    previews.map(({ fromClickMs }) => fromClickMs),
  );
} finally {
  await browser.close();
  await backend.close();
  await rm(folder, { recursive: true, force: true });
}

const table = [
  `${date} · ${machine} · load at the start and at the end: ${before}, ${load()} · ${rounds} tabs, one after the other`,
  toTable(['what ', 'median', 'highest'], rows),
].join('\n\n');
console.log(table);
const page = new URL('../docs/decisions/0063-the-first-second-of-the-studio.md', import.meta.url);
await writeFile(page, withMarked(await readFile(page, 'utf8'), 'bench:studio', table));
