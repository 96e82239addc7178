import { describe, expect, it } from 'vitest';
import { violationsIn } from '../../support/axe.js';
import { type StudioPage, studioPages } from '../../support/studio-page.js';

const openStudio = studioPages();
/** The name of the focused element. */
const focused = ({ page }: StudioPage) =>
  page.evaluate(() => {
    const { activeElement } = document;
    return activeElement?.getAttribute('aria-label') ?? activeElement?.textContent ?? '';
  });

/** Presses Tab until the element with this name has the focus. */
async function tabTo(studio: StudioPage, name: string) {
  for (let presses = 0; presses < 60 && (await focused(studio)) !== name; presses++) {
    await studio.page.keyboard.press('Tab');
  }
  expect(await focused(studio)).toBe(name);
}

describe('the studio, with the keyboard only', () => {
  it('generates, cancels, browses the large view, closes it, and deletes', async () => {
    const studio = await openStudio({ renderMs: 700 });
    const { page, items, images } = studio;
    const { keyboard } = page;
    await keyboard.press('Tab');
    await keyboard.type('Folds of silk');
    await keyboard.press('Enter');
    await items.waitFor();
    await keyboard.press('Control+A');
    await keyboard.type('Dunes');
    await keyboard.press('Enter');
    await expect.poll(() => items.count()).toBe(2);

    await page.evaluate(() => history.replaceState(null, '', '?faults={"renderMs":60000}'));
    await keyboard.press('Enter');
    await images.getByText('Painting').waitFor();
    await tabTo(studio, 'Cancel');
    await keyboard.press('Enter');
    await images.getByRole('article', { name: 'Cancelled' }).waitFor();
    expect(await focused(studio)).toMatch(/^CancelledDunes/);

    const image = (prompt: string) => items.getByRole('button', { name: prompt, exact: true });
    const isFocused = (prompt: string) => image(prompt).evaluate(it => it === document.activeElement);
    for (let presses = 0; presses < 60 && !(await isFocused('Dunes')); presses++) await keyboard.press('Tab');
    const outline = await image('Dunes').evaluate(it => getComputedStyle(it).outlineStyle);
    expect(outline).toBe('solid');
    await keyboard.press('Enter');
    const dialog = (prompt: string) => page.getByRole('dialog', { name: prompt });
    await dialog('Dunes').waitFor();
    await keyboard.press('ArrowRight');
    await dialog('Folds of silk').waitFor();
    await keyboard.press('Escape');
    await dialog('Folds of silk').waitFor({ state: 'detached' });
    expect(await isFocused('Dunes')).toBe(true);

    await tabTo(studio, 'Delete: Dunes');
    await keyboard.press('Enter');
    await expect.poll(() => items.count()).toBe(1);
    expect(await isFocused('Folds of silk')).toBe(true);
    await keyboard.press('Enter');
    await tabTo(studio, 'Delete: Folds of silk');
    await keyboard.press('Enter');
    await expect.poll(() => items.count()).toBe(0);
    await expect.poll(() => focused(studio)).toBe('Gallery');
  });
});

/** Opens the page with running, queued, failed and completed generations of both kinds, and all demonstrations. */
async function openFull() {
  const studio = await openStudio();
  const { page, images, videos, items, generate } = studio;
  const setFaults = (faults: object) =>
    page.evaluate(
      text => history.replaceState(null, '', `?faults=${text}`),
      encodeURIComponent(JSON.stringify(faults)),
    );
  await generate('An image with a prompt that is too long for one line of a small page, so that it is cut');
  await generate('A video', videos);
  await expect.poll(() => items.count()).toBe(2);
  await setFaults({ silentStream: true, failingReads: { times: 1, status: 401 } });
  await generate('One that fails', videos);
  await videos.getByText('You are signed out').waitFor();
  await setFaults({ renderMs: 600_000, submitDelayMs: 1, hangingReads: { times: 1, ms: 1_000 } });
  for (const prompt of ['One', 'Two', 'Three']) await generate(prompt);
  await images.getByText('Next in the queue').waitFor();
  for (const title of ['See the chart', 'Compare', 'All faults', 'Inspector']) {
    await page.getByText(title, { exact: true }).click();
  }
  await page.locator('[data-path="following.stream.listening.streaming"][data-active="true"]').waitFor();
  return studio;
}

const views = [
  { width: 320, colorScheme: 'light' },
  { width: 320, colorScheme: 'dark' },
  { width: 768, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
  { width: 2560, colorScheme: 'light' },
] as const;

describe('accessibility of the studio', () => {
  it('has no axe violations and no horizontal scrolling at any width, light or dark', async () => {
    const { page, items } = await openFull();
    const check = async ({ width, colorScheme }: (typeof views)[number], part: string) => {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      expect(await page.evaluate(() => document.documentElement.scrollWidth), `${width}`).toBe(width);
      expect(await violationsIn(page, part), `${part} ${width} ${colorScheme}`).toEqual([]);
    };
    for (const view of views) await check(view, 'body');
    await items.getByRole('button', { name: 'A video 2 s' }).click();
    for (const view of views.slice(0, 2)) await check(view, 'dialog');
  }, 90_000);

  it('plays a video only on request with reduced motion', async () => {
    const { page, items, videos, generate } = await openStudio();
    await generate('Waves', videos);
    await items.waitFor();
    const still = items.locator('canvas');
    expect(await still.isVisible()).toBe(true);
    await items.hover();
    await items.getByRole('button', { name: 'Play: Waves' }).click();
    expect(await still.isVisible()).toBe(false);
    await items.getByRole('button', { name: 'Pause: Waves' }).click();
    expect(await still.isVisible()).toBe(true);
    expect(await page.evaluate(() => document.getAnimations().filter(it => it.playState === 'running').length)).toBe(0);
  });
});
