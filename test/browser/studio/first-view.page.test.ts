import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { firstViewOf } from '../../../bench/studio/first-view.mjs';
import { sharedBrowser } from '../../support/shared-browser.js';
import { submitPrompt } from '../../support/studio-page.js';
import { startBackend } from '../../support/studio-server.js';

const staticDir = fileURLToPath(new URL('../../../examples/studio/dist/app', import.meta.url));
const mostBytes = 150_000;

/** A new tab, and a backend with its server half. */
async function openTab() {
  const folder = await mkdtemp(path.join(tmpdir(), 'studio-'));
  const backend = await startBackend({ staticDir, serverHalf: { folder, renderMs: 300 } });
  const context = await (await sharedBrowser()).newContext();
  onTestFinished(async () => {
    await context.close();
    await backend.close();
    await rm(folder, { recursive: true, force: true });
  });
  // The sizes of the page would take the renderer seconds.
  await context.route(/\/api\/generat.*/, (route, request) =>
    request.method() === 'POST'
      ? route.continue({ postData: { ...request.postDataJSON(), resolution: { width: 96, height: 64 } } })
      : route.continue(),
  );
  return { page: await context.newPage(), context, url: backend.url };
}

const adapterOf = { '/': /vendor-files/, '/?backend=in-house': /in-house-files/ };

describe.each(['/', '/?backend=in-house'] as const)('the first view of the studio at %s', query => {
  it('is at most 150 kB of JavaScript, compressed, without tools and adapters', async () => {
    const { page, url } = await openTab();
    const { names, bytes } = await firstViewOf(page, url + query);
    expect(names.length).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(mostBytes);
    expect(names.filter(name => /chart-view|comparison|-panel|log-view|-files/.test(name))).toEqual([]);
  });

  it('shows what was made without an adapter, which comes with the first words of a prompt', async () => {
    const { page, context, url } = await openTab();
    await page.goto(url + query);
    await submitPrompt(page, 'Dunes');
    await page.locator('.tile[data-item]').waitFor();
    const second = await context.newPage();
    const { names } = await firstViewOf(second, url + query);
    await second.locator('.tile[data-item]').getByRole('img', { name: 'Dunes' }).waitFor();
    expect(names.filter(name => adapterOf[query].test(name))).toEqual([]);
    const loaded = second.waitForResponse(response => adapterOf[query].test(response.url()));
    await second.getByRole('textbox', { name: 'Prompt' }).fill('D');
    await loaded;
  });

  it('says that nothing was sent where the adapter cannot be loaded', async () => {
    const { page, context, url } = await openTab();
    await page.goto(url + query);
    await context.route(adapterOf[query], route => route.abort());
    let posts = 0;
    page.on('request', request => {
      if (request.method() === 'POST') posts += 1;
    });
    await submitPrompt(page, 'Dunes');
    await page.getByText('Reload the page').waitFor();
    expect(posts).toBe(0);
  });
});
