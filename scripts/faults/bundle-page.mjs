import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dist = (/** @type {string} */ folder) => `${root}dist/${folder}/index.js`;

/** A page with the built library: what the peer serves, by path. @param {string} entry a file in this folder */
export async function bundlePage(entry) {
  const built = await build({
    root,
    configFile: false,
    logLevel: 'warn',
    resolve: {
      alias: [
        { find: /^generation-lifecycle$/, replacement: dist('machines') },
        { find: /^generation-lifecycle\/adapters$/, replacement: dist('adapters') },
      ],
    },
    build: {
      write: false,
      modulePreload: false,
      rollupOptions: { input: fileURLToPath(new URL(entry, import.meta.url)) },
    },
  });
  const [result] = [built].flat();
  const code = result && 'output' in result ? result.output[0].code : '';
  const html =
    '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>';
  return new Map([
    ['/', { type: 'text/html', body: html }],
    ['/page.js', { type: 'text/javascript', body: code }],
  ]);
}
