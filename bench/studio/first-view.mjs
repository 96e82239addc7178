import { gzipSync } from 'node:zlib';

/** @typedef {{ names: readonly string[], bytes: number }} FirstView */

/**
 * The scripts that a page of the studio loads until it can be used and asks for nothing more, and their size as a server that compresses
 * sends them.
 *
 * @param {import('playwright-core').Page} page a new one
 * @param {string} url
 * @returns {Promise<FirstView>}
 */
export async function firstViewOf(page, url) {
  /** @type {Map<string, Promise<number>>} */
  const sizes = new Map();
  const measure = (/** @type {import('playwright-core').Response} */ response) => {
    const { pathname } = new URL(response.url());
    if (!pathname.endsWith('.js')) return;
    sizes.set(
      pathname,
      response.body().then(body => gzipSync(body).byteLength),
    );
  };
  page.on('response', measure);
  await page.goto(url, { waitUntil: 'networkidle' });
  await page.getByRole('textbox', { name: 'Prompt' }).waitFor();
  page.off('response', measure);
  const all = await Promise.all(sizes.values());
  return { names: [...sizes.keys()], bytes: all.reduce((sum, size) => sum + size, 0) };
}
