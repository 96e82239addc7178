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
    await tabTo(studio, 'Developer tools');
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
    // The large view has shown the last item.
    await expect.poll(() => focused(studio)).toBe('Gallery');
    await tabTo(studio, 'Dismiss');
    await keyboard.press('Enter');
    await page.getByText('Your results appear here.').waitFor();
    await expect.poll(() => focused(studio)).toBe('Gallery');
  });

  it('keeps the focus where a result takes the place of what was focused', async () => {
    const studio = await openStudio({ renderMs: 3_000 });
    const { page, items, images } = studio;
    await studio.generate('Dunes');
    await images.getByText('Live', { exact: true }).waitFor();
    await tabTo(studio, 'Cancel');
    await items.waitFor();
    const image = items.getByRole('button', { name: 'Dunes', exact: true });
    await expect.poll(() => image.evaluate(it => it === document.activeElement)).toBe(true);
    expect(await page.locator('.tile').count()).toBe(1);
  });

  it('opens a tool, chooses another one by the arrows, and comes back to the button', async () => {
    const studio = await openStudio();
    const { page } = studio;
    const { keyboard } = page;
    await tabTo(studio, 'Developer tools');
    await keyboard.press('Enter');
    await expect.poll(() => focused(studio)).toBe('Chart');
    await page.getByRole('region', { name: 'States of generation' }).waitFor();
    await keyboard.press('ArrowLeft');
    expect(await focused(studio)).toBe('Log');
    await page.getByText('Nothing has happened yet.').waitFor();
    await keyboard.press('Home');
    expect(await focused(studio)).toBe('Chart');
    await keyboard.press('Escape');
    expect(await focused(studio)).toBe('Developer tools');
    expect(await page.getByRole('complementary').count()).toBe(0);
  });
});

/** Opens the page with running, queued, failed and completed generations of both kinds. */
async function openFull() {
  const studio = await openStudio();
  const { page, images, videos, items, generate } = studio;
  const setFaults = (faults: object) =>
    page.evaluate(
      text => history.replaceState(null, '', `?faults=${text}`),
      encodeURIComponent(JSON.stringify(faults)),
    );
  await generate('An image with a prompt that is too long for one line of a small page, so that it is cut');
  await generate('A video', 'Video');
  await expect.poll(() => items.count()).toBe(2);
  await setFaults({ silentStream: true, failingReads: { times: 1, status: 401 } });
  await generate('One that fails', 'Video');
  await videos.getByText('You are signed out').waitFor();
  await setFaults({ renderMs: 600_000, submitDelayMs: 1, hangingReads: { times: 1, ms: 1_000 } });
  for (const prompt of ['One', 'Two', 'Three']) await generate(prompt);
  await images.getByText('Next in the queue').waitFor();
  return studio;
}

const views = [
  { width: 320, colorScheme: 'light' },
  { width: 320, colorScheme: 'dark' },
  { width: 768, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
  { width: 2560, colorScheme: 'light' },
] as const;

/** The tools, each with something that it shows once it is there. */
const toolViews = [
  ['Chart', '[data-path="following.stream.listening.streaming"][data-active="true"]'],
  ['Compare', '.sides'],
  ['Faults', '.fault-group'],
  ['Inspector', '.inspector'],
  ['Log', '.log'],
] as const;

describe('accessibility of the studio', () => {
  it('has no axe violations and no horizontal scrolling at any width, light or dark', async () => {
    const { page, items, openTool } = await openFull();
    const check = async ({ width, colorScheme }: (typeof views)[number], part: string) => {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      expect(await page.evaluate(() => document.documentElement.scrollWidth), `${width}`).toBe(width);
      expect(await violationsIn(page, part), `${part} ${width} ${colorScheme}`).toEqual([]);
    };
    for (const view of views) await check(view, 'body');
    for (const [tool, ready] of toolViews) {
      await openTool(tool);
      await page.locator(ready).first().waitFor();
      for (const view of views.slice(1, 3)) await check(view, '.drawer');
    }
    await page.keyboard.press('Escape');
    await items.getByRole('button', { name: 'A video 2 s' }).click();
    for (const view of views.slice(0, 2)) await check(view, 'dialog');
  }, 240_000);

  it('plays a video only on request with reduced motion', async () => {
    const { page, items, generate } = await openStudio();
    await generate('Waves', 'Video');
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
