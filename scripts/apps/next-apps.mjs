import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { blocksOf, readPages } from '../docs/pages.mjs';
import { followGuide, writeGuide } from './guide.mjs';
import { freePort, nextFolder, nextStart, whileServing } from './next-app.mjs';
import { run } from './packed.mjs';

/** @typedef {import('./apps.types.ts').App} App */

/** What a prerendered page of test/apps/next has to show, by its route. */
const shown = {
  readme: 'Generate: <!-- -->idle',
  gallery: 'Generate: 0 and 0',
  'drop-in': 'Generate: idle and 0',
};

/** The README's example. @param {string} folder */
function writeReadme(folder) {
  const readme = readPages().find(({ path: file }) => file === 'README.md');
  const example = readme && blocksOf(readme).find(({ code }) => code.includes('useGeneration('));
  if (!example) throw new Error('The README has no example with useGeneration().');
  writeFileSync(path.join(folder, 'app/readme/painter.tsx'), `'use client';\n\n${example.code}`);
}

/** @param {string} folder */
function checkPages(folder) {
  for (const [route, text] of Object.entries(shown)) {
    const html = readFileSync(path.join(folder, `.next/server/app/${route}.html`), 'utf8');
    if (!html.includes(text)) throw new Error(`The page /${route} does not show "${text}":\n${html}`);
  }
}

/** The server half behind the route handler of the built app: a page follows a generation through it. @param {string} folder */
async function follow(folder) {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  await whileServing(nextStart(folder, port), { cwd: folder, env: { APP_ORIGIN: origin }, url: origin }, async () =>
    run(`node follow.mjs ${origin}`, folder),
  );
}

/** @type {ReturnType<typeof nextFolder> | undefined} */
let shared;

/** They share a folder, because it takes long to install. It is gone with the process. */
function sharedFolder() {
  if (shared) return shared;
  shared = nextFolder();
  process.once('exit', shared.remove);
  return shared;
}

/**
 * @param {object} parts
 * @param {string} parts.name
 * @param {string} parts.app a folder of test/apps
 * @param {string} parts.bundler an option of `next build`
 * @param {(folder: string) => void} parts.write puts files beside those of the folder
 * @param {(folder: string) => void} [parts.check] what it has built
 * @param {(folder: string) => Promise<void>} parts.click
 * @returns {App}
 */
const nextApp = ({ name, app, bundler, write, check, click }) => ({
  name,
  open() {
    const { folder, install, begin, build } = sharedFolder();
    return {
      install,
      build() {
        begin(app);
        write(folder);
        build(bundler);
        check?.(folder);
      },
      click: () => click(folder),
      remove() {},
    };
  },
});

const pages = { app: 'next', write: writeReadme, check: checkPages, click: follow };

export const nextApps = [
  nextApp({ name: 'next-turbopack', bundler: '--turbopack', ...pages }),
  nextApp({ name: 'next-webpack', bundler: '--webpack', ...pages }),
  nextApp({ name: 'next-guide', bundler: '--turbopack', app: 'guide', write: writeGuide, click: followGuide }),
];
