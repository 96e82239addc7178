import { setTimeout as sleep } from 'node:timers/promises';
import { miniBrowserOptions, startWebKitDriver } from './webkit.mjs';

/**
 * A script that runs a function in the page, and keeps how it has ended.
 * @param {unknown} run @param {unknown} argument @param {string} id
 */
const toStart = (run, argument, id) => `
  const end = how => { globalThis[${JSON.stringify(id)}] = how; };
  end({ isRunning: true });
  Promise.resolve().then(() => (${run})(${JSON.stringify(argument) ?? ''})).then(value => end({ value }), error => end({ failure: String(error) }));`;

/** How long a script in a page may take, in ms: as long as a busy machine needs. */
const scriptMs = 180_000;

/**
 * Starts WebKit, with its driver and a display of its own.
 * @returns {Promise<import('../test/support/tab.types.ts').TabBrowser>}
 */
export async function launchWebKit() {
  const driver = await startWebKitDriver();
  /** @param {'GET' | 'POST' | 'DELETE'} method @param {string} path @param {object} [body] @returns {Promise<any>} */
  const send = async (method, path, body = {}) => {
    const response = await fetch(`http://127.0.0.1:${driver.port}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(method === 'POST' && { body: JSON.stringify(body) }),
    });
    const { value } = await response.json();
    if (value?.error) throw new Error(`WebKit: ${path}: ${value.error}: ${value.message}`);
    return value;
  };

  const { sessionId } = await send('POST', '/session', { capabilities: { alwaysMatch: miniBrowserOptions() } });
  const session = `/session/${sessionId}`;
  await send('POST', `${session}/timeouts`, { script: scriptMs, pageLoad: scriptMs });

  const first = await send('GET', `${session}/window`);
  let runs = 0;
  /** Commands go to the tab that was chosen last, so they go one after the other. @type {Promise<unknown>} */
  let last = Promise.resolve();
  /** @template T @param {() => Promise<T>} run @returns {Promise<T>} */
  const inTurn = run => {
    const result = last.then(run);
    last = result.catch(() => undefined);
    return result;
  };

  /** @param {string} handle @returns {import('../test/support/tab.types.ts').Tab} */
  const tabOf = handle => {
    /** @param {'POST' | 'DELETE'} method @param {string} path @param {object} [body] */
    const here = (method, path, body) =>
      inTurn(async () => {
        await send('POST', `${session}/window`, { handle });
        return send(method, `${session}${path}`, body);
      });
    return {
      goto: url => here('POST', '/url', { url }),
      reload: () => here('POST', '/refresh'),
      close: () => here('DELETE', '/window'),
      async evaluate(run, argument) {
        runs += 1;
        const id = `run ${runs}`;
        // Tabs have to run beside each other, and the driver runs one script at a time: this one only starts what it runs.
        await here('POST', '/execute/sync', { script: toStart(run, argument, id), args: [] });
        for (;;) {
          const ended = await here('POST', '/execute/sync', {
            script: `return globalThis[${JSON.stringify(id)}];`,
            args: [],
          });
          // Another page is there: what ran has left its own, such as by the back button.
          if (!ended) return undefined;
          if (ended.failure !== undefined) throw new Error(ended.failure);
          if (!ended.isRunning) return ended.value;
          await sleep(20);
        }
      },
    };
  };

  return {
    newTab: () =>
      inTurn(async () => {
        // The tab of the last command may be closed.
        await send('POST', `${session}/window`, { handle: first });
        const { handle } = await send('POST', `${session}/window/new`, { type: 'tab' });
        return tabOf(handle);
      }),
    async close() {
      await send('DELETE', session).catch(() => undefined);
      await driver.stop();
    },
  };
}
