import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

const src = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

/** Tests use the entry points; the entry points lead to the sources. */
export const alias = [
  { find: /^generation-lifecycle$/, replacement: src('machines/index.ts') },
  { find: /^generation-lifecycle\/(.+)$/, replacement: `${src('')}$1/index.ts` },
];

/** Each file finds the modules that the one before has loaded: to load them anew takes as long as the tests do. */
export const shared = { isolate: false };

/** What needs no browser. By itself it starts in two thirds of the time that the whole takes: a seeded fault has a start of its own. */
export const node: TestProjectInlineConfiguration = {
  resolve: { alias },
  test: {
    ...shared,
    name: 'node',
    environment: 'node',
    globalSetup: ['test/support/build-studio.ts'],
    include: ['test/**/*.test.{ts,tsx}'],
    exclude: ['test/browser/**'],
  },
};

export default defineConfig(node);
