import { fileURLToPath } from 'node:url';
import { firefox } from 'playwright-core';
import { finderOf, inProgramFiles, inUsualFolders } from './find-browser.mjs';

/** @returns {string[]} */
function usualPaths() {
  if (process.platform === 'darwin') return ['/Applications/Firefox.app/Contents/MacOS/firefox'];
  if (process.platform === 'win32') return inProgramFiles(['Mozilla Firefox\\firefox.exe']);
  return inUsualFolders(['firefox-esr', 'firefox']);
}

/**
 * The path of a Firefox that starts: `FIREFOX_PATH`, else one at a usual path, else one that is installed now. It is the
 * Firefox of users, which Playwright drives by WebDriver BiDi.
 *
 * @returns {string}
 * @throws {Error} if Firefox is not found and cannot be installed
 */
export const findFirefox = finderOf({
  name: 'Firefox',
  variable: 'FIREFOX_PATH',
  candidates: usualPaths,
  aptPackages: ['firefox-esr'],
});

/** Without what Firefox does at its start beside showing a page: news, experiments, reports and questions. */
export const firefoxPreferences = {
  'app.normandy.enabled': false,
  'browser.aboutwelcome.enabled': false,
  'browser.sessionstore.resume_from_crash': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'datareporting.healthreport.uploadEnabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.getAddons.cache.enabled': false,
  'extensions.update.enabled': false,
  'messaging-system.rsexperimentloader.enabled': false,
  'services.settings.server': 'data:,#nothing/v1',
  'toolkit.startup.max_resumed_crashes': -1,
  'toolkit.telemetry.enabled': false,
};

/** The environment of Firefox: one that is killed reports nothing. */
export const firefoxEnvironment = () => ({ ...process.env, MOZ_CRASHREPORTER_DISABLE: '1' });

/** How Playwright starts a Firefox that was found. */
export const firefoxOptions = {
  // Without it, Playwright wants a Firefox of its own.
  channel: 'moz-firefox',
  firefoxUserPrefs: firefoxPreferences,
  get executablePath() {
    return findFirefox();
  },
  get env() {
    return firefoxEnvironment();
  },
  // On a busy machine, the first start takes minutes.
  timeout: 300_000,
};

/** How long a step in a page may take: as long as a busy machine needs. */
const stepMs = 120_000;

/**
 * Starts the Firefox that {@link findFirefox} finds.
 *
 * @returns {Promise<import('playwright-core').Browser>}
 */
export async function launchFirefox() {
  const browser = await firefox.launch(firefoxOptions);
  browser.on('context', context => context.setDefaultTimeout(stepMs));
  return browser;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(findFirefox());
