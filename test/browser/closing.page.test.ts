import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { json, loopback, stream } from '../support/loopback.js';
import { sharedBrowser } from '../support/shared-browser.js';

const types: { readonly [extension: string]: string } = { '.html': 'text/html', '.js': 'text/javascript' };

let browser: Browser;
let staticDir: string;
beforeAll(async () => {
  staticDir = mkdtempSync(path.join(tmpdir(), 'closing-'));
  await build({
    root: fileURLToPath(new URL('closing/', import.meta.url)),
    configFile: false,
    logLevel: 'warn',
    plugins: [react()],
    build: { outDir: staticDir, emptyOutDir: true, minify: false, chunkSizeWarningLimit: 5_000 },
  });
  browser = await sharedBrowser();
});
afterAll(() => rmSync(staticDir, { recursive: true, force: true }));

/** A page of which a component cancels in the cleanup of an effect, and which follows a job. */
async function following() {
  const server = await loopback(({ method, path: asked }) => {
    if (asked === '/jobs' && method === 'POST') return json({ id: 'job-1' });
    if (asked === '/jobs/job-1/events') return stream([': ping\n\n'], 'open');
    if (asked.startsWith('/jobs/')) return json({});
    const file = path.join(staticDir, asked === '/' ? 'index.html' : asked);
    return { headers: { 'content-type': types[path.extname(file)] ?? '' }, body: readFileSync(file, 'utf8') };
  });
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(server.url);
  await page.getByRole('button', { name: 'Preview' }).click();
  const streams = () => server.heard.filter(({ path: asked }) => asked.endsWith('/events'));
  await expect.poll(() => streams().length).toBe(1);
  await expect.poll(() => page.getByRole('status').textContent()).toMatch(/^(connecting|streaming|polling)$/);
  return { page, server, streams, cancels: () => server.heard.filter(({ method }) => method === 'DELETE').length };
}

describe('a cleanup that cancels', () => {
  it('S26: sends the cancel when its component unmounts in a page that lives on', async () => {
    const { page, cancels } = await following();
    await page.getByRole('button', { name: 'Unmount' }).click();
    await expect.poll(cancels).toBe(1);
  });

  it.each<{ what: string; leave: (page: Page) => Promise<unknown> }>([
    { what: 'is closed', leave: page => page.close() },
    { what: 'runs its unload handlers and is closed', leave: page => page.close({ runBeforeUnload: true }) },
    { what: 'is reloaded', leave: page => page.reload() },
    { what: 'navigates away', leave: page => page.goto('about:blank') },
  ])('S26: sends nothing when the page $what', async ({ leave }) => {
    const { page, server, streams, cancels } = await following();
    await leave(page);
    // The page's connections have ended, so it sends nothing any more.
    await streams()[0]?.closed;
    await fetch(`${server.url}/jobs/barrier`);
    expect([cancels(), server.heard.at(-1)?.path]).toEqual([0, '/jobs/barrier']);
  });
});
