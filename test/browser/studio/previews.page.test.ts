import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { studioPages } from '../../support/studio-page.js';

const openStudio = studioPages();

/** The URLs of the pictures of a tile that is painted, lowest first. */
const picturesOf = (tile: Locator) =>
  tile.locator('img.preview').evaluateAll(all => all.map(image => image.getAttribute('src') ?? ''));

describe('a tile that is painted', () => {
  it('shows a partial picture at once, and a newer one over it, drawn before it is shown', async () => {
    const { page, images, generate } = await openStudio({ renderMs: 20_000 });
    // Of a size that has many parts.
    await page.context().unroute('**/api/generate/*');
    // Which pictures were ever shown before they could be drawn.
    await page.evaluate(() => {
      const shown: boolean[] = [];
      Reflect.set(window, 'shown', shown);
      new MutationObserver(changes => {
        const added = changes.flatMap(({ addedNodes }) => [...addedNodes]);
        for (const node of added) {
          if (node instanceof HTMLImageElement && node.className === 'preview') shown.push(node.complete);
        }
      }).observe(document.body, { subtree: true, childList: true });
    });
    await generate('Dunes');
    await expect.poll(() => picturesOf(images), { timeout: 60_000 }).toHaveLength(1);
    const [first] = await picturesOf(images);
    await expect.poll(() => picturesOf(images), { timeout: 60_000 }).toHaveLength(2);
    const [below, above] = await picturesOf(images);
    expect(above).not.toBe(first);
    expect(below).not.toBe(above);
    const shown = await page.evaluate((): unknown => Reflect.get(window, 'shown'));
    expect(shown).not.toContain(false);
    // Reduced motion is asked for: nothing fades.
    expect(await page.evaluate(() => document.getAnimations().filter(it => it.playState === 'running').length)).toBe(0);
  });

  it('keeps its last picture below the result until that can be drawn', async () => {
    const { page, images, items, generate } = await openStudio({ renderMs: 1_500 });
    let arrive = () => {};
    const arrived = new Promise<void>(resolve => {
      arrive = resolve;
    });
    await page.route('**/media/*.png*', async route => {
      await arrived;
      await route.continue();
    });
    await generate('Dunes');
    await expect.poll(() => picturesOf(images)).not.toEqual([]);
    await items.waitFor();
    const result = items.getByRole('img', { name: 'Dunes' });
    expect(await result.evaluate(it => getComputedStyle(it).opacity)).toBe('0');
    expect(await picturesOf(items)).toHaveLength(1);
    arrive();
    await expect.poll(() => result.evaluate(it => getComputedStyle(it).opacity)).toBe('1');
  });

  it('keeps what it shows where a picture is gone before it was loaded', async () => {
    const { page, images, generate } = await openStudio({ renderMs: 8_000 });
    let isFirst = true;
    await page.route('**/media/previews/*', route => {
      const goes = isFirst;
      isFirst = false;
      return goes ? route.continue() : route.fulfill({ status: 404 });
    });
    await generate('Dunes');
    await expect.poll(() => picturesOf(images)).toHaveLength(1);
    const [first] = await picturesOf(images);
    await images.getByText(/Painted [23] of/).waitFor({ timeout: 60_000 });
    expect(await picturesOf(images)).toEqual([first]);
  });
});
