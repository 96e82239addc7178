import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

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
  const { LOCALAPPDATA = '', PROGRAMFILES = '', 'PROGRAMFILES(X86)': PROGRAMFILES_X86 = '' } = process.env;
  if (process.platform === 'darwin') {
    return ['Chromium', 'Google Chrome'].map(name => `/Applications/${name}.app/Contents/MacOS/${name}`);
  }
  if (process.platform === 'win32') {
    return [PROGRAMFILES, PROGRAMFILES_X86, LOCALAPPDATA]
      .filter(folder => folder !== '')
      .flatMap(folder => ['Google\\Chrome', 'Chromium'].map(name => `${folder}\\${name}\\Application\\chrome.exe`));
  }
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
  const { PATH = '' } = process.env;
  const folders = PATH.split(path.delimiter).concat('/usr/bin', '/usr/local/bin', '/snap/bin');
  return [...new Set(names.flatMap(name => folders.map(folder => path.join(folder, name))))];
}

/**
 * Whether the file exists and starts. Chromium without its system libraries, or a stub that only names a package, does not.
 * @param {string} candidate
 */
function isUsable(candidate) {
  if (!existsSync(candidate)) return false;
  // On Windows `--version` opens a window instead.
  return process.platform === 'win32' || spawnSync(candidate, ['--version'], { timeout: 120_000 }).status === 0;
}

/** The path of Playwright's own build. @returns {string} */
const playwrightBuild = () => chromium.executablePath();

/** @param {string} command @param {string[]} args @returns {string | undefined} the error message, if the command failed */
function attempt(command, args) {
  console.error(`No Chromium yet: ${[path.basename(command), ...args].join(' ')}`);
  try {
    execFileSync(command, args, { stdio: ['ignore', 2, 2], timeout: 600_000 });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** @returns {(string | undefined)[]} the error messages */
function install() {
  const cli = createRequire(import.meta.url)
    .resolve('playwright-core/package.json')
    .replace(/package\.json$/, 'cli.js');
  const errors = [attempt(process.execPath, [cli, 'install', '--no-shell', 'chromium'])];
  if (isUsable(playwrightBuild())) return errors;
  if (!isRoot || process.platform !== 'linux') return [...errors, 'apt-get was not tried: it needs Linux and root.'];
  return [
    ...errors,
    attempt('apt-get', ['update']),
    attempt('apt-get', ['install', '-y', '--no-install-recommends', 'chromium']),
  ];
}

/** @type {string | undefined} */
let found;

/**
 * The path of a Chromium that starts: `CHROMIUM_PATH`, else one at a usual path, else Playwright's, else one that is
 * installed now.
 *
 * @returns {string}
 * @throws {Error} if Chromium is not found and cannot be installed
 */
export function findChromium() {
  if (found !== undefined) return found;
  const { CHROMIUM_PATH = '' } = process.env;
  if (CHROMIUM_PATH !== '') {
    if (!isUsable(CHROMIUM_PATH)) {
      throw new Error(`CHROMIUM_PATH is ${CHROMIUM_PATH}, which does not start: correct or unset it.`);
    }
    found = CHROMIUM_PATH;
    return found;
  }
  const search = () => [...usualPaths(), playwrightBuild()].find(isUsable);
  found = search();
  if (found !== undefined) return found;
  const errors = install();
  found = search();
  if (found !== undefined) return found;
  throw new Error(
    [
      'The browser tests need Chromium, and none was found or could be installed.',
      ...errors.filter(error => error !== undefined),
      'Install Chromium or Chrome, or set CHROMIUM_PATH to one.',
    ].join('\n'),
  );
}

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
