import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { finderOf, inProgramFiles, inUsualFolders } from './find-browser.mjs';

const isRoot = process.getuid?.() === 0;

/**
 * The first two load some 200 modules for the address bar of each window: half of the time of a page test. The others are
 * Playwright's own, because Chromium uses only the last list of disabled features.
 */
const disabledFeatures = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'AimEnabled',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
];

/** Chromium without a window, without network requests of its own, and for root without the sandbox, which root cannot use. */
export const launchArguments = [
  '--headless',
  ...(isRoot ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--disable-features=${disabledFeatures.join()}`,
];

/** @returns {string[]} */
function usualPaths() {
  if (process.platform === 'darwin') {
    return ['Chromium', 'Google Chrome'].map(name => `/Applications/${name}.app/Contents/MacOS/${name}`);
  }
  if (process.platform === 'win32') {
    return inProgramFiles(['Google\\Chrome', 'Chromium'].map(name => `${name}\\Application\\chrome.exe`));
  }
  return inUsualFolders(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']);
}

/** Where its servers can be reached, Playwright brings a build of its own to all systems. */
function installBuildOfPlaywright() {
  const cli = createRequire(import.meta.url)
    .resolve('playwright-core/package.json')
    .replace(/package\.json$/, 'cli.js');
  console.error('No Chromium yet: playwright-core install chromium');
  // If it fails, it has said why.
  spawnSync(process.execPath, [cli, 'install', '--no-shell', 'chromium'], {
    stdio: ['ignore', 2, 2],
    timeout: 600_000,
  });
}

/**
 * The path of a Chromium that starts: `CHROMIUM_PATH`, else one at a usual path, else Playwright's, else one that is
 * installed now.
 *
 * @returns {string}
 * @throws {Error} if Chromium is not found and cannot be installed
 */
export const findChromium = finderOf({
  name: 'Chromium',
  variable: 'CHROMIUM_PATH',
  candidates: () => [...usualPaths(), chromium.executablePath()],
  installFirst: installBuildOfPlaywright,
  aptPackages: ['chromium'],
});

/** How long a step in a page may take: as long as a busy machine needs. */
const stepMs = 120_000;

/**
 * Starts the Chromium that {@link findChromium} finds.
 *
 * @param {Omit<import('playwright-core').LaunchOptions, 'executablePath' | 'args'>} [options]
 * @returns {Promise<import('playwright-core').Browser>}
 */
export async function launchChromium(options) {
  const browser = await chromium.launch({ ...options, executablePath: findChromium(), args: launchArguments });
  browser.on('context', context => context.setDefaultTimeout(stepMs));
  return browser;
}

/**
 * Connects to a Chromium that was started by itself.
 *
 * @param {string} endpoint
 * @param {import('playwright-core').ConnectOverCDPOptions} [options]
 * @returns {Promise<{ browser: import('playwright-core').Browser, context: import('playwright-core').BrowserContext }>}
 */
export async function connectToChromium(endpoint, options) {
  const browser = await chromium.connectOverCDP(endpoint, { ...options, timeout: stepMs });
  const [context] = browser.contexts();
  if (!context) throw new Error('Chromium has no context.');
  context.setDefaultTimeout(stepMs);
  return { browser, context };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(findChromium());
