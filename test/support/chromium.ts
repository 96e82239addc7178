import type { Browser } from 'playwright-core';
import { launchChromium } from '../../scripts/chromium.mjs';

let shared: Promise<Browser> | undefined;

/** One for all files of a worker; it ends with it. What a test wants for itself is a context. */
export function sharedChromium(): Promise<Browser> {
  shared ??= launchChromium().catch(error => {
    // The next file may have more luck.
    shared = undefined;
    throw error;
  });
  return shared;
}
