import { availableParallelism } from 'node:os';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { AreasReporter } from './scripts/areas.reporter.js';
import { findChromium, launchArguments } from './scripts/chromium.mjs';
import { ClosingLineReporter } from './scripts/closing-line.reporter.js';
import { frameworkPlugins } from './scripts/framework-plugins.js';
import { renderOnServer } from './test/support/render-on-server.js';
import { alias, node, proof, shared } from './vitest.node.config.js';

/** Asked for when the browser is started, so that a run of other tests looks for none and installs none. */
const chromiumLaunch = {
  args: launchArguments,
  get executablePath() {
    return findChromium();
  },
};

/** Tests that drive whole pages, in browsers of their own. */
const pages = (name: string, include: string): TestProjectInlineConfiguration => ({
  resolve: { alias },
  test: {
    ...shared,
    name,
    environment: 'node',
    globalSetup: ['test/support/build-page.ts'],
    include: [include],
    // After the tests that compute. Each worker has a Chromium or two, so there are no more workers than cores.
    sequence: { groupOrder: 1 },
    maxWorkers: availableParallelism(),
  },
});

export default defineConfig({
  test: {
    // On two cores Vitest would leave one idle.
    maxWorkers: '100%',
    // What a test that passes has warned of on purpose says nothing.
    silent: 'passed-only',
    reporters: [new AreasReporter(), new ClosingLineReporter()],
    projects: [
      node,
      proof,
      {
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
          name: 'browser',
          include: ['test/browser/**/*.browser.test.{ts,tsx}'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: chromiumLaunch }),
            commands: { renderOnServer },
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
