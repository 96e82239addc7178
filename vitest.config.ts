import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { findChromium, launchArguments } from './scripts/chromium.mjs';
import { ClosingLineReporter } from './scripts/closing-line.reporter.js';

const src = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

/** Tests come through the doors; the doors lead to the sources. */
const alias = [
  { find: /^generation-lifecycle$/, replacement: src('machines/index.ts') },
  { find: /^generation-lifecycle\/(adapters|react|testing)$/, replacement: `${src('')}$1/index.ts` },
];

/** Asked for when the browser is started, so that a run of other tests looks for none and installs none. */
const chromiumLaunch = {
  args: launchArguments,
  get executablePath() {
    return findChromium();
  },
};

/** Each file finds the modules that the one before has loaded: to load them anew takes as long as the tests do. */
const shared = { isolate: false };

/** Tests that drive whole pages, in browsers of their own. */
const pages = (name: string, include: string): TestProjectInlineConfiguration => ({
  resolve: { alias },
  test: {
    ...shared,
    name,
    environment: 'node',
    globalSetup: ['test/support/build-page.ts'],
    include: [include],
    testTimeout: 30_000,
    // After all that computes: these wait for real time, and for browsers.
    sequence: { groupOrder: 1 },
    maxWorkers: 2 * availableParallelism(),
    // Real time and real browsers: a machine that is busy elsewhere can be late once. Each retry is printed.
    retry: 2,
  },
});

export default defineConfig({
  test: {
    // On two cores Vitest would leave one idle.
    maxWorkers: '100%',
    reporters: ['default', new ClosingLineReporter()],
    projects: [
      {
        resolve: { alias },
        test: {
          ...shared,
          name: 'node',
          environment: 'node',
          globalSetup: ['test/support/build-studio.ts'],
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/browser/**'],
        },
      },
      {
        resolve: { alias },
        optimizeDeps: {
          include: [
            'react',
            'react/jsx-dev-runtime',
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
          ],
        },
        test: {
          name: 'browser',
          include: ['test/browser/**/*.browser.test.{ts,tsx}'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: chromiumLaunch }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      pages('pages', 'test/browser/*.page.test.ts'),
      // The example's own: as long again as all the others, so that they have a command.
      pages('studio-pages', 'test/browser/studio/*.page.test.ts'),
    ],
  },
});
