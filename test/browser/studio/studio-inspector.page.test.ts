import { describe, expect, it } from 'vitest';
import type { Received } from '../../support/inspected.js';
import { loopback } from '../../support/loopback.js';
import { studioPages } from '../../support/studio-page.js';

const openStudio = studioPages();

/** A page that speaks the inspector's protocol: it says that it is there, and writes down what it is sent. */
const receiver = `<!doctype html><title>Receiver</title><script>
  window.received = [];
  addEventListener('message', ({ data }) => { if (data && data._version) received.push(data); });
  opener.postMessage({ type: '@statelyai.connected' }, '*');
</script>`;

declare global {
  interface Window {
    /** What a receiver has received, where it is one. */
    received?: Received[];
  }
}

describe('the switch of the inspector', () => {
  it('opens the viewer that the address names, shows each generation there, and loads nothing before', async () => {
    const viewer = await loopback(() => ({ headers: { 'content-type': 'text/html' }, body: receiver }));
    const { page, backend, items, films, generate } = await openStudio();
    const asked: string[] = [];
    page.on('request', request => asked.push(request.url()));
    await page.goto(`${backend.url}/?inspector=${encodeURIComponent(viewer.url)}`);
    await generate('A lighthouse');
    await items.waitFor();
    await page.getByText('Inspector', { exact: true }).click();
    expect(await page.getByLabel('Viewer').inputValue()).toBe(viewer.url);
    await page.getByText('This leaves the page’s own server').waitFor();
    expect([...new Set(asked.map(url => new URL(url).origin))]).toEqual([backend.url]);
    expect(viewer.heard).toEqual([]);

    const scripts = () => asked.filter(url => url.endsWith('.js')).length;
    const before = scripts();
    const [opened] = await Promise.all([
      page.waitForEvent('popup'),
      page.getByRole('button', { name: 'Open the inspector' }).click(),
    ]);
    // A page behind another is slow.
    await page.bringToFront();
    await page.getByText('Watching.').waitFor();
    expect(scripts()).toBe(before + 1);

    await generate('Waves at night', films);
    const names = () => opened.evaluate(() => window.received?.flatMap(({ name }) => name ?? []) ?? []);
    await expect.poll(async () => (await names()).join()).toMatch(/film generation [0-9a-f]{4}/);
    await items.nth(1).waitFor();
    expect(await names()).toContain('sse');
    expect(await opened.evaluate(() => JSON.stringify(window.received))).not.toContain('Waves');

    await page.getByRole('button', { name: 'Stop watching' }).click();
    const told = await opened.evaluate(() => window.received?.length);
    await generate('Dunes', films);
    await items.nth(2).waitFor();
    expect(await opened.evaluate(() => window.received?.length)).toBe(told);
  });
});
