import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { connectToChromium, findChromium, launchArguments } from '../../scripts/chromium.mjs';

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

/** A Chromium whose background tabs are hidden and frozen, as a user's are. */
async function launch() {
  const profile = mkdtempSync(path.join(tmpdir(), 'generation-lifecycle-'));
  const child = spawn(
    findChromium(),
    [...launchArguments, '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const exited = once(child, 'exit');
  let output = '';
  const endpoint = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`Chromium has ended:\n${output}`)));
    child.stderr.setEncoding('utf8').on('data', text => {
      output += text;
      const [, address] = /DevTools listening on (ws:\S+)/.exec(output) ?? [];
      if (address) resolve(address);
    });
  });
  // By default, Playwright makes every page visible.
  const { browser, context } = await connectToChromium(endpoint, { noDefaults: true });
  return {
    context,
    async close() {
      const session = await browser.newBrowserCDPSession();
      // The profile can be removed only after all processes have ended.
      await session.send('Browser.close');
      await exited;
      rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

/**
 * One browser for a file of tests. The returned function opens a tab of one origin, in front of those before it, which
 * has the adapters and the machines in `lifecycle`.
 */
export function tabs(): () => Promise<Page> {
  let context: BrowserContext;
  let url: string;
  const closing: (() => unknown)[] = [];
  beforeAll(async () => {
    const server = await serve(await bundleTab());
    closing.push(server.close);
    url = server.url;
    const browser = await launch();
    closing.push(browser.close);
    context = browser.context;
  });
  afterAll(async () => {
    for (const close of closing.reverse()) await close();
  });

  return async () => {
    const page = await context.newPage();
    onTestFinished(() => page.close());
    await page.goto(url);
    await page.bringToFront();
    return page;
  };
}
