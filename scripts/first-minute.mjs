import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { loadStudio } from './build-studio.mjs';
import { launchChromium } from './chromium.mjs';
import { createReel } from './first-minute/reel.mjs';

/**
 * Writes docs/first-minute.webp, the moving picture of the README: a prompt is typed in the studio, its picture is painted, the page is
 * reloaded in the middle, and the job goes on.
 */
const file = fileURLToPath(new URL('../docs/first-minute.webp', import.meta.url));
const size = { width: 800, height: 600 };
const prompt = 'A lighthouse in evening fog';
const mostBytes = 1_000_000;

const { startBackend, staticDir } = await loadStudio(name => console.log(`Building the ${name}`));
const backend = await startBackend({ staticDir, faults: { renderMs: 16_000 } });
const browser = await launchChromium();
const reel = createReel(size);

try {
  const context = await browser.newContext({ viewport: size, reducedMotion: 'reduce', colorScheme: 'light' });
  const page = await context.newPage();
  // The same seed gives the same picture each time.
  await page.addInitScript(() => {
    let calls = 0;
    Math.random = () => (++calls * 0.381966) % 1;
  });
  let words = '';
  /** @param {number} ms how long the page is shown as it is now, with the words below it */
  const show = async ms => {
    await page.evaluate(text => {
      const caption = document.getElementById('caption') ?? document.body.appendChild(document.createElement('div'));
      caption.id = 'caption';
      caption.textContent = text;
      caption.style.cssText = `position: fixed; z-index: 9; inset: auto 0 20px; margin: 0 auto; width: fit-content; padding: 8px 18px;
        border-radius: 99px; background: #16181d; color: #fff; font: 500 16px/1.4 system-ui, sans-serif`;
    }, words);
    await reel.add(await page.screenshot(), ms);
  };
  /** @param {number} share of the picture */
  const showAt = async share => {
    await page.waitForFunction(least => (document.querySelector('progress')?.position ?? 0) >= least, share, {
      timeout: 60_000,
    });
    await page.waitForFunction(() => [...document.images].every(image => image.complete));
    await show(500);
  };

  await page.goto(backend.url);
  const field = page.getByRole('textbox', { name: 'Prompt' });
  await field.click();
  words = 'Type a prompt';
  await show(900);
  for (let end = 4; end < prompt.length + 4; end += 4) {
    await field.fill(prompt.slice(0, end));
    await show(110);
  }
  await show(500);
  await page.getByRole('button', { name: 'Generate', exact: true }).click();
  await page.getByRole('button', { name: 'Cancel' }).waitFor();
  words = 'Its picture is painted';
  await show(400);
  await page.locator('img.preview').first().waitFor();
  for (const share of [0.04, 0.14, 0.26, 0.38]) await showAt(share);
  words = 'Reload in the middle …';
  await show(900);
  await page.reload();
  await page.getByRole('heading', { name: 'Gallery' }).waitFor();
  words = '… the same job goes on';
  for (const share of [0.5, 0.62, 0.74, 0.86, 0.95]) await showAt(share);
  await page.locator('[data-item]').waitFor({ timeout: 60_000 });
  await page.waitForFunction(() => [...document.images].every(image => image.complete));
  if (backend.charges() !== 1) throw new Error(`The backend was paid ${backend.charges()} times.`);
  words = 'One job, one charge, one picture';
  await show(2_800);
} finally {
  await browser.close();
  await backend.close();
}

const webp = reel.finish();
if (webp.length > mostBytes) throw new Error(`${file} would have ${webp.length} bytes, and may have ${mostBytes}.`);
await writeFile(file, webp);
console.log(`${file}: ${Math.round(webp.length / 1_000)} kB`);
