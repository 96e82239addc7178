import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, inject, onTestFinished } from 'vitest';
import type { Tab as AnyTab, TabBrowser } from './tab.types.js';
import { launchTabs } from './tab-browsers.js';

const inRepository = (file: string) => fileURLToPath(new URL(`../../${file}`, import.meta.url));

/** The adapters and the machines as one script, with their exports in the global `lifecycle`. */
export async function bundleTab(): Promise<string> {
  const [built] = [
    await build({
      configFile: false,
      logLevel: 'error',
      root: inRepository(''),
      publicDir: false,
      define: { 'process.env.NODE_ENV': '"production"' },
      resolve: {
        alias: [
          { find: /^generation-lifecycle$/, replacement: inRepository('src/machines/index.ts') },
          {
            find: /^generation-lifecycle\/adapters(\/remote-backend)?$/,
            replacement: inRepository('src/adapters$1/index.ts'),
          },
        ],
      },
      build: {
        write: false,
        minify: false,
        lib: { entry: inRepository('test/support/tabs.entry.ts'), formats: ['iife'], name: 'entry' },
      },
    }),
  ].flat();
  const [chunk] = built && 'output' in built ? built.output : [];
  if (!chunk) throw new Error('Vite returned no output.');
  return chunk.code;
}

async function serve(script: string) {
  const server = createServer((request, response) => {
    const isScript = request.url === '/entry.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? script : '<!doctype html><title>A tab</title><script src="/entry.js"></script>');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The server has no port.');
  return { url: `http://127.0.0.1:${address.port}/`, close: () => server.close() };
}

/** A tab of the page that {@link tabs} serves. */
export type Tab = AnyTab & {
  readonly url: string;
  /** Shows it, and hides the others of the test. */
  bringToFront(): Promise<void>;
  /** Of Playwright. */
  readonly page?: Page | undefined;
};

/** Only Chromium has windows with several tabs here: the others are told what they would see. */
const show = (tab: AnyTab, isShown: boolean) =>
  tab.evaluate(
    state => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, value: state });
      document.dispatchEvent(new Event('visibilitychange'));
    },
    isShown ? 'visible' : 'hidden',
  );

/** A connection to the tab by the protocol of Chromium. */
export function protocolOf({ page }: Tab) {
  if (!page) throw new Error('Only Chromium has this protocol.');
  return page.context().newCDPSession(page);
}

/**
 * One browser for a file of tests. The returned function opens a tab of one origin, in front of those before it, which
 * has the adapters and the machines in `lifecycle`.
 */
export function tabs(): () => Promise<Tab> {
  const engine = inject('engine');
  let browser: TabBrowser | undefined;
  let server: Awaited<ReturnType<typeof serve>> | undefined;
  /** Those of the test. */
  const open = new Set<AnyTab>();
  beforeAll(async () => {
    server = await serve(await bundleTab());
    browser = await launchTabs(engine);
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  return async () => {
    if (!(browser && server)) throw new Error('Open tabs in tests.');
    const { url } = server;
    const { page, ...tab } = await browser.newTab();
    const close = async () => {
      if (open.delete(tab)) await tab.close();
    };
    onTestFinished(close);
    await tab.goto(url);
    open.add(tab);
    const bringToFront = async () => {
      if (engine === 'Chromium') return page?.bringToFront();
      for (const other of open) await show(other, other === tab);
    };
    await bringToFront();
    return { ...tab, url, page, close, bringToFront };
  };
}
