import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { alias } from '../../vitest.node.config.js';
import { violationsIn } from '../support/axe.js';
import { sharedBrowser } from '../support/shared-browser.js';

/** The example as it is built, in Chromium, with what a person does there. */
async function opened(framework: string) {
  const folder = mkdtempSync(path.join(tmpdir(), 'gallery-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  await build({
    configFile: fileURLToPath(new URL(`../../examples/gallery-${framework}/vite.config.ts`, import.meta.url)),
    logLevel: 'error',
    resolve: { alias },
    build: { outDir: folder, emptyOutDir: true },
  });
  const context = await (await sharedBrowser()).newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('console', message => message.type() === 'error' && errors.push(message.text()));
  await page.route('http://gallery.test/**', (route, request) => {
    const { pathname } = new URL(request.url());
    return route.fulfill({ path: path.join(folder, pathname === '/' ? 'index.html' : pathname) });
  });
  await page.goto('http://gallery.test/');
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const generate = async (prompt: string) => {
    await page.getByRole('textbox', { name: 'Prompt' }).fill(prompt);
    await press('Generate');
  };
  const rows = async (list: string) =>
    ((await page.getByRole('list', { name: list }).textContent()) ?? '').replace(/\s+/g, ' ').trim();
  const count = (list: string) => page.getByRole('list', { name: list }).getByRole('listitem').count();
  return { page, errors, press, generate, rows, count, status: () => page.getByRole('status').textContent() };
}

describe.each(['react', 'vue', 'svelte', 'solid'])('the gallery in %s', framework => {
  it('generates, cancels, retries, resumes, renews and deletes, and axe finds nothing', async () => {
    const { page, errors, press, generate, rows, count, status } = await opened(framework);
    await expect.poll(status).toBe('0 running, 0 done');
    expect(await violationsIn(page, 'main')).toEqual([]);

    // A double click is one picture.
    await page.getByRole('button', { name: 'Generate' }).dblclick();
    await expect.poll(() => rows('Generations')).toMatch(/^a lighthouse: \w+ (about|almost)/);
    expect(await page.getByRole('progressbar', { name: 'Progress of a lighthouse' }).count()).toBe(1);
    expect(await violationsIn(page, 'main')).toEqual([]);
    await expect.poll(status).toBe('0 running, 1 done');
    expect(await count('Generations')).toBe(1);
    await press('Dismiss a lighthouse');
    await expect.poll(() => count('Generations')).toBe(0);

    await generate('fog');
    await press('Cancel fog');
    await expect.poll(() => rows('Generations')).toContain('fog: cancelled');
    await press('Dismiss fog');

    await generate('refused');
    await expect.poll(() => rows('Generations')).toContain('The model has refused.');
    await press('Retry refused');
    await expect.poll(status).toBe('0 running, 2 done');

    await generate('interrupted');
    await expect.poll(() => rows('Generations')).toContain('The connection was lost.');
    await press('Resume interrupted');
    await expect.poll(status).toBe('0 running, 3 done');

    await generate('short');
    await expect.poll(() => rows('Gallery')).toContain('The link has expired.');
    expect(await violationsIn(page, 'main')).toEqual([]);
    await press('Renew short');
    await expect.poll(() => rows('Gallery')).not.toContain('The link has expired.');

    await press('Delete a lighthouse');
    await expect.poll(status).toBe('0 running, 3 done');
    expect(errors).toEqual([]);
  });
});
