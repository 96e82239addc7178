import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../docs/pages.mjs';
import { inChromium } from './click-gallery.mjs';
import { freePort, whileServing } from './next-app.mjs';
import { installPackage, run } from './packed.mjs';

/** @typedef {import('./apps.types.ts').App} App */

/** What installing, building and starting leave in a folder of the examples. */
const left = /^(?:node_modules|\.next|\.svelte-kit|build|dist|results|package-lock\.json|generations\.db.*)$/;

/** How long a picture may take on a busy machine. */
const patienceMs = 60_000;

/** What a person does on the page of a template, with the double of its vendor. @param {string} url */
const clickTemplate = url =>
  inChromium(url, async page => {
    page.setDefaultTimeout(patienceMs);
    await page.getByText(/^There is no \w+: a double of \w+ draws on this machine/).waitFor();
    // What a server has rendered does nothing before its script has run.
    await page.waitForLoadState('networkidle');
    await page.getByLabel('Prompt').fill('a boat');
    // A double click is one picture.
    await page.getByRole('button', { name: 'Generate' }).dblclick();
    const shown = page.getByRole('list', { name: 'Pictures' }).getByRole('img');
    const followed = page.getByText(/a boat: (streaming|polling|connecting)/);
    // On a busy machine the job may be done before anybody looks.
    await followed.or(shown).first().waitFor();
    await page.reload();
    await shown.first().waitFor();
    await page.waitForFunction(() => Array.from(document.images).every(image => image.naturalWidth > 1));
    assert.equal(await shown.count(), 1);
    assert.equal(await page.getByRole('list', { name: 'Generations' }).getByRole('listitem').count(), 0);
    // It is there the next time, too, from the copy that the server has kept.
    await page.reload();
    await shown.first().waitFor();
    await page.waitForFunction(() => Array.from(document.images).some(image => image.naturalWidth > 1));
    assert.equal(await shown.count(), 1);
    await page.getByRole('button', { name: 'Delete a boat' }).click();
    await shown.waitFor({ state: 'detached' });
  });

/**
 * A template of the examples, as its README says, without a key of its vendor.
 *
 * @param {string} name its folder
 * @param {string} key where the key of its vendor would be
 * @param {readonly string[]} start what its script `start` runs
 * @returns {App}
 */
const templateApp = (name, key, start) => ({
  name,
  open() {
    const folder = mkdtempSync(path.join(tmpdir(), `generation-lifecycle-${name}-`));
    const filter = (/** @type {string} */ from) => !left.test(path.basename(from));
    cpSync(path.join(root, 'examples', name), folder, { recursive: true, filter });
    return {
      install: () => installPackage(folder),
      build: () => void run('npm run build', folder),
      async click() {
        const port = await freePort();
        const url = `http://127.0.0.1:${port}`;
        const env = { PORT: `${port}`, APP_ORIGIN: url, ORIGIN: url, [key]: '' };
        await whileServing(start, { cwd: folder, env, url }, () => clickTemplate(url));
      },
      remove: () => rmSync(folder, { recursive: true, force: true }),
    };
  },
});

const nextStart = ['node_modules/next/dist/bin/next', 'start', '--hostname', '127.0.0.1'];

export const templateApps = [
  templateApp('template-next-fal', 'FAL_KEY', nextStart),
  templateApp('template-hono-replicate', 'REPLICATE_API_TOKEN', ['server/main.js']),
  templateApp('template-sveltekit-openai', 'OPENAI_API_KEY', ['start.js']),
];
