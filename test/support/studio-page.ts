import { fileURLToPath } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import { beforeAll, expect, onTestFinished } from 'vitest';
import { sharedBrowser } from './shared-browser.js';
import { type Backend, type Faults, type RequestRecord, startBackend } from './studio-server.js';

const staticDir = fileURLToPath(new URL('../../examples/studio/dist/app', import.meta.url));

type ToolName = 'Chart' | 'Compare' | 'Faults' | 'Inspector' | 'Log';

/** The built page in Chromium, with its own backend. Its clock runs, and tests can move it forward. */
export type StudioPage = {
  readonly page: Page;
  readonly backend: Backend;
  /** The tiles of images and those of videos: what runs, what has failed, and the results. */
  readonly images: Locator;
  readonly videos: Locator;
  readonly generateButton: Locator;
  /** The results in the gallery. */
  readonly items: Locator;
  /** Submits a prompt. @defaultValue for an image */
  generate(prompt: string, kind?: 'Image' | 'Video'): Promise<void>;
  /** Opens the developer tools, unless they are open, and chooses one. */
  openTool(name: ToolName): Promise<void>;
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

    const generateButton = page.getByRole('button', { name: 'Generate', exact: true });
    await generateButton.waitFor();
    return {
      page,
      backend,
      images: page.locator('.tile[data-kind="image"]'),
      videos: page.locator('.tile[data-kind="video"]'),
      generateButton,
      items: page.locator('.tile[data-item]'),
      generate: (prompt, kind) => submitPrompt(page, prompt, kind),
      openTool: name => openTool(page, name),
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

/** Submits a prompt in the page. @param kind what to make; an image by default */
export async function submitPrompt(page: Page, prompt: string, kind: 'Image' | 'Video' = 'Image'): Promise<void> {
  await page.getByRole('radio', { name: kind, exact: true }).check();
  await page.getByRole('textbox', { name: 'Prompt' }).fill(prompt);
  await page.getByRole('button', { name: 'Generate', exact: true }).click();
}

/** Opens the developer tools, unless they are open, and chooses one. */
export async function openTool(page: Page, name: ToolName): Promise<void> {
  const tab = page.getByRole('tab', { name });
  if ((await tab.count()) === 0) await page.getByRole('button', { name: 'Developer tools' }).click();
  await tab.click();
}
