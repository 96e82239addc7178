import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { sharedBrowser } from './shared-browser.js';
import { type Backend, type Faults, type RequestRecord, startBackend } from './studio-server.js';

const root = fileURLToPath(new URL('../browser/drop-in/', import.meta.url));
const src = fileURLToPath(new URL('../../src/', import.meta.url));

/** A tab with the page. Its clock runs, and tests can move it forward. */
export type DropInTab = {
  readonly page: Page;
  readonly gallery: ReturnType<Page['getByRole']>;
  readonly status: ReturnType<Page['getByRole']>;
  press(button: string): Promise<void>;
  generate(prompt: string): Promise<void>;
  /** The texts of all toasts since the page was loaded, oldest first. */
  toasts(): Promise<readonly string[]>;
  /** The prompts in the gallery, as it shows them. */
  prompts(): Promise<readonly string[]>;
  /** Moves the page's clock forward, 5 s at a time. */
  pass(ms: number): Promise<void>;
};

/** One origin with its backend and its storage. */
export type DropInSite = {
  readonly backend: Backend;
  readonly context: BrowserContext;
  open(faults?: Faults, query?: string): Promise<DropInTab>;
  requests(kind: RequestRecord['kind']): readonly RequestRecord[];
};

/** Builds the page for a file of tests. The returned function opens a new site. */
export function dropInPages(): () => Promise<DropInSite> {
  let browser: Browser;
  let staticDir: string;
  beforeAll(async () => {
    staticDir = mkdtempSync(path.join(tmpdir(), 'drop-in-'));
    await build({
      root,
      configFile: false,
      logLevel: 'warn',
      // React's development build alone mounts twice in StrictMode.
      mode: 'development',
      define: { 'process.env.NODE_ENV': '"development"' },
      plugins: [react()],
      resolve: {
        alias: [{ find: /^generation-lifecycle\/react$/, replacement: `${src}react/index.ts` }],
      },
      build: { outDir: staticDir, emptyOutDir: true, minify: false, chunkSizeWarningLimit: 5_000 },
    });
    browser = await sharedBrowser();
  });
  afterAll(() => {
    rmSync(staticDir, { recursive: true, force: true });
  });

  return async () => {
    const backend = await startBackend({ staticDir });
    const context = await browser.newContext();
    const errors: string[] = [];
    context.on('weberror', error => {
      const text = String(error.error());
      // Firefox tells of an answer that the page may not read, which a test may be about.
      if (!text.includes('Cross-Origin Request Blocked')) errors.push(text);
    });
    onTestFinished(async () => {
      await context.close();
      await backend.close();
      expect(errors).toEqual([]);
    });
    return {
      backend,
      context,
      requests: kind => backend.requests.filter(request => request.kind === kind),
      async open(faults = {}, query = '') {
        const page = await context.newPage();
        await page.clock.install();
        await page.goto(`${backend.url}/?faults=${encodeURIComponent(JSON.stringify(faults))}${query}`);
        const button = (name: string) => page.getByRole('button', { name, exact: true });
        const texts = (list: string) => page.getByRole('list', { name: list }).getByRole('listitem').allTextContents();
        await button('Generate').waitFor();
        return {
          page,
          gallery: page.getByRole('list', { name: 'Gallery' }).getByRole('listitem'),
          status: page.getByRole('status'),
          press: name => button(name).click(),
          async generate(prompt) {
            await page.getByLabel('Prompt').fill(prompt);
            await button('Generate').click();
          },
          toasts: () => texts('Toasts'),
          prompts: () => page.getByRole('list', { name: 'Gallery' }).locator('span').allTextContents(),
          async pass(ms) {
            for (let left = ms; left > 0; left -= 5_000) await page.clock.runFor(Math.min(left, 5_000));
          },
        };
      },
    };
  };
}

/** The array under a key of the site's storage. */
export const stored = (tab: DropInTab, key: string): Promise<readonly { readonly [name: string]: unknown }[]> =>
  tab.page.evaluate(name => JSON.parse(localStorage.getItem(name) ?? '[]'), key);

/** Longer than any test. The test ends it with `release()` of the backend. */
export const heldMs = 86_400_000;

/** A page with a generation that runs until `release()` of the backend. */
export async function running(site: DropInSite, faults: Faults, prompt = 'Dunes'): Promise<DropInTab> {
  const tab = await site.open({ renderMs: heldMs, ...faults });
  await tab.generate(prompt);
  await expect.poll(() => tab.status.textContent()).toBe('processing');
  return tab;
}

/**
 * Waits until no tab follows or stores a generation. Web Locks take real time: a test that moves the page's clock forward
 * while a write waits for one lets that write time out.
 */
export const untilRunsEnd = (tab: DropInTab): Promise<void> =>
  expect
    .poll(() =>
      tab.page.evaluate(async () => {
        const { held = [], pending = [] } = await navigator.locks.query();
        return [...held, ...pending].filter(({ name }) => name?.startsWith('generation-lifecycle:lock:')).length;
      }),
    )
    .toBe(0);

/** Asserts that neither the page nor its requests change while time passes. */
export async function staysSo(site: DropInSite, ...tabs: readonly DropInTab[]): Promise<void> {
  await expect.poll(site.backend.openStreams).toBe(0);
  const readState = async () => [await Promise.all(tabs.map(tab => tab.prompts())), site.requests('read').length];
  const before = await readState();
  for (const tab of tabs) await tab.pass(20_000);
  expect(await readState()).toEqual(before);
}
