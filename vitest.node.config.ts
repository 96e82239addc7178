import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

const src = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

/** Tests use the entry points; the entry points lead to the sources. */
export const alias = [
  { find: /^generation-lifecycle$/, replacement: src('machines/index.ts') },
  { find: /^generation-lifecycle\/(.+)$/, replacement: `${src('')}$1/index.ts` },
];

/** How long a test waits for what must come. It says how slow a machine may be, not how fast the code has to be. */
const patienceMs = Number(process.env['TEST_PATIENCE_MS'] ?? 60_000);

/** What all projects have in common. */
export const shared = {
  // Each file uses the modules that the file before it has loaded: loading them anew takes as long as the tests.
  isolate: false,
  expect: { poll: { timeout: patienceMs } },
  // A test waits for several things in turn.
  testTimeout: 3 * patienceMs,
  hookTimeout: 3 * patienceMs,
  // Only where a machine of unknown load decides. What passes at the second try is listed at the end of the run.
  retry: Number(process.env['TEST_RETRIES'] ?? 0),
};

const inNode = (name: string, include: string, exclude: string[]): TestProjectInlineConfiguration => ({
  resolve: { alias },
  test: {
    ...shared,
    name,
    environment: 'node',
    globalSetup: ['test/support/build-studio.ts'],
    include: [include],
    // The packages of a workspace may bring tests of their own.
    exclude: [...exclude, '**/node_modules/**'],
  },
});

/** What is long and has a command of its own. */
export const proof = inNode('proof', 'test/**/*.proof.test.ts', []);

/** What needs no browser. By itself it starts in two thirds of the time that the whole takes: a seeded fault has a start of its own. */
export const node = inNode('node', 'test/**/*.test.{ts,tsx}', [
  'test/browser/**',
  'test/site/**',
  'test/**/*.proof.test.ts',
]);

export default defineConfig(node);
