import { type Browser, chromium } from 'playwright-core';
import { findChromium, launchArguments } from '../../scripts/chromium.mjs';

/** A Chromium for tests that drive pages; to be closed by the test. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(), args: launchArguments });
}

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
