import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { blocksOf, readPages } from '../docs/pages.mjs';
import { inChromium } from './click-gallery.mjs';
import { installPackage } from './packed.mjs';

const guide = 'docs/guide/other-frameworks.md';
const types = new Map([
  ['.html', 'text/html'],
  ['.js', 'text/javascript'],
  ['.mjs', 'text/javascript'],
]);

/** The page of the guide, word for word. @param {string} folder */
function writePage(folder) {
  const page = readPages().find(each => each.path === guide);
  const block = page && blocksOf(page).find(({ info }) => info === 'html');
  assert(block, `${guide} has no page of HTML.`);
  writeFileSync(path.join(folder, 'index.html'), block.code);
}

const picture = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>';

const toJson = (/** @type {unknown} */ body) => ({ type: 'application/json', body: JSON.stringify(body) });

/** @param {string} folder @param {string} pathname */
function readAsset(folder, pathname) {
  const file = path.join(folder, pathname === '/' ? 'index.html' : pathname);
  if (!existsSync(file)) return undefined;
  return { type: types.get(path.extname(file)) ?? 'text/plain', body: readFileSync(file, 'utf8') };
}

/** The files of a folder, and a backend with one picture, which is there at the third read. @param {string} folder */
async function serveFolder(folder) {
  let submits = 0;
  let reads = 0;
  /** @param {string} pathname @returns {{ type: string, body: string } | undefined} */
  function answer(pathname) {
    if (pathname === '/api/generate/image') {
      submits += 1;
      return toJson({ success: true, fileId: 'f1' });
    }
    if (pathname === '/api/file/f1') {
      reads += 1;
      return toJson({ id: 'f1', url: reads < 3 ? null : '/picture.svg', tasks: [] });
    }
    return pathname === '/picture.svg' ? { type: 'image/svg+xml', body: picture } : readAsset(folder, pathname);
  }
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const found = answer(pathname);
    request.resume();
    if (found) response.writeHead(200, { 'content-type': found.type }).end(found.body);
    // 204: this job has no stream.
    else response.writeHead(pathname.startsWith('/api/events/') ? 204 : 404).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${port}`, submits: () => submits, close };
}

/** Plain HTML: no bundler, and the modules as they are installed. @type {import('./apps.types.ts').App} */
export const importMap = {
  name: 'import-map',
  open() {
    const folder = mkdtempSync(path.join(tmpdir(), 'generation-lifecycle-import-map-'));
    return {
      install: () => installPackage(folder, ['xstate@5']),
      build: () => writePage(folder),
      async click() {
        const { url, submits, close } = await serveFolder(folder);
        try {
          await inChromium(url, async page => {
            await page.getByRole('button', { name: 'Generate' }).dblclick();
            await page.waitForFunction(() => Array.from(document.images).some(image => image.naturalWidth > 0));
            assert.equal(await page.locator('img').count(), 1);
          });
          assert.equal(submits(), 1);
        } finally {
          close();
        }
      },
      remove: () => rmSync(folder, { recursive: true, force: true }),
    };
  },
};
