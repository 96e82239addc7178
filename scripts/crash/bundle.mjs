import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));
const entry = fileURLToPath(new URL('page.mjs', import.meta.url));
const html = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">';

/**
 * A folder with the page of the built library, and an empty page of the same origin, which reads the storage without
 * running the library.
 */
export async function bundleCrashPage() {
  const staticDir = mkdtempSync(path.join(tmpdir(), 'generation-lifecycle-crash-'));
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    define: { 'process.env.NODE_ENV': '"production"' },
    resolve: {
      alias: [
        { find: /^generation-lifecycle$/, replacement: `${root}dist/machines/index.js` },
        { find: /^generation-lifecycle\/(.+)$/, replacement: `${root}dist/$1/index.js` },
      ],
    },
    build: {
      outDir: staticDir,
      emptyOutDir: true,
      minify: false,
      lib: { entry, formats: ['es'], fileName: () => 'page.js' },
    },
  });
  writeFileSync(path.join(staticDir, 'index.html'), `${html}<body><script type="module" src="/page.js"></script>`);
  writeFileSync(path.join(staticDir, 'empty.html'), html);
  return { staticDir, remove: () => rmSync(staticDir, { recursive: true, force: true }) };
}
