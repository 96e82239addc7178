import { toCounts } from '../counts.mjs';
import { areaNames, areaOf } from './areas.mjs';
import { limits } from './limits.mjs';

/** @typedef {import('./browsers.types.ts').Found} Found */

/** @type {readonly import('../../test/support/engine.js').Engine[]} */
export const engines = ['Chromium', 'Firefox', 'WebKit'];

/** @param {Found} found @param {(typeof engines)[number]} engine @param {string | undefined} area all of them without one */
function cell(found, engine, area) {
  let passed = 0;
  let failed = 0;
  for (const [file, counts] of Object.entries(found[engine])) {
    if (area !== undefined && areaOf(file) !== area) continue;
    passed += counts.passed;
    failed += counts.failed;
  }
  return passed + failed === 0 ? '–' : toCounts({ passed, failed });
}

/** The text of docs/browsers.md. @param {Found} found */
export function toPage(found) {
  const row = (/** @type {string} */ name, /** @type {string | undefined} */ area) =>
    `| ${[name, ...engines.map(engine => cell(found, engine, area))].join(' | ')} |`;
  return `${[
    '# Browsers',
    '',
    'The library runs in three engines, and its tests run in each of them: Chromium (Chrome, Edge), Firefox, and WebKit (Safari; here WebKitGTK). Firefox and WebKit are',
    'those that Debian ships to its users, without changes. A dash is what has not been counted yet.',
    '',
    'Each number counts tests that passed. `npm run docs:browsers` runs them and writes this page; do not edit it. Tests of a server, of a vendor or of the example run in Chromium',
    'only, and are not counted.',
    '',
    `| area | ${engines.join(' | ')} |`,
    '| --- | --- | --- | --- |',
    ...areaNames.map(name => row(name, name)),
    row('All', undefined),
    '',
    '## What a browser cannot do',
    '',
    'A test whose browser lacks what it needs is not skipped: it checks what happens there instead, or it is listed here with what is tested in its place.',
    '',
    '| browser | what it cannot do | what happens instead | where |',
    '| --- | --- | --- | --- |',
    ...limits.map(({ engines: named, what, instead, shownBy: [file] }) => {
      return `| ${named.join(', ')} | ${what} | ${instead} | \`${file}\` |`;
    }),
    '',
    'The oldest versions that have what the library needs are in [limits](guide/limits.md#platform).',
  ].join('\n')}\n`;
}
