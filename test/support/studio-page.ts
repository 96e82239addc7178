import { fileURLToPath } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import { beforeAll, expect, onTestFinished } from 'vitest';
import { sharedBrowser } from './shared-browser.js';
import { type Backend, type Faults, type RequestRecord, startBackend } from './studio-server.js';

const staticDir = fileURLToPath(new URL('../../examples/studio/dist/app', import.meta.url));

/** The built page in Chromium, with its own backend. Its clock runs, and tests can move it forward. */
export type StudioPage = {
  readonly page: Page;
  readonly backend: Backend;
  /** The sections of the image client and of the video client. */
  readonly images: Locator;
  readonly videos: Locator;
  /** Of the image client. */
  readonly generateButton: Locator;
  /** The items of the gallery. */
  readonly items: Locator;
  /** Submits the form of a client. @defaultValue the image client */
  generate(prompt: string, client?: Locator): Promise<void>;
  /** The same studio in another tab. */
  openTab(): Promise<Page>;
  /** The submits, reads and streams so far, without images and the page itself. */
  jobRequests(): readonly RequestRecord['kind'][];
  /** Moves the page's clock forward, then waits until the requests that the page made meanwhile have arrived. */
  pass(ms: number): Promise<void>;
};

/** The returned function opens the page in a new context. Every submit of the page has these faults. */
export function studioPages(): (faults?: Faults) => Promise<StudioPage> {
  let browser: Browser;
  beforeAll(async () => {
    browser = await sharedBrowser();
  });

  return async (faults = {}) => {
    const backend = await startBackend({ staticDir });
    const context = await browser.newContext({ reducedMotion: 'reduce' });
    const errors: string[] = [];
    context.on('weberror', error => errors.push(String(error.error())));
    const page = await context.newPage();
    onTestFinished(async () => {
      await context.close();
      await backend.close();
      expect(errors).toEqual([]);
    });
    // The sizes of the page would take the backend seconds to render.
    await context.route('**/api/generate/*', (route, request) =>
      route.continue({ postData: { ...request.postDataJSON(), resolution: { width: 96, height: 64 } } }),
    );
    await page.clock.install();
    await page.goto(`${backend.url}/?faults=${encodeURIComponent(JSON.stringify(faults))}`);

    const images = page.getByRole('region', { name: 'Images' });
    const generateButton = images.getByRole('button', { name: 'Generate', exact: true });
    await generateButton.waitFor();
    return {
      page,
      backend,
      images,
      videos: page.getByRole('region', { name: 'Videos' }),
      generateButton,
      items: page.getByRole('list', { name: 'Gallery' }).getByRole('listitem'),
      async generate(prompt, client = images) {
        await client.getByRole('textbox', { name: 'Prompt' }).fill(prompt);
        await client.getByRole('button', { name: 'Generate', exact: true }).click();
      },
      async openTab() {
        const tab = await context.newPage();
        await tab.goto(backend.url);
        return tab;
      },
      jobRequests: () => backend.requests.map(({ kind }) => kind).filter(kind => kind !== 'page' && kind !== 'media'),
      async pass(ms) {
        await page.clock.runFor(ms);
        await page.evaluate(() => fetch('/icon.svg', { cache: 'no-store' }).then(answer => answer.text()));
      },
    };
  };
}
