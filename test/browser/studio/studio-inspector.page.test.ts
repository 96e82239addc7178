import { describe, expect, it } from 'vitest';
import type { Received } from '../../support/inspected.js';
import { loopback } from '../../support/loopback.js';
import { studioPages } from '../../support/studio-page.js';

const openStudio = studioPages();

/** A page with the inspector's protocol: it announces itself, and records the messages. */
const receiver = `<!doctype html><title>Receiver</title><script>
  window.received = [];
  addEventListener('message', ({ data }) => { if (data && data._version) received.push(data); });
  opener.postMessage({ type: '@statelyai.connected' }, '*');
</script>`;

declare global {
  interface Window {
    /** The messages of a receiver. */
    received?: Received[];
  }
}

describe('the inspector of the studio', () => {
  it('opens the viewer in the URL, sends each generation to it, and loads nothing before', async () => {
    const viewer = await loopback(() => ({ headers: { 'content-type': 'text/html' }, body: receiver }));
    const { page, backend, items, generate, openTool } = await openStudio();
    const requested: string[] = [];
    page.on('request', request => requested.push(request.url()));
    await page.goto(`${backend.url}/?inspector=${encodeURIComponent(viewer.url)}`);
    await generate('A lighthouse');
    await items.waitFor();
    await openTool('Inspector');
    expect(await page.getByLabel('Viewer').inputValue()).toBe(viewer.url);
    await page.getByText('This sends data to another site').waitFor();
    expect([...new Set(requested.map(url => new URL(url).origin))]).toEqual([backend.url]);
    expect(viewer.heard).toEqual([]);

    const scripts = () => requested.filter(url => url.endsWith('.js')).length;
    const before = scripts();
    const [opened] = await Promise.all([
      page.waitForEvent('popup'),
      page.getByRole('button', { name: 'Open the inspector' }).click(),
    ]);
    // Chromium throttles pages in the background.
    await page.bringToFront();
    await page.getByText('Inspecting.').waitFor();
    expect(scripts()).toBe(before + 1);

    await generate('Waves at night', 'Video');
    const names = () => opened.evaluate(() => window.received?.flatMap(({ name }) => name ?? []) ?? []);
    await expect.poll(async () => (await names()).join()).toMatch(/video generation [0-9a-f]{4}/);
    await items.nth(1).waitFor();
    expect(await names()).toContain('sse');
    expect(await opened.evaluate(() => JSON.stringify(window.received))).not.toContain('Waves');

    await page.getByRole('button', { name: 'Stop inspecting' }).click();
    const received = await opened.evaluate(() => window.received?.length);
    await generate('Dunes', 'Video');
    await items.nth(2).waitFor();
    expect(await opened.evaluate(() => window.received?.length)).toBe(received);

    // The viewer's window has a name, so a second one would be the same.
    await opened.close();
    const [again] = await Promise.all([
      page.waitForEvent('popup'),
      page.getByRole('button', { name: 'Open the inspector' }).click(),
    ]);
    await page.bringToFront();
    await page.getByText('Inspecting.').waitFor();
    await again.close();
    const runClock = async () => {
      await page.clock.runFor(1_000);
      return page.getByText('Inspecting.').count();
    };
    await expect.poll(runClock).toBe(0);
  });
});
