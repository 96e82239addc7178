import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { build } from 'vite';
import { findChromium, launchArguments } from '../chromium.mjs';

/** @typedef {import('./fault.types.js').Client} Client */

const root = fileURLToPath(new URL('../..', import.meta.url));
const dist = (/** @type {string} */ door) => `${root}dist/${door}/index.js`;

/** A page with the built library in it, as the peer serves it: by path. @param {string} entry beside this file */
export async function bundlePage(entry) {
  const built = await build({
    root,
    configFile: false,
    logLevel: 'warn',
    resolve: {
      alias: [
        { find: /^generation-lifecycle$/, replacement: dist('machines') },
        { find: /^generation-lifecycle\/adapters$/, replacement: dist('adapters') },
      ],
    },
    build: {
      write: false,
      modulePreload: false,
      rollupOptions: { input: fileURLToPath(new URL(entry, import.meta.url)) },
    },
  });
  const [result] = [built].flat();
  const code = result && 'output' in result ? result.output[0].code : '';
  const html =
    '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>';
  return new Map([
    ['/', { type: 'text/html', body: html }],
    ['/page.js', { type: 'text/javascript', body: code }],
  ]);
}

/**
 * An order has a page to itself while it lasts, of its peer's own origin, so that the six connections of an origin are
 * its own. Pages are used again: a new one costs more than an order.
 * @returns {Promise<Client>}
 */
export async function chromiumClient() {
  const browser = await chromium.launch({ executablePath: findChromium(), args: launchArguments });
  /** @type {import('playwright-core').Page[]} */
  const idle = [];
  return {
    where: 'Chromium',
    async follow(order) {
      const page = idle.pop() ?? (await browser.newPage());
      await page.goto(order.baseUrl);
      const told = await page.evaluate(it => Reflect.get(globalThis, 'follow')(it), order);
      idle.push(page);
      return told;
    },
    close: () => browser.close(),
  };
}
