import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../docs/pages.mjs';

/** @typedef {{ readonly testResults: readonly { readonly name: string, readonly status: string, readonly assertionResults: readonly { readonly status: string }[] }[] }} Report */

/** Which tests run, by the folders of their files. A file belongs to the first that fits. @type {readonly (readonly [string, string])[]} */
const folders = [
  ['A client', 'test/machines/client'],
  ['One generation, and its reads', 'test/machines'],
  ['Adapters and stores', 'test/adapters'],
  ['Server half', 'test/server'],
  ['React 19', 'test/react'],
];

export const suiteNames = folders.map(([name]) => name);

/**
 * Runs the tests of the repository in one Node, and counts them.
 *
 * @param {string} binary
 * @returns {import('./runtimes.types.ts').FoundRuntime['suites']}
 */
export function runSuites(binary) {
  const folder = mkdtempSync(path.join(tmpdir(), 'generation-lifecycle-suites-'));
  const reportFile = path.join(folder, 'report.json');
  try {
    const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.node.config.ts', '--maxWorkers=100%'];
    const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${reportFile}`, '--silent=passed-only'];
    const args = [...vitest, ...reporters, ...folders.map(([, tests]) => `${tests}/`)];
    spawnSync(binary, args, { cwd: root, stdio: 'inherit' });
    /** @type {Report} */
    const { testResults } = JSON.parse(readFileSync(reportFile, 'utf8'));
    return Object.fromEntries(folders.map(([name]) => [name, countOf(name, testResults)]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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
