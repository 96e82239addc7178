import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { finderOf, inUsualFolders } from './find-browser.mjs';
import { endProgram, freePort } from './services/program.mjs';

/** The library that the driver depends on brings MiniBrowser, whose window needs a display. */
const aptPackages = ['webkit2gtk-driver', 'xvfb'];

const findWebKitDriver = finderOf({
  name: 'WebKitWebDriver',
  variable: 'WEBKIT_DRIVER_PATH',
  candidates: () => inUsualFolders(['WebKitWebDriver']),
  // It knows no `--version`.
  isUsable: existsSync,
  aptPackages,
});

/** `/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser`, and where other distributions have it. @returns {string[]} */
function miniBrowsers() {
  const listed = (/** @type {string} */ folder) =>
    existsSync(folder) ? readdirSync(folder).map(name => path.join(folder, name)) : [];
  const libraries = [...listed('/usr/lib'), '/usr/lib', '/usr/lib64', '/usr/libexec'];
  return libraries
    .flatMap(folder => ['webkitgtk-6.0', 'webkit2gtk-4.1', 'webkit2gtk-4.0'].map(name => path.join(folder, name)))
    .map(folder => path.join(folder, 'MiniBrowser'));
}

export const findMiniBrowser = finderOf({
  name: 'MiniBrowser of WebKitGTK',
  variable: 'MINIBROWSER_PATH',
  candidates: miniBrowsers,
  // It starts only where there is a display.
  isUsable: existsSync,
  aptPackages,
});

const findDisplayServer = finderOf({
  name: 'Xvfb',
  variable: 'XVFB_PATH',
  candidates: () => inUsualFolders(['Xvfb']),
  isUsable: existsSync,
  aptPackages,
});

/**
 * A process that ends with this one.
 * @param {string} file @param {readonly string[]} args @param {import('node:child_process').SpawnOptions} options
 */
function startBeside(file, args, options) {
  const child = spawn(file, args, options);
  const kill = () => void child.kill();
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  child.unref();
  return child;
}

/**
 * A display that nobody sees, with a number that is free.
 * @returns {Promise<{ env: NodeJS.ProcessEnv, stop: () => Promise<unknown> }>}
 */
export async function startDisplay() {
  const child = startBeside(
    findDisplayServer(),
    ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
  );
  const [, , , pipe] = child.stdio;
  if (!pipe) throw new Error('Xvfb has no pipe for its number.');
  const [number] = await Promise.race([
    once(pipe, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error('Xvfb has ended before it had a display.'))),
  ]);
  pipe.destroy();
  return { env: { ...process.env, DISPLAY: `:${String(number).trim()}` }, stop: () => endProgram(child, 'SIGTERM') };
}

/**
 * Starts the driver of WebKit on a display and a port of its own. It serves one session at a time.
 * @returns {Promise<{ port: number, stop: () => Promise<void> }>}
 */
export async function startWebKitDriver() {
  const file = findWebKitDriver();
  const display = await startDisplay();
  const port = await freePort();
  const child = startBeside(file, ['-p', String(port), '--host=127.0.0.1'], {
    env: display.env,
    stdio: 'ignore',
  });
  const isReady = () =>
    fetch(`http://127.0.0.1:${port}/status`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isReady())) {
    if (child.exitCode !== null) throw new Error(`WebKitWebDriver has ended with ${child.exitCode}.`);
    await sleep(50);
  }
  return {
    port,
    async stop() {
      await endProgram(child, 'SIGTERM');
      await display.stop();
    },
  };
}

/** What a session asks for. MiniBrowser obeys the driver only with this argument. */
export const miniBrowserOptions = () => ({
  'webkitgtk:browserOptions': { binary: findMiniBrowser(), args: ['--automation'] },
});

/** The same for webdriverio, which would otherwise ask for WebDriver BiDi. */
export const webKitCapabilities = () => ({ ...miniBrowserOptions(), 'wdio:enforceWebDriverClassic': true });

/**
 * Corrects the request for a session of webdriverio as Vitest makes it: MiniBrowser is no `safari`, and knows neither
 * WebDriver BiDi nor webdriverio's own capability. Pass it as its `transformRequest`.
 * @param {RequestInit} request @returns {RequestInit}
 */
export function toSession(request) {
  if (typeof request.body !== 'string' || !request.body.startsWith('{"capabilities"')) return request;
  const { capabilities } = JSON.parse(request.body);
  for (const wanted of [capabilities.alwaysMatch, ...capabilities.firstMatch]) {
    for (const name of ['browserName', 'webSocketUrl', 'wdio:enforceWebDriverClassic']) delete wanted[name];
  }
  return { ...request, body: JSON.stringify({ capabilities }) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(`${findWebKitDriver()}\n${findMiniBrowser()}`);
