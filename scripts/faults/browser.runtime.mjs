import { launchChromium } from '../chromium.mjs';
import { launchFirefox } from '../firefox.mjs';
import { launchWebKit } from '../webdriver.mjs';

/**
 * @typedef {import('./fault.types.js').Runtime} Runtime
 * @typedef {{ goto: (url: string) => Promise<unknown>, follow: Runtime['follow'] }} Page
 */

/** @param {import('playwright-core').Browser} browser */
const pagesOfPlaywright = browser => async () => {
  const page = await browser.newPage();
  /** @type {Page} */
  const opened = {
    goto: url => page.goto(url),
    follow: options => page.evaluate(given => Reflect.get(globalThis, 'follow')(given), options),
  };
  return opened;
};

/** @type {Record<'Chromium' | 'Firefox' | 'WebKit', () => Promise<{ newPage: () => Promise<Page>, close: () => Promise<void> }>>} */
const launchers = {
  async Chromium() {
    const browser = await launchChromium();
    return { newPage: pagesOfPlaywright(browser), close: () => browser.close() };
  },
  async Firefox() {
    const browser = await launchFirefox();
    return { newPage: pagesOfPlaywright(browser), close: () => browser.close() };
  },
  async WebKit() {
    const { newTab, close } = await launchWebKit();
    const newPage = async () => {
      const tab = await newTab();
      /** @type {Page} */
      const opened = {
        goto: tab.goto,
        follow: options => tab.evaluate(given => Reflect.get(globalThis, 'follow')(given), options),
      };
      return opened;
    };
    return { newPage, close };
  },
};

/**
 * Each row has a page of its own while it runs, with the origin of its peer, so that it has all six connections of that
 * origin. Pages are reused: to open a page takes longer than to run a row.
 * @param {keyof typeof launchers} where
 * @returns {Promise<Runtime>}
 */
export async function browserRuntime(where) {
  const { newPage, close } = await launchers[where]();
  /** @type {Page[]} */
  const idle = [];
  return {
    where,
    async follow(options) {
      const page = idle.pop() ?? (await newPage());
      await page.goto(options.baseUrl);
      const observed = await page.follow(options);
      idle.push(page);
      return observed;
    },
    close,
  };
}
