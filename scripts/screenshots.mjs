import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadStudio } from './build-studio.mjs';
import { launchChromium } from './chromium.mjs';
import { views } from './screenshots/views.mjs';

/**
 * Takes pictures of each view of the studio at each width, light and dark, into a folder that git ignores.
 * `--view` takes only the views whose name contains this text, `--width` only this width.
 */
const { values } = parseArgs({ options: { view: { type: 'string', default: '' }, width: { type: 'string' } } });

const folder = fileURLToPath(new URL('../examples/studio/screenshots', import.meta.url));
const sizes = [
  { width: 360, height: 760 },
  { width: 768, height: 1024 },
  { width: 1280, height: 900 },
  { width: 2560, height: 1440 },
].filter(({ width }) => values.width === undefined || Number(values.width) === width);
/** @type {readonly ('light' | 'dark')[]} */
const schemes = ['light', 'dark'];
const { startBackend, staticDir } = await loadStudio(name => console.log(`Building the ${name}`));
const browser = await launchChromium();
mkdirSync(folder, { recursive: true });
try {
  for (const { name, prepare } of views.filter(view => view.name.includes(values.view))) {
    const backend = await startBackend({ staticDir });
    const [first = { width: 1280, height: 900 }] = sizes;
    const context = await browser.newContext({ viewport: first, reducedMotion: 'reduce' });
    const page = await context.newPage();
    // The same seeds give the same images each time.
    await page.addInitScript(() => {
      let calls = 0;
      Math.random = () => (++calls * 0.381966) % 1;
    });
    await page.goto(backend.url);
    await prepare(page);
    await page.mouse.move(0, 0);
    for (const size of sizes) {
      for (const scheme of schemes) {
        await page.setViewportSize(size);
        await page.emulateMedia({ colorScheme: scheme });
        // The chart is drawn again for another width.
        await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
        const file = path.join(folder, `${name}-${size.width}-${scheme}.png`);
        await page.screenshot({ path: file });
        console.log(file);
      }
    }
    await context.close();
    await backend.close();
  }
} finally {
  await browser.close();
}
