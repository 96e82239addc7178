import { createGenerationServer, memoryJobs } from 'generation-lifecycle/server';
import { serve } from 'generation-lifecycle/server/node';
import type { VendorScenario } from 'generation-lifecycle/testing/vendors';
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { columns, type VendorColumn } from '../adapters/vendors/columns.js';
// For the types of what the tabs have.
import type {} from '../support/tabs.entry.js';
import { tabs } from '../support/tabs.js';

declare global {
  /** What the page has shown. */
  var shown: { readonly progress: number | undefined; readonly previews: readonly string[]; readonly status: string }[];
}

const openTab = tabs();

const patience = { timeout: 60_000 };
/** Runway is read each 5 s. */
const brief: VendorScenario = { queuedMs: 0, runningMs: 7_000 };

/** A page of another origin than its server half, behind which a vendor's double works on a job. */
async function openPage(column: VendorColumn, scenario: VendorScenario) {
  const { page: tab, url: pageUrl } = await openTab();
  if (!tab) throw new Error('Only Playwright finds elements by their roles.');
  const { double, adapter } = column.create({ scenario, key: column.key });
  const durable = Boolean(column.isStreamJob);
  const { handle } = createGenerationServer({
    ...(durable ? { store: memoryJobs() } : { secrets: 'a secret of the tests, and of nothing else' }),
    authorize: () => ({ id: 'ada' }),
    allowedOrigins: [new URL(pageUrl).origin],
    backends: { job: { adapter, input: (wish: unknown) => wish } },
  });
  const { url, close } = await serve({ handle }, { port: 0, handleSignals: false, graceMs: 0 });
  onTestFinished(close);
  await tab.evaluate(
    ({ baseUrl, input, durable }) => {
      const { createActor, createGenerationMachine, remoteBackend, viewGeneration } = lifecycle;
      document.body.innerHTML =
        '<progress></progress><img alt="preview" hidden><p role="status"></p><p role="alert"></p><button>Cancel</button>';
      const find = (selector: string): HTMLElement =>
        document.querySelector<HTMLElement>(selector) ?? document.createElement('p');
      const backend = remoteBackend<unknown, unknown>({ baseUrl, durable, headers: { authorization: 'Bearer ada' } });
      const actor = createActor(createGenerationMachine(backend), { input: { id: 'generation-1' } });
      globalThis.shown = [];
      actor.subscribe(snapshot => {
        const { status, progress, previews, failure, output, stopped } = viewGeneration(snapshot);
        globalThis.shown.push({ progress, previews: previews.map(({ url }) => url), status });
        const [preview] = previews;
        find('progress').setAttribute('value', String(progress ?? 0));
        if (preview) find('img').setAttribute('src', preview.url);
        find('img').hidden = !preview;
        find('[role=status]').textContent = [status, stopped && 'stopped', output && JSON.stringify(output)]
          .filter(Boolean)
          .join(' ');
        find('[role=alert]').textContent = failure?.message ?? '';
      });
      actor.start();
      find('button').onclick = () => actor.send({ type: 'CANCEL' });
      actor.send({ type: 'GENERATE', input });
    },
    { baseUrl: `${url}/api/generations/job`, input: column.input, durable },
  );
  return { tab, double };
}

const waitForStatus = async (tab: Page, words: RegExp) =>
  expect.poll(() => tab.getByRole('status').textContent(), patience).toMatch(words);

describe.each(columns)('a page over the server half and the double of $name', column => {
  it('shows how far the job is, and its result', async () => {
    const { tab, double } = await openPage(column, brief);
    await waitForStatus(tab, /^completed /);
    const shown = await tab.evaluate(() => globalThis.shown);
    const between = shown.filter(({ progress = 0 }) => progress > 0 && progress < 1);
    expect(between.length > 0).toBe(column.shows?.includes('progress') ?? false);
    const previews = shown.flatMap(({ previews: urls }) => urls);
    expect(previews.length > 0).toBe(column.shows?.includes('previews') ?? false);
    // As bytes from the server half, and not as text in a view.
    for (const url of previews) expect(url).toMatch(/^http/);
    for (const url of previews.slice(-1)) expect((await fetch(url)).headers.get('content-type')).toMatch(/^image\//);
    expect(await tab.getByRole('alert').textContent()).toBe('');
    expect(await tab.content()).not.toContain(column.key);
    expect(double.chargedCount).toBe(1);
  });

  it('cancels the job', async () => {
    const { tab, double } = await openPage(column, { queuedMs: 60_000 });
    await waitForStatus(tab, /^(?:polling|streaming)/);
    await tab.getByRole('button', { name: 'Cancel' }).click();
    await waitForStatus(tab, column.lacks?.includes('cancel') ? /^cancelled$/ : /^cancelled stopped$/);
    expect(double.chargedCount).toBe(1);
  });

  it('says in plain words that the content was refused', async () => {
    const { tab } = await openPage(column, { queuedMs: 0, runningMs: 0, ends: 'moderated' });
    await waitForStatus(tab, /^failed$/);
    const words = await tab.getByRole('alert').textContent();
    expect(words).toContain('Change the prompt or the image, then submit again.');
    expect(words).not.toContain(column.key);
  });
});

it.each(columns.filter(({ film }) => film))('a page gets the film of $name from the server half', async column => {
  const { tab } = await openPage(column, { queuedMs: 0, runningMs: 0 });
  await waitForStatus(tab, /^completed /);
  const said = (await tab.getByRole('status').textContent()) ?? '';
  const [, url = ''] = /"url":"([^"]+)"/.exec(said) ?? [];
  expect(new URL(url).hostname).toBe('127.0.0.1');
  const loaded = await tab.evaluate(async (address: string) => {
    const answer = await fetch(address, { headers: { authorization: 'Bearer ada' } });
    return { type: answer.headers.get('content-type'), text: await answer.text() };
  }, url);
  expect(loaded).toEqual({ type: 'video/mp4', text: column.film });
});
