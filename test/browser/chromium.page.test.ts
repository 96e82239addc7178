import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { launchChromium } from '../../scripts/chromium.mjs';

const script = fileURLToPath(new URL('../../scripts/chromium.mjs', import.meta.url));

const run = (env: NodeJS.ProcessEnv) =>
  new Promise<{ failed: boolean; output: string }>(resolve => {
    execFile(process.execPath, [script], { env: { ...process.env, ...env } }, (error, stdout, stderr) =>
      resolve({ failed: error !== null, output: stdout + stderr }),
    );
  });

describe('findChromium', () => {
  it('finds a browser that starts and shows a page', async () => {
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      await page.goto('data:text/html,<title>A lighthouse</title>');
      expect(await page.title()).toBe('A lighthouse');
    } finally {
      await browser.close();
    }
  });

  it('uses the browser at CHROMIUM_PATH', async () => {
    // Any program with a `--version` option will do.
    expect(await run({ CHROMIUM_PATH: process.execPath })).toEqual({ failed: false, output: `${process.execPath}\n` });
  });

  it('throws if the browser at CHROMIUM_PATH does not start', async () => {
    const { failed, output } = await run({ CHROMIUM_PATH: '/nowhere/chromium' });
    expect(failed).toBe(true);
    expect(output).toContain('CHROMIUM_PATH is /nowhere/chromium, which does not start: correct or unset it.');
  });
});
