import { browserRuntime } from './browser.runtime.mjs';
import { bundlePage } from './bundle-page.mjs';
import { nodeRuntime } from './node.runtime.mjs';
import { inParallel } from './pool.mjs';
import { repeatIfLate, runRow } from './run-row.mjs';

/**
 * @typedef {import('./fault.types.js').FaultRow} FaultRow
 * @typedef {import('./fault.types.js').Result} Result
 */

/** Many rows depend on timing, and more rows at once would delay timers on a slow machine. */
const atOnce = { Node: 10, Chromium: 8, Firefox: 4, WebKit: 1 };

/**
 * Runs rows in Node and in browsers.
 * @param {readonly FaultRow[]} rows @param {string} backendUrl @param {readonly import('./fault.types.js').Runtime['where'][]} runtimes
 * @returns {Promise<Result[]>}
 */
export async function runTable(rows, backendUrl, runtimes) {
  /** @type {Result[]} */
  const results = [];
  for (const where of runtimes) {
    const began = performance.now();
    const runtime = where === 'Node' ? nodeRuntime() : await browserRuntime(where);
    const pages = where === 'Node' ? undefined : await bundlePage('page.mjs');
    const run = (/** @type {FaultRow} */ row) => runRow(row, runtime, backendUrl, pages);
    const first = await inParallel(rows, atOnce[where], run);
    results.push(...(await inParallel(first, 1, result => repeatIfLate(result, () => run(result.row)))));
    await runtime.close();
    console.log(`${where}: ${rows.length} rows in ${((performance.now() - began) / 1_000).toFixed(0)} s`);
  }
  return results;
}
