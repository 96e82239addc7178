import { bundlePage, chromiumClient } from './chromium.client.mjs';
import { nodeClient } from './node.client.mjs';
import { inParallel } from './pool.mjs';
import { runRow, settle } from './run-row.mjs';

/**
 * @typedef {import('./fault.types.js').FaultRow} FaultRow
 * @typedef {import('./fault.types.js').Result} Result
 */

/** More at once would make a slow machine late, and lateness is what many rows are about. */
const atOnce = { Node: 10, Chromium: 8 };

/**
 * Runs rows in Node and in Chromium.
 * @param {readonly FaultRow[]} rows @param {string} backendUrl @param {readonly ('Node' | 'Chromium')[]} places
 * @returns {Promise<Result[]>}
 */
export async function runTable(rows, backendUrl, places) {
  /** @type {Result[]} */
  const results = [];
  for (const place of places) {
    const began = performance.now();
    const client = place === 'Node' ? nodeClient() : await chromiumClient();
    const pages = place === 'Node' ? undefined : await bundlePage('page.mjs');
    const run = (/** @type {FaultRow} */ row) => runRow(row, client, backendUrl, pages);
    const first = await inParallel(rows, atOnce[place], run);
    results.push(...(await inParallel(first, 1, result => settle(result, () => run(result.row)))));
    await client.close();
    console.log(`${place}: ${rows.length} rows in ${((performance.now() - began) / 1_000).toFixed(0)} s`);
  }
  return results;
}
