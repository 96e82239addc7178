import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { fal } from 'generation-lifecycle/adapters/fal';
import { createGenerationServer, memoryJobs, type ServerLogEntry } from 'generation-lifecycle/server';
import { toListener } from 'generation-lifecycle/server/node';
import { falDouble } from 'generation-lifecycle/testing/vendors';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SimulatedClock } from 'xstate';
import { listening } from '../support/listening.js';
import { sharedBrowser } from '../support/shared-browser.js';

const script = readFileSync(new URL('page-before/page.js', import.meta.url));
const html = '<!doctype html><title>A page of before</title><body><script src="/page.js"></script>';
const picture = 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>';
const queueMs = 60_000;

/** The server of now, with its page of before. Its vendor goes on when the test says so. */
async function serve(isDurable: boolean) {
  const clock = new SimulatedClock();
  const scenario = { queuedMs: queueMs, runningMs: 1_000, output: { images: [{ url: picture }] } };
  const double = falDouble({ scenario, clock });
  const log: ServerLogEntry[] = [];
  const server = createGenerationServer({
    secrets: 'a secret of the tests, and of nothing else',
    authorize: ({ headers }) => (headers.get('cookie') === 'user=ada' ? { id: 'ada' } : undefined),
    log: entry => log.push(entry),
    // A relay asks the vendor so often on behalf of a page.
    repeatStateMs: 200,
    backends: {
      image: {
        adapter: fal<unknown, unknown>({ model: 'fal-ai/flux/dev', apiKey: 'id:any', fetch: double.fetch }),
        input: (wish: unknown) => wish,
        policy: { pollDelayMs: [50], minReadGapMs: 20 },
      },
    },
    ...(isDurable && { store: memoryJobs() }),
  });
  const answer = toListener(server.handle);
  const { url } = await listening(
    createServer((request, response) => {
      if (request.url?.startsWith('/api/')) return answer(request, response);
      const isScript = request.url === '/page.js';
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
      response.setHeader('set-cookie', 'user=ada; HttpOnly; SameSite=Strict');
      return response.end(isScript ? script : html);
    }),
  );
  const requests = () => log.filter(({ event }) => event === 'request');
  return { url, clock, double, requests };
}

describe('a page of an earlier version', () => {
  it.each([
    ['a relay', false],
    ['a store', true],
  ])('goes on with the server half of now, with %s: submit, stream, reload, and one picture', async (_, isDurable) => {
    const { url, clock, double, requests } = await serve(isDurable);
    const page = await (await sharedBrowser()).newPage();
    onTestFinished(() => page.close());
    const status = () => page.locator('p').textContent();
    await page.goto(`${url}/${isDurable ? '?durable' : ''}`);
    await page.getByRole('button').click();
    await expect.poll(status).toBe('streaming');
    await page.reload();
    await expect.poll(status).toBe('streaming');
    clock.increment(queueMs + 1_000);
    await expect.poll(status).toBe('completed');
    const isShown = () => Array.from(document.images, ({ naturalWidth }) => naturalWidth > 0);
    await expect.poll(() => page.evaluate(isShown)).toEqual([true]);
    expect(double.chargedCount).toBe(1);
    expect(requests().filter(({ route }) => route === 'submit')).toHaveLength(1);
    expect(requests().filter(({ status: code = 0 }) => code >= 400)).toEqual([]);
    const routes = new Set(requests().map(({ route }) => route));
    expect([...routes]).toEqual(expect.arrayContaining(['submit', isDurable ? 'allEvents' : 'events', 'result']));
  });
});
