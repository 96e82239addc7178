import type { Browser } from 'playwright-core';
import { inject } from 'vitest';
import { launchChromium } from '../../scripts/chromium.mjs';
import { launchFirefox } from '../../scripts/firefox.mjs';

/** Starts the browser of the project, by Playwright. */
export function launchBrowser(ofChromium?: Parameters<typeof launchChromium>[0]): Promise<Browser> {
  return inject('engine') === 'Firefox' ? launchFirefox() : launchChromium(ofChromium);
}

const shared = new Map<string, Promise<Browser>>();

/** One for all files of a worker; it ends with it. What a test wants for itself is a context. */
export function sharedBrowser(): Promise<Browser> {
  const engine = inject('engine');
  const launched =
    shared.get(engine) ??
    launchBrowser().catch(error => {
      // The next file may have more luck.
      shared.delete(engine);
      throw error;
    });
  shared.set(engine, launched);
  return launched;
}
