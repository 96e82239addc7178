import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { connectToChromium, findChromium, launchArguments } from '../../scripts/chromium.mjs';
import { launchFirefox } from '../../scripts/firefox.mjs';
import { launchWebKit } from '../../scripts/webdriver.mjs';
import type { Engine } from './engine.js';
import type { Tab, TabBrowser } from './tab.types.js';

function toTab(page: Page): Tab & { readonly page: Page } {
  return {
    page,
    evaluate: (run: (argument?: never) => unknown, argument?: unknown) =>
      page.evaluate(`(${run})(${JSON.stringify(argument) ?? ''})`),
    goto: url => page.goto(url),
    reload: () => page.reload(),
    close: () => page.close(),
  };
}

const inContext = (context: BrowserContext, close: () => Promise<void>): TabBrowser => ({
  newTab: async () => toTab(await context.newPage()),
  close,
});

/** A Chromium whose background tabs are hidden and frozen, as a user's are. */
async function launchChromiumWithTabs(): Promise<TabBrowser> {
  const profile = mkdtempSync(path.join(tmpdir(), 'generation-lifecycle-'));
  const child = spawn(
    findChromium(),
    [...launchArguments, '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const exited = once(child, 'exit');
  let output = '';
  const endpoint = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`Chromium has ended:\n${output}`)));
    child.stderr.setEncoding('utf8').on('data', text => {
      output += text;
      const [, address] = /DevTools listening on (ws:\S+)/.exec(output) ?? [];
      if (address) resolve(address);
    });
  });
  // By default, Playwright makes every page visible.
  const { browser, context } = await connectToChromium(endpoint, { noDefaults: true });
  return inContext(context, async () => {
    const session = await browser.newBrowserCDPSession();
    // The profile can be removed only after all processes have ended.
    await session.send('Browser.close');
    await exited;
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  });
}

async function launchFirefoxWithTabs(): Promise<TabBrowser> {
  const browser = await launchFirefox();
  return inContext(await browser.newContext(), () => browser.close());
}

const launchers: { readonly [engine in Engine]: () => Promise<TabBrowser> } = {
  Chromium: launchChromiumWithTabs,
  Firefox: launchFirefoxWithTabs,
  WebKit: launchWebKit,
};

/** Starts a browser with a profile of its own. */
export const launchTabs = (engine: Engine): Promise<TabBrowser> => launchers[engine]();
