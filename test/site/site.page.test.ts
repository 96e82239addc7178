import type { Browser, Page } from 'playwright-core';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { violationsIn } from '../support/axe.js';
import { sharedBrowser } from '../support/shared-browser.js';
import { staticSite } from '../support/static-site.js';

const site = staticSite();
let browser: Browser;
beforeAll(async () => {
  browser = await sharedBrowser();
});

async function open(path: string): Promise<Page> {
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  const errors: string[] = [];
  context.on('weberror', error => errors.push(String(error.error())));
  onTestFinished(async () => {
    await context.close();
    expect(errors).toEqual([]);
  });
  const page = await context.newPage();
  await page.goto(site.url + path);
  return page;
}

/** The pictures of the page that have not arrived. */
const missingPictures = (page: Page) =>
  page.locator('main img').evaluateAll(async images => {
    for (const image of images) image.setAttribute('loading', 'eager');
    await Promise.all(images.map(image => (image as HTMLImageElement).decode().catch(() => undefined)));
    return images
      .filter(image => (image as HTMLImageElement).naturalWidth === 0)
      .map(image => image.getAttribute('src'));
  });

describe('the site', () => {
  it('finds a page by its words', async () => {
    const page = await open('/');
    await page.getByRole('button', { name: 'Search' }).first().click();
    await page.getByRole('searchbox').or(page.locator('#localsearch-input')).first().fill('idempotency');
    const results = page.locator('#localsearch-list a');
    await results.first().waitFor();
    await results.first().click();
    await page.locator('main h1').waitFor();
    await expect.poll(() => page.locator('main').textContent()).toMatch(/idempoten/i);
  });

  it('has every kind of page in its sidebar, and each leads to a page', async () => {
    const page = await open('/guide/start.html');
    const links = await page
      .locator('.VPSidebar a')
      .evaluateAll(all =>
        all.map(each => ({ name: each.textContent?.trim() ?? '', url: (each as HTMLAnchorElement).href })),
      );
    const names = links.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        'Playground',
        'Start',
        'Reference',
        'Vendors, case by case',
        'Benchmarks',
        'The fault table',
        'Browsers',
        'Runtimes',
        'Decisions',
      ]),
    );
    for (const { name, url } of links) {
      const { status } = await fetch(url);
      expect([name, status]).toEqual([name, 200]);
    }
  });

  it.each([
    ['/benchmarks.html', 7],
    ['/faults.html', 2],
    ['/faults-server-half.html', 2],
    ['/charges.html', 1],
  ])('draws the tables of %s', async (path, count) => {
    const page = await open(path);
    expect(await page.locator('main img[src*="/plots/"]').count()).toBe(count);
    expect(await missingPictures(page)).toEqual([]);
  });

  it.each(['/guide/lifecycle.html', '/guide/reads.html'])('shows the diagrams of %s', async path => {
    const page = await open(path);
    expect(await page.locator('main img').count()).toBeGreaterThan(0);
    expect(await missingPictures(page)).toEqual([]);
  });

  it('leads to the playground and back', async () => {
    const page = await open('/');
    await page.getByRole('navigation').getByRole('link', { name: 'Playground' }).first().click();
    await page.getByRole('textbox', { name: 'Prompt' }).waitFor();
    await page.getByRole('link', { name: 'Documentation' }).click();
    await page.locator('main h1').waitFor();
    expect(new URL(page.url()).pathname).toBe('/');
  });

  it.each(['/', '/guide/start.html', '/playground/'])('has nothing that axe finds on %s', async path => {
    const page = await open(path);
    await page.locator('h1').first().waitFor();
    const found = await violationsIn(page, 'body');
    // VitePress's own search button: its name is "Search", and axe counts the keys beside that word.
    expect(found.filter(each => !/^label-content-name-mismatch: .*DocSearch-Button/.test(each))).toEqual([]);
  });
});
