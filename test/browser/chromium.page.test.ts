import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.js';

const script = fileURLToPath(new URL('../../scripts/chromium.mjs', import.meta.url));

/** The script run as a command. */
const run = (env: NodeJS.ProcessEnv) =>
  new Promise<{ failed: boolean; said: string }>(resolve => {
    execFile(process.execPath, [script], { env: { ...process.env, ...env } }, (error, stdout, stderr) =>
      resolve({ failed: error !== null, said: stdout + stderr }),
    );
  });

describe('the browser of the tests', () => {
  it('starts, and shows a page', async () => {
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      await page.goto('data:text/html,<title>A lighthouse</title>');
      expect(await page.title()).toBe('A lighthouse');
    } finally {
      await browser.close();
    }
  });

  it('is the one that CHROMIUM_PATH names', async () => {
    // Anything that answers `--version` will do.
    expect(await run({ CHROMIUM_PATH: process.execPath })).toEqual({ failed: false, said: `${process.execPath}\n` });
  });

  it('is never silently another one, or none, where CHROMIUM_PATH is wrong', async () => {
    const { failed, said } = await run({ CHROMIUM_PATH: '/nowhere/chromium' });
    expect(failed).toBe(true);
    expect(said).toContain('CHROMIUM_PATH is /nowhere/chromium, which does not start: correct or unset it.');
  });
});
