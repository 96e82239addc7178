import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { launchChromium } from '../chromium.mjs';

/** @typedef {import('./fault.types.js').Runtime} Runtime */

const root = fileURLToPath(new URL('../..', import.meta.url));
const dist = (/** @type {string} */ folder) => `${root}dist/${folder}/index.js`;

/** A page with the built library: what the peer serves, by path. @param {string} entry a file in this folder */
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
 * Each row has a page of its own while it runs, with the origin of its peer, so that it has all six connections of that
 * origin. Pages are reused: to open a page takes longer than to run a row.
 * @returns {Promise<Runtime>}
 */
export async function chromiumRuntime() {
  const browser = await launchChromium();
  /** @type {import('playwright-core').Page[]} */
  const idle = [];
  return {
    where: 'Chromium',
    async follow(options) {
      const page = idle.pop() ?? (await browser.newPage());
      await page.goto(options.baseUrl);
      const observed = await page.evaluate(options => Reflect.get(globalThis, 'follow')(options), options);
      idle.push(page);
      return observed;
    },
    close: () => browser.close(),
  };
}
