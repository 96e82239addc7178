import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { ClosingLineReporter } from './scripts/closing-line.reporter.js';

const src = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

/** Tests come through the doors; the doors lead to the sources. */
const alias = [
  { find: /^generation-lifecycle$/, replacement: src('machines/index.ts') },
  { find: /^generation-lifecycle\/(adapters|react|testing)$/, replacement: `${src('')}$1/index.ts` },
];

export default defineConfig({
  test: {
    reporters: ['default', new ClosingLineReporter()],
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'node',
          environment: 'node',
          globalSetup: ['test/support/build-studio.ts'],
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/browser/**'],
        },
      },
    ],
  },
});
