import assert from 'node:assert/strict';
import { launchChromium } from '../chromium.mjs';

/**
 * Opens a page in Chromium, and uses it. An error of the page is a failure.
 *
 * @param {string} url
 * @param {(page: import('playwright-core').Page) => Promise<void>} use
 */
export async function inChromium(url, use) {
  const browser = await launchChromium();
  try {
    const page = await (await browser.newContext()).newPage();
    /** @type {string[]} */
    const errors = [];
    page.on('pageerror', ({ message }) => errors.push(message));
    page.on(
      'console',
      message => message.type() === 'error' && errors.push(`${message.text()} ${message.location().url}`),
    );
    // A page has none, and browsers ask.
    await page.route('**/favicon.ico', route => route.fulfill({ status: 204 }));
    await page.goto(url);
    await use(page).catch(error => {
      throw new Error(`${error instanceof Error ? error.message : error}\nThe page has said:\n${errors.join('\n')}`);
    });
    assert.deepEqual(errors, []);
  } finally {
    await browser.close();
  }
}

/** What a person does in a gallery of the examples. @param {string} url */
export const clickGallery = url =>
  inChromium(url, async page => {
    const says = (/** @type {string} */ text) =>
      page.getByRole('status').getByText(text).or(page.getByText(text)).first().waitFor();
    const press = (/** @type {string} */ name) => page.getByRole('button', { name, exact: true }).click();
    await says('0 running, 0 done');
    // What a server has rendered does nothing before its script has run.
    await page.waitForLoadState('networkidle');
    // A double click is one picture.
    await page.getByRole('button', { name: 'Generate' }).dblclick();
    await page.getByRole('progressbar', { name: 'Progress of a lighthouse' }).waitFor();
    await says('0 running, 1 done');
    assert.equal(await page.getByRole('img', { name: 'a lighthouse' }).count(), 1);
    await page.getByRole('textbox', { name: 'Prompt' }).fill('fog');
    await press('Generate');
    await press('Cancel fog');
    await says('fog: cancelled');
    await press('Delete a lighthouse');
    await says('0 running, 0 done');
  });
