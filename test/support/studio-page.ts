import { fileURLToPath } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import { beforeAll, expect, onTestFinished } from 'vitest';
import { sharedChromium } from './chromium.js';
import { type Backend, type Faults, type RequestRecord, startBackend } from './studio-server.js';

const staticDir = fileURLToPath(new URL('../../examples/studio/dist/app', import.meta.url));

/** The built page, open in Chromium on a backend of its own. Its clock runs, and can be moved on. */
export type StudioPage = {
  readonly page: Page;
  readonly backend: Backend;
  /** The client of pictures, and that of films: a form, and what has become of what was asked for. */
  readonly pictures: Locator;
  readonly films: Locator;
  /** Of the pictures. */
  readonly generateButton: Locator;
  /** What the gallery holds, as a screen reader finds it. */
  readonly items: Locator;
  /** By the form of one of the clients; of the pictures, if it is left out. */
  generate(prompt: string, client?: Locator): Promise<void>;
  /** The same studio in another tab. */
  openTab(): Promise<Page>;
  /** The submits, reads and streams so far. Pictures and the page itself are none of them. */
  jobRequests(): readonly RequestRecord['kind'][];
  /** Moves the page's clock on by so much, then waits for a request that the page makes after all it made meanwhile. */
  pass(ms: number): Promise<void>;
};

/** The returned function opens the page in a context of its own; its every submit then has these faults. */
export function studioPages(): (faults?: Faults) => Promise<StudioPage> {
  let browser: Browser;
  beforeAll(async () => {
    browser = await sharedChromium();
  });

  return async (faults = {}) => {
    const backend = await startBackend({ staticDir });
    const context = await browser.newContext({ reducedMotion: 'reduce' });
    const troubles: string[] = [];
    context.on('weberror', error => troubles.push(String(error.error())));
    const page = await context.newPage();
    onTestFinished(async () => {
      await context.close();
      await backend.close();
      expect(troubles).toEqual([]);
    });
    // A picture of the page's own sizes takes the backend seconds of pure computing.
    await context.route('**/api/generate/*', (route, request) =>
      route.continue({ postData: { ...request.postDataJSON(), resolution: { width: 96, height: 64 } } }),
    );
    await page.clock.install();
    await page.goto(`${backend.url}/?faults=${encodeURIComponent(JSON.stringify(faults))}`);

    const pictures = page.getByRole('region', { name: 'Pictures' });
    const generateButton = pictures.getByRole('button', { name: 'Generate', exact: true });
    await generateButton.waitFor();
    return {
      page,
      backend,
      pictures,
      films: page.getByRole('region', { name: 'Films' }),
      generateButton,
      items: page.getByRole('list', { name: 'Gallery' }).getByRole('listitem'),
      async generate(prompt, client = pictures) {
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
