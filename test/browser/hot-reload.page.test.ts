import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { createServer } from 'vite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { alias } from '../../vitest.node.config.js';
import { json, loopback } from '../support/loopback.js';
import { sharedBrowser } from '../support/shared-browser.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const picture = 'data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=';

/** A page in Vite's dev server, whose files can be edited, and the backend of its jobs. */
async function developing() {
  let isDone = false;
  const backend = await loopback(({ method }) =>
    method === 'POST'
      ? json({ id: 'job-1' })
      : json({ id: 'job-1', status: isDone ? 'done' : 'working', url: picture }),
  );
  // Vite watches no folder of results in the repository.
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'hot-reload-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  cpSync(fileURLToPath(new URL('hot-reload/', import.meta.url)), root, { recursive: true });
  symlinkSync(path.join(repository, 'node_modules'), path.join(root, 'node_modules'));
  const server = await createServer({
    root,
    configFile: false,
    logLevel: 'error',
    cacheDir: path.join(root, 'cache'),
    plugins: [react()],
    resolve: { alias },
    // All of it before the first request: what is found later reloads the whole page.
    optimizeDeps: {
      noDiscovery: true,
      include: ['react', 'react/jsx-dev-runtime', 'react-dom', 'react-dom/client', 'xstate', '@xstate/react'].concat([
        'eventsource-parser',
        'valibot',
        'idb',
      ]),
    },
    server: {
      host: '127.0.0.1',
      port: 0,
      fs: { allow: [repository, root] },
      proxy: { '^/(painter|gallery)/jobs': backend.url },
      watch: { usePolling: true, interval: 100 },
    },
  });
  onTestFinished(() => server.close());
  await server.listen();
  const context = await (await sharedBrowser()).newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  let loads = 0;
  page.on('load', () => {
    loads += 1;
  });
  await page.goto(server.resolvedUrls?.local[0] ?? '');
  const submits = () => backend.heard.filter(({ method }) => method === 'POST');
  return {
    page,
    submits,
    /** Which version of the code has asked, the last three times. */
    lastReaders: () =>
      backend.heard
        .filter(({ method }) => method === 'GET')
        .slice(-3)
        .map(({ headers }) => headers['x-code-version']),
    loads: () => loads,
    finishJobs() {
      isDone = true;
    },
    edit(file: string, before: string, after: string) {
      const target = path.join(root, file);
      const text = readFileSync(target, 'utf8');
      expect(text).toContain(before);
      writeFileSync(target, text.replace(before, after));
    },
  };
}

describe('a hot reload', () => {
  it.each([
    { name: 'Painter', file: 'painter.tsx', button: 'Paint', image: 'Painted', hook: 'useGeneration', reader: '1' },
    {
      name: 'Gallery',
      file: 'gallery.tsx',
      button: 'Add',
      image: 'In the gallery',
      hook: 'useGenerations',
      reader: '2',
    },
  ])(
    'newcomer D: of the component and of its $hook leaves the job, which is shown once',
    async ({ name, file, button, image, reader }) => {
      const { page, submits, lastReaders, loads, finishJobs, edit } = await developing();
      const section = page.getByRole('region', { name });
      const shown = () => section.getByRole('status').textContent();
      const heading = () => section.getByRole('heading').textContent();
      await section.getByRole('button', { name: button }).click();
      await expect.poll(shown).toBe('polling by 1');

      edit(file, `${name} 1`, `${name} 2`);
      await expect.poll(heading).toBe(`${name} 2`);
      await expect.poll(shown).toBe('polling by 1');

      edit('machine.ts', 'codeVersion = 1', 'codeVersion = 2');
      await expect.poll(shown).toBe('polling by 2');
      // A generation goes on with the machine that it began with. A client is replaced, and one of the two follows.
      await expect.poll(lastReaders).toEqual([reader, reader, reader]);
      expect(await shown()).toBe('polling by 2');

      finishJobs();
      await expect.poll(() => section.getByAltText(image).count()).toBe(1);
      await expect.poll(shown).toBe('completed by 2');
      expect(submits()).toHaveLength(1);

      // The next one is made by the new code.
      await section.getByRole('button', { name: button }).click();
      await expect.poll(() => submits().map(({ headers }) => headers['x-code-version'])).toEqual(['1', '2']);
      await expect.poll(() => section.getByAltText(image).count()).toBe(name === 'Gallery' ? 2 : 1);
      if (name === 'Painter') await expect.poll(() => page.evaluate('completed.length')).toBe(2);
      // It was no reload of the page.
      expect(loads()).toBe(1);
    },
  );
});
