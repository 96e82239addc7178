import path from 'node:path';
import { runnerImport } from 'vite';

// Runs one file of the tests in a Node process of its own, on the sources.
const root = path.resolve(import.meta.dirname, '../..');
const alias = [
  { find: /^generation-lifecycle$/, replacement: path.join(root, 'src/machines/index.ts') },
  { find: /^generation-lifecycle\/(.+)$/, replacement: `${path.join(root, 'src')}/$1/index.ts` },
];
await runnerImport(path.resolve(process.argv[2] ?? ''), { root, configFile: false, resolve: { alias } });
