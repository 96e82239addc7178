import { describe, expect, it } from 'vitest';
import { troublesIn } from '../../support/axe.js';
import { type StudioPage, studioPages } from '../../support/studio-page.js';

const openStudio = studioPages();
/** What has the keyboard, by its name. */
const focused = ({ page }: StudioPage) =>
  page.evaluate(() => {
    const { activeElement } = document;
    return activeElement?.getAttribute('aria-label') ?? activeElement?.textContent ?? '';
  });

/** Presses Tab until something of this name has the keyboard. */
async function tabTo(studio: StudioPage, name: string) {
  for (let presses = 0; presses < 60 && (await focused(studio)) !== name; presses++) {
    await studio.page.keyboard.press('Tab');
  }
  expect(await focused(studio)).toBe(name);
}

describe('by the keyboard alone, the studio', () => {
  it('generates, cancels, opens and leafs through the large view, closes it, and deletes', async () => {
    const studio = await openStudio({ renderMs: 700 });
    const { page, items, pictures } = studio;
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
    await pictures.getByText('Painting').waitFor();
    await tabTo(studio, 'Cancel');
    await keyboard.press('Enter');
    await pictures.getByRole('article', { name: 'Cancelled' }).waitFor();
    expect(await focused(studio)).toMatch(/^CancelledDunes/);

    const picture = (prompt: string) => items.getByRole('button', { name: prompt, exact: true });
    const isFocused = (prompt: string) => picture(prompt).evaluate(it => it === document.activeElement);
    for (let presses = 0; presses < 60 && !(await isFocused('Dunes')); presses++) await keyboard.press('Tab');
    const outline = await picture('Dunes').evaluate(it => getComputedStyle(it).outlineStyle);
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

/** Everything that the page can show: what runs, waits, failed and is done, pictures and films, and all behind the scenes. */
async function openFull() {
  const studio = await openStudio();
  const { page, pictures, films, items, generate } = studio;
  const choose = (faults: object) =>
    page.evaluate(
      text => history.replaceState(null, '', `?faults=${text}`),
      encodeURIComponent(JSON.stringify(faults)),
    );
  await generate('A picture with a prompt that is too long for one line of a small page, so that it is cut');
  await generate('A film', films);
  await expect.poll(() => items.count()).toBe(2);
  await choose({ silentStream: true, failingReads: { times: 1, status: 401 } });
  await generate('One that fails', films);
  await films.getByText('You are signed out').waitFor();
  await choose({ renderMs: 600_000, submitDelayMs: 1, hangingReads: { times: 1, ms: 1_000 } });
  for (const prompt of ['One', 'Two', 'Three']) await generate(prompt);
  await pictures.getByText('Next in line').waitFor();
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

describe('whoever looks, and with whatever,', () => {
  it('finds all of it: axe has nothing to say, and nothing is wider than the page', async () => {
    const { page, items } = await openFull();
    const see = async ({ width, colorScheme }: (typeof views)[number], part: string) => {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      expect(await page.evaluate(() => document.documentElement.scrollWidth), `${width}`).toBe(width);
      expect(await troublesIn(page, part), `${part} ${width} ${colorScheme}`).toEqual([]);
    };
    for (const view of views) await see(view, 'body');
    await items.getByRole('button', { name: 'A film 2 s' }).click();
    for (const view of views.slice(0, 2)) await see(view, 'dialog');
  }, 90_000);

  it('sees a film move only when asked for, where no motion is wanted', async () => {
    const { page, items, films, generate } = await openStudio();
    await generate('Waves', films);
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
