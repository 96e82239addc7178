import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../docs/pages.mjs';
import { clickGallery } from './click-gallery.mjs';
import { freePort, whileServing } from './next-app.mjs';
import { installPackage, run } from './packed.mjs';

/** @typedef {import('./apps.types.ts').App} App */

const vite = 'node_modules/vite/bin/vite.js';

/**
 * A gallery of the examples, word for word, in a project of Vite.
 *
 * @param {string} name
 * @param {string} example
 * @param {readonly string[]} packages what it needs beside the library
 * @returns {App}
 */
function galleryApp(name, example, packages) {
  const config = `${example}/vite.config.ts`;
  return {
    name,
    open() {
      const folder = mkdtempSync(path.join(tmpdir(), `generation-lifecycle-${name}-`));
      for (const part of ['gallery', example])
        cpSync(path.join(root, 'examples', part), path.join(folder, part), { recursive: true });
      return {
        install: () => installPackage(folder, ['xstate@5', 'vite@8', ...packages]),
        build: () => void run(`node ${vite} build --config ${config}`, folder),
        async click() {
          const port = await freePort();
          const url = `http://127.0.0.1:${port}`;
          const preview = [vite, 'preview', '--config', config, '--host', '127.0.0.1', '--port', `${port}`];
          await whileServing([...preview, '--strictPort'], { cwd: folder, env: {}, url }, () => clickGallery(url));
        },
        remove: () => rmSync(folder, { recursive: true, force: true }),
      };
    },
  };
}

/** React in the oldest version that the hooks take: the guide's app and a template have the newest. */
const react18 = ['react@18', 'react-dom@18', '@xstate/react@6', '@vitejs/plugin-react@6'];

export const galleryApps = [
  galleryApp('vite-vue', 'gallery-vue', ['vue@3', '@vitejs/plugin-vue@6']),
  galleryApp('vite-react-18', 'gallery-react', react18),
  galleryApp('vite-solid', 'gallery-solid', ['solid-js@1', 'vite-plugin-solid@2']),
  galleryApp('vite-svelte', 'gallery-svelte', ['svelte@5', '@sveltejs/vite-plugin-svelte@7']),
];
