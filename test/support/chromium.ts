import { type Browser, chromium } from 'playwright-core';
import { findChromium, launchArguments } from '../../scripts/chromium.mjs';

/** A Chromium for tests that drive pages; to be closed by the test. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(), args: launchArguments });
}
