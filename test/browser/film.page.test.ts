import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startPostgres } from '../../scripts/services/postgres.mjs';
import { alias } from '../../vitest.node.config.js';
import { sharedBrowser } from '../support/shared-browser.js';
import type { Said } from './film/page.js';
import { startProcess } from './film/processes.js';
import { isTrue, toTable, type What } from './film/recording.js';

const patience = { timeout: 90_000, interval: 50 };
const queuedMs = 3_600_000;
const runningMs = 3_600_000;

async function openFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'generation-film-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The page as one script. */
async function bundlePage(outDir: string): Promise<string> {
  const entry = fileURLToPath(new URL('film/page.ts', import.meta.url));
  await build({
    root: path.dirname(entry),
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    define: { 'process.env.NODE_ENV': '"production"' },
    resolve: { alias },
    build: { outDir, minify: false, lib: { entry, formats: ['iife'], name: 'film', fileName: () => 'page.js' } },
  });
  return path.join(outDir, 'page.js');
}

/** A film that Chromium can play, because it has made it. */
async function makeFilm(file: string): Promise<string> {
  const page = await (await sharedBrowser()).newPage();
  const base64 = await page.evaluate(async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 48 });
    const brush = canvas.getContext('2d') as CanvasRenderingContext2D;
    const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: 'video/webm' });
    const parts: Blob[] = [];
    const painting = setInterval(() => {
      brush.fillStyle = `hsl(${performance.now() % 360} 80% 50%)`;
      brush.fillRect(0, 0, 64, 48);
    }, 20);
    await new Promise<void>(resolve => {
      recorder.ondataavailable = ({ data }) => {
        if (data.size > 0) parts.push(data);
        if (parts.length === 3) recorder.stop();
      };
      recorder.onstop = () => resolve();
      recorder.start(100);
    });
    clearInterval(painting);
    const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
    return btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''));
  });
  await page.close();
  await writeFile(file, Buffer.from(base64, 'base64'));
  return file;
}

const wordsOf = (page: Page) => page.locator('p').textContent();
const saidOn = (page: Page) => page.evaluate(() => Reflect.get(window, 'said') as Said[]);

describe('a film, while each process behind it is killed', () => {
  it('is paid once and shown once, and the page says what is true all the time', async () => {
    const folder = await openFolder();
    const [script, film] = [await bundlePage(folder), await makeFilm(path.join(folder, 'film.webm'))];
    const database = await startPostgres();
    onTestFinished(() => database.stop());
    const vendor = await startProcess('vendor.mjs', { film, queuedMs, runningMs });
    const asked = async (what: string) => (await (await fetch(`${vendor.said}${what}`)).json()) as Paid;
    const half = (role: 'server' | 'worker', port = 0) =>
      startProcess('half.mjs', { role, databaseUrl: database.url, vendorUrl: vendor.said, port, script });

    const happened: What[] = [];
    const note = (what: string, phase?: What['phase']) => happened.push({ at: Date.now(), what, phase });
    let server = await half('server');
    let worker = await half('worker');
    const port = Number(new URL(server.said).port);
    const page = await (await sharedBrowser()).newPage();
    onTestFinished(() => page.close());
    const says = (text: string) => expect.poll(() => wordsOf(page), patience).toBe(text);
    await page.goto(server.said);
    await says('No film yet.');
    note('somebody asks for a film; it waits in the queue of the vendor', 'queued');
    await page.getByRole('button').click();
    await says('Waiting in the queue.');

    note('the server is killed');
    await server.kill();
    await says('Waiting in the queue, as far as we know.');
    note('the vendor begins to make it', 'running');
    await asked(`/later?ms=${queuedMs}`);
    note('the server is started again');
    server = await half('server', port);
    await says('Your film is being made.');

    note('the worker is killed');
    await worker.kill();
    note('another worker is started');
    worker = await half('worker');
    await says('Your film is being made.');

    note('the database crashes, and is started again');
    await database.restart('crash');
    const isReady = async () => (await fetch(`${server.said}/api/generations/health`)).status;
    await expect.poll(isReady, patience).toBe(200);
    await says('Your film is being made.');

    note('the server is killed');
    await server.kill();
    await says('Your film is being made, as far as we know.');
    note('the vendor has made it', 'done');
    await asked(`/later?ms=${runningMs}`);
    const rows = new pg.Client({ connectionString: database.url });
    await rows.connect();
    const statuses = async () => (await rows.query('select status from generation_jobs')).rows;
    // By the worker alone: nobody else is there.
    await expect.poll(statuses, patience).toEqual([{ status: 'completed' }]);
    await rows.end();
    expect(await wordsOf(page)).toBe('Your film is being made, as far as we know.');
    note('the server is started again');
    server = await half('server', port);
    await says('Here is your film.');
    const isPlayed = () =>
      page.evaluate(() => Array.from(document.querySelectorAll('video'), ({ videoWidth }) => videoWidth));
    await expect.poll(isPlayed, patience).toEqual([64]);

    const said = await saidOn(page);
    const table = toTable(happened, said);
    console.info(table);
    if (process.env['WRITE_FILM']) await writeFile(new URL('../../docs/film.md', import.meta.url), toPage(table));
    expect(said.filter((each, index) => !isTrue(each, said[index + 1]?.at ?? Date.now(), happened))).toEqual([]);
    expect(said.map(({ films }) => films).filter(count => count > 1)).toEqual([]);
    expect(await page.evaluate(() => Reflect.get(window, 'endsTold')())).toBe(1);
    expect(await asked('/paid')).toEqual({ paid: 1, submits: 1 });
  });
});

type Paid = { readonly paid: number; readonly submits: number };

const toPage = (table: string) => `# What a page said while everything behind it was killed

A user in Chromium waits for a film while the processes behind the page are killed and restarted. This is what the page said. The film was paid once.

There are four processes: a server that answers the page, a worker that advances the jobs with pg-boss, PostgreSQL, and a double of the vendor. All but the double are killed, with SIGKILL or SIGQUIT. \`npm run docs:film\` repeats the run and writes this page.

${table}
`;
