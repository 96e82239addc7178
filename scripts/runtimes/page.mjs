import { toCounts } from '../counts.mjs';
import { limits } from './limits.mjs';
import { runtimes } from './runtimes.mjs';
import { suiteNames } from './suites.mjs';

/** @typedef {import('./runtimes.types.ts').Found} Found */

/** @param {readonly string[]} cells */
const row = cells => `| ${cells.join(' | ')} |`;
/** @param {readonly string[]} heads */
const head = heads => [row(heads), row(heads.map(() => '---'))];

/** @param {import('./runtimes.types.ts').Counts | undefined} counts */
const toSuite = counts => (counts ? toCounts(counts) : '–');

/** @param {boolean | undefined} passed */
function toMark(passed) {
  if (passed === undefined) return '–';
  return passed ? 'passed' : 'failed';
}

/** The text of docs/runtimes.md. @param {Found} found */
export function toPage(found) {
  const all = runtimes.map(({ name }) => name);
  const withSuites = runtimes.filter(({ hasSuites }) => hasSuites).map(({ name }) => name);
  const checks = [...new Set(Object.values(found).flatMap(({ smoke }) => Object.keys(smoke)))];
  return `${[
    '# Runtimes',
    '',
    'Outside of browsers the library runs in Node 20.19 or later, Bun and Deno. `npm run docs:runtimes` runs what is counted here and writes this page; do not edit it. A dash is what has',
    'not been run yet. The frameworks are tested in [browsers](browsers.md).',
    '',
    '## The packed library',
    '',
    'A smoke suite (`test/runtimes`) uses what `npm pack` makes, as you install it: over real sockets, behind the server of the runtime itself.',
    '',
    ...head(['check', ...all]),
    row(['version', ...all.map(name => found[name]?.version ?? '–')]),
    ...checks.map(check => row([check, ...all.map(name => toMark(found[name]?.smoke[check]))])),
    '',
    '## The tests of the repository',
    '',
    'Each number counts tests that passed.',
    '',
    ...head(['tests', ...withSuites]),
    ...suiteNames.map(suite => row([suite, ...withSuites.map(name => toSuite(found[name]?.suites[suite]))])),
    '',
    '## What a runtime cannot do',
    '',
    ...head(['runtime', 'what', 'what happens instead', 'where']),
    ...limits.map(({ runtimes: named, what, instead, shownBy: [file] }) => row([named, what, instead, `\`${file}\``])),
    '',
    'What has to be there is in [limits](guide/limits.md#platform).',
  ].join('\n')}\n`;
}
