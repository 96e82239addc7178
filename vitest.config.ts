import { availableParallelism } from 'node:os';
import { playwright } from '@vitest/browser-playwright';
import { webdriverio } from '@vitest/browser-webdriverio';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import type { BrowserConfigOptions } from 'vitest/node';
import { AreasReporter } from './scripts/areas.reporter.js';
import { BrowsersReporter } from './scripts/browsers/browsers.reporter.js';
import { findChromium, launchArguments } from './scripts/chromium.mjs';
import { ClosingLineReporter } from './scripts/closing-line.reporter.js';
import { firefoxOptions } from './scripts/firefox.mjs';
import { frameworkPlugins } from './scripts/framework-plugins.js';
import { toSession, webKitCapabilities } from './scripts/webkit.mjs';
import type { Engine } from './test/support/engine.js';
import { renderOnServer } from './test/support/render-on-server.js';
import { alias, node, proof, shared } from './vitest.node.config.js';

/** Asked for when the browser is started, so that a run of other tests looks for none and installs none. */
const chromiumLaunch = {
  args: launchArguments,
  get executablePath() {
    return findChromium();
  },
};

/** The driver is started before the tests by test/support/webkit-driver.ts. */
const webKitSession = {
  hostname: '127.0.0.1',
  path: '/',
  get port() {
    return Number(process.env['WEBKIT_DRIVER_PORT']);
  },
  get capabilities() {
    return webKitCapabilities();
  },
  transformRequest: toSession,
};

/** Tests of what runs in a page, inside it. */
const inPages = (
  name: string,
  browser: Pick<BrowserConfigOptions, 'headless' | 'provider' | 'instances'>,
  own: TestProjectInlineConfiguration['test'] = {},
): TestProjectInlineConfiguration => ({
  resolve: { alias },
  plugins: frameworkPlugins(),
  // Vue warns of each flag that is not set.
  define: {
    __VUE_OPTIONS_API__: 'true',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
  },
  optimizeDeps: {
    include: [
      'react',
      'react/jsx-dev-runtime',
      'react-dom',
      'react-dom/client',
      'react-dom/server',
      'xstate',
      'xstate/graph',
      '@xstate/react',
      '@statelyai/inspect',
      'eventsource-parser',
      'valibot',
      'idb',
      'vue',
      '@testing-library/vue',
      '@testing-library/svelte',
      'svelte',
      'svelte/reactivity',
      'svelte/store',
      '@solidjs/testing-library',
      'solid-js',
      'solid-js/store',
      'solid-js/web',
    ],
  },
  test: {
    ...shared,
    // All files share a page, so nothing that a test replaces may outlive it.
    setupFiles: ['test/support/real-timers.ts'],
    restoreMocks: true,
    unstubGlobals: true,
    name,
    include: ['test/browser/**/*.browser.test.{ts,tsx}'],
    // As long as the other steps of a test may take: a busy machine needs more than a minute to start a browser.
    browser: {
      enabled: true,
      screenshotFailures: false,
      connectTimeout: shared.hookTimeout,
      commands: { renderOnServer },
      ...browser,
    },
    ...own,
  },
});

/** After the others, one file after the other: they share a browser, which is slow to start. */
const alone = (groupOrder: number) => ({ sequence: { groupOrder }, maxWorkers: 1, fileParallelism: false });

/** Tests that drive whole pages, in browsers of their own. */
const pages = (
  name: string,
  include: string[],
  engine: Engine = 'Chromium',
  // After the tests that compute. Each worker has a browser or two, so there are no more workers than cores.
  turn: TestProjectInlineConfiguration['test'] = { sequence: { groupOrder: 1 }, maxWorkers: availableParallelism() },
): TestProjectInlineConfiguration => ({
  resolve: { alias },
  test: {
    ...shared,
    name,
    environment: 'node',
    globalSetup: ['test/support/build-page.ts'],
    provide: { engine },
    include,
    ...turn,
  },
});

/** Tests of the built site: `npm run site:test` builds it first. */
const site: typeof pages = (...given) => {
  const { test, ...project } = pages(...given);
  return { ...project, test: { ...test, globalSetup: [] } };
};

const toPages = (...names: string[]) => names.map(name => `test/browser/${name}.page.test.ts`);
/** What browsers may do differently. The others are about servers, and run in Chromium. */
const inEachBrowser = toPages('connections', 'cross-origin', 'faults', 'killed', 'locks', 'store-tabs', 'tabs');
/** These need Playwright, which has no WebKit of a distribution. */
const byPlaywright = toPages('closing', 'drop-in', 'drop-in-tabs');

export default defineConfig({
  test: {
    // On two cores Vitest would leave one idle.
    maxWorkers: '100%',
    // What a test that passes has warned of on purpose says nothing.
    silent: 'passed-only',
    reporters: [new AreasReporter(), new BrowsersReporter(), new ClosingLineReporter()],
    projects: [
      node,
      proof,
      inPages('browser', {
        headless: true,
        provider: playwright({ launchOptions: chromiumLaunch }),
        instances: [{ browser: 'chromium' }],
      }),
      pages('pages', ['test/browser/*.page.test.ts']),
      // The example's own: as long again as all the others, so that they have a command.
      pages('studio-pages', ['test/browser/studio/*.page.test.ts']),
      inPages(
        'firefox',
        {
          headless: true,
          provider: playwright({ launchOptions: firefoxOptions }),
          instances: [{ browser: 'firefox' }],
        },
        alone(2),
      ),
      pages('firefox-pages', [...inEachBrowser, ...byPlaywright], 'Firefox', alone(3)),
      inPages(
        'webkit',
        {
          // It has a display of its own.
          headless: false,
          provider: webdriverio(webKitSession),
          // The only browser of this provider that is WebKit.
          instances: [{ browser: 'safari' }],
        },
        { ...alone(4), globalSetup: ['test/support/webkit-driver.ts'] },
      ),
      pages('webkit-pages', inEachBrowser, 'WebKit', alone(5)),
      // The built site, served as static files: nothing but the site has to be built.
      site('site', ['test/site/*.page.test.ts'], 'Chromium', alone(6)),
      site('firefox-site', ['test/site/playground.page.test.ts'], 'Firefox', alone(7)),
      site('webkit-site', ['test/site/playground.page.test.ts'], 'WebKit', alone(8)),
    ],
  },
});
