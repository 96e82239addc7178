import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../docs/pages.mjs';
import { installReact18 } from './react-18.mjs';

/** @typedef {{ readonly testResults: readonly { readonly name: string, readonly status: string, readonly assertionResults: readonly { readonly status: string }[] }[] }} Report */

/** Which tests run, by the folders of their files. A file belongs to the first that fits. @type {readonly (readonly [string, string])[]} */
const folders = [
  ['A client', 'test/machines/client'],
  ['One generation, and its reads', 'test/machines'],
  ['Adapters and stores', 'test/adapters'],
  ['Server half', 'test/server'],
  ['React 19', 'test/react'],
];

const react18 = 'React 18';

export const suiteNames = [...folders.map(([name]) => name), react18];

/**
 * Runs tests by a configuration of Vitest.
 *
 * @param {string} binary the Node
 * @param {string} config
 * @param {readonly string[]} tests
 * @returns {Report['testResults']}
 */
function runVitest(binary, config, tests) {
  const folder = mkdtempSync(path.join(tmpdir(), 'generation-lifecycle-suites-'));
  const reportFile = path.join(folder, 'report.json');
  try {
    const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', config, '--maxWorkers=100%'];
    const reporters = ['--reporter=json', `--outputFile.json=${reportFile}`, '--silent=passed-only'];
    spawnSync(binary, [...vitest, ...reporters, ...tests], { cwd: root, stdio: 'inherit' });
    /** @type {Report} */
    const { testResults } = JSON.parse(readFileSync(reportFile, 'utf8'));
    return testResults;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Runs the tests of the repository in one Node, and counts them.
 *
 * @param {string} binary
 * @returns {import('./runtimes.types.ts').FoundRuntime['suites']}
 */
export function runSuites(binary) {
  const files = runVitest(
    binary,
    'vitest.node.config.ts',
    folders.map(([, tests]) => `${tests}/`),
  );
  installReact18();
  const withReact18 = runVitest(binary, 'test/react-18/vitest.config.ts', ['test/react/']);
  return {
    ...Object.fromEntries(folders.map(([name]) => [name, countOf(name, files)])),
    [react18]: countOf('React 19', withReact18),
  };
}

/** @param {string} suite @param {Report['testResults']} files */
function countOf(suite, files) {
  let passed = 0;
  let failed = 0;
  for (const { name, status, assertionResults } of files) {
    const file = path.relative(root, name).replaceAll('\\', '/');
    if (folders.find(([, tests]) => file.startsWith(`${tests}/`))?.[0] !== suite) continue;
    const ofFile = assertionResults.filter(each => each.status === 'passed').length;
    passed += ofFile;
    // A file that could not be loaded has no tests.
    failed += assertionResults.length - ofFile + (status !== 'passed' && assertionResults.length === 0 ? 1 : 0);
  }
  return { passed, failed };
}
