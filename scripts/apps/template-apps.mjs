import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient } from '@libsql/client';
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

/** Changes a text of a file, as an editor does. @param {string} file @param {string} before @param {string} after */
function edit(file, before, after) {
  const text = readFileSync(file, 'utf8');
  assert(text.includes(before), `${file} has no ${before}`);
  writeFileSync(file, text.replace(before, after));
}

/** Buys a picture, and comes back once it is known that it runs. @param {string} url */
async function submitOne(url) {
  const { remoteBackend } = await import('generation-lifecycle/adapters/remote-backend');
  const backend = remoteBackend({ baseUrl: `${url}/api/generations/image`, durable: true, headers: { origin: url } });
  const idempotencyKey = crypto.randomUUID();
  await backend.submit({ prompt: 'a boat' }, { idempotencyKey, signal: AbortSignal.timeout(patienceMs) });
  return idempotencyKey;
}

/** The server has ended, and its job waits for the next one: no process is said to make a step of it. @param {string} folder @param {string} key */
async function checkHandedOver(folder, key) {
  const database = createClient({ url: `file:${path.join(folder, 'generations.db')}` });
  const sql = 'select owner, due_at, ended_at from generation_jobs where key = ?';
  const { rows } = await database.execute({ sql, args: [key] });
  database.close();
  assert.equal(rows.length, 1);
  const [job] = rows;
  assert.equal(job?.['owner'], null);
  assert.equal(job?.['ended_at'], null);
  assert(Number(job?.['due_at']) > 0);
}

/** What is different in each template, with paths from its folder. @typedef {{ name: string, key: string, start: readonly string[], double?: string }} Template */

/**
 * A template of the examples, as its README says, without a key of its vendor.
 *
 * @param {Template} template `key`: the variable of its vendor's key; `start`: what that script runs; `double`: the file of the vendor's double,
 *   where code of the template ends its process: a picture then takes long enough for that
 * @returns {App}
 */
const templateApp = ({ name, key, start, double }) => ({
  name,
  open() {
    const folder = mkdtempSync(path.join(tmpdir(), `generation-lifecycle-${name}-`));
    const filter = (/** @type {string} */ from) => !left.test(path.basename(from));
    cpSync(path.join(root, 'examples', name), folder, { recursive: true, filter });
    if (double !== undefined) edit(path.join(folder, double), 'runningMs: 4_000', 'runningMs: 15_000');

    /** Where it may be found, and how it is told. */
    async function place() {
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      return { url, cwd: folder, env: { PORT: `${port}`, APP_ORIGIN: url, ORIGIN: url, [key]: '' } };
    }

    async function clickBuilt() {
      const built = await place();
      await whileServing(start, built, () => clickTemplate(built.url));
    }

    async function endBuilt() {
      const built = await place();
      const bought = await whileServing(start, { ...built, exitCode: 0 }, () => submitOne(built.url));
      await checkHandedOver(folder, bought);
    }

    return {
      install: () => installPackage(folder),
      build: () => void run('npm run build', folder),
      async click() {
        await clickBuilt();
        if (double !== undefined) await endBuilt();
      },
      remove: () => rmSync(folder, { recursive: true, force: true }),
    };
  },
});

const next = 'node_modules/next/dist/bin/next';

export const templateApps = [
  templateApp({
    name: 'template-next-fal',
    key: 'FAL_KEY',
    start: [next, 'start', '--hostname', '127.0.0.1'],
  }),
  templateApp({
    name: 'template-hono-replicate',
    key: 'REPLICATE_API_TOKEN',
    start: ['server/main.js'],
    double: 'server/double.js',
  }),
  templateApp({
    name: 'template-sveltekit-openai',
    key: 'OPENAI_API_KEY',
    start: ['start.js'],
  }),
];
