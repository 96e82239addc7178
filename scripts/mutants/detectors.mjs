import { readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile, runNode } from './sandbox.mjs';

/** @import { ClientExplorationFigures, Detector, ExplorationFigures, Verdict } from './mutant.types.js' */

const vitest = path.join(createRequire(import.meta.url).resolve('vitest/package.json'), '../vitest.mjs');
const explorer = fileURLToPath(new URL('../explore.mjs', import.meta.url));
const clientExplorer = fileURLToPath(new URL('../explore-client.mjs', import.meta.url));

/** @param {Verdict['kind']} kind @param {string} evidence @returns {Verdict} */
const verdict = (kind, evidence) => ({ kind, evidence });

/**
 * Explores the generation machine of a compiled sandbox.
 *
 * @param {string} sandbox
 * @returns {Promise<Verdict & { monitorCount?: number, explorations?: readonly ExplorationFigures[] }>}
 */
export async function explore(sandbox) {
  return toVerdict(await runNode(sandbox, [explorer, sandbox]));
}

/**
 * Explores the client of a sandbox within bounds.
 *
 * @param {string} sandbox
 * @param {'short' | 'mutants' | 'full'} form
 * @returns {Promise<Verdict & { explorations?: readonly ClientExplorationFigures[] }>}
 */
export async function exploreClient(sandbox, form) {
  return toVerdict(await runNode(sandbox, [clientExplorer, sandbox, `--form=${form}`], { timeoutMs: 1_800_000 }));
}

/** Reads the one line of JSON that an exploration prints. @param {{ stdout: string, stderr: string }} output */
function toVerdict({ stdout, stderr }) {
  if (stdout === '') return verdict('inconclusive', stderr);
  const { code, message, ...figures } = JSON.parse(stdout);
  if (code === undefined) return { ...verdict('held', ''), ...figures };
  const [rule = '', ...trace] = message.split('\n');
  const last = trace.at(-1)?.trim();
  // Any other error means that the exploration did not finish.
  return verdict(code === 'violated' ? 'broken' : 'inconclusive', [rule, last].filter(Boolean).join('\n'));
}

/**
 * @typedef {{ fullName: string, status: string, failureMessages: readonly string[], meta: { paths?: number } }} TestResult
 * @typedef {{ name: string, message: string, assertionResults: readonly TestResult[] }} FileResult
 */

/**
 * Runs test files in a sandbox. The verdict is `broken` if an assertion fails; any other error is `inconclusive`.
 *
 * @param {string} sandbox
 * @param {readonly string[]} files
 * @param {{ bail?: boolean, env?: Record<string, string>, timeoutMs?: number }} [options]
 * @returns {Promise<Verdict & { passed: number, paths: number, details?: string }>} `paths`: how many the tests have walked
 */
export async function runTests(sandbox, files, { bail = true, env = {}, ...options } = {}) {
  const report = path.join(sandbox, 'report.json');
  rmSync(report, { force: true });
  const projects = [...new Set(files.map(toProject))];
  const chosen =
    projects.join() === 'node' ? ['--config=vitest.node.config.ts'] : projects.map(name => `--project=${name}`);
  const { stdout, stderr } = await runNode(
    sandbox,
    [
      vitest,
      'run',
      ...chosen,
      ...(bail ? ['--bail=1'] : []),
      // A fault can make a test wait in vain. It must reach its assertion: a time-out is none.
      '--testTimeout=240000',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...files,
    ],
    // What a fault keeps away never comes. A test waits three times as long in all: its own time-out is no assertion.
    { env: { TEST_PATIENCE_MS: '20000', ...env }, ...options },
  );
  /** @type {{ success: boolean, testResults: readonly FileResult[] }} */
  const { success, testResults } = readReport(report) ?? { success: false, testResults: [] };
  const tests = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(test => ({ ...test, file: path.relative(sandbox, name) })),
  );
  const passed = tests.filter(({ status }) => status === 'passed').length;
  const paths = tests.reduce((sum, { meta }) => sum + (meta.paths ?? 0), 0);
  const failed = tests.find(({ status, failureMessages }) => status === 'failed' && failureMessages.some(isAssertion));
  if (failed) {
    const [details] = failed.failureMessages;
    return { ...verdict('broken', `${failed.file}: ${failed.fullName}`), passed, paths, ...(details && { details }) };
  }
  // A missing test file cannot detect anything.
  if (success && testResults.length === files.length) return { ...verdict('held', ''), passed, paths };
  const [error] = [
    ...tests.flatMap(({ failureMessages }) => failureMessages),
    ...testResults.map(({ message }) => message),
    stderr + stdout,
  ].filter(Boolean);
  return { ...verdict('inconclusive', error ?? 'no test has run'), passed, paths };
}

/** @param {string} file */
function toProject(file) {
  if (!file.startsWith('test/browser/')) return 'node';
  if (file.startsWith('test/browser/studio/')) return 'studio-pages';
  return file.includes('.page.test.') ? 'pages' : 'browser';
}

/** @param {string} file */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** @param {string} message */
const isAssertion = message => /^AssertionError\b/.test(message);

/**
 * Compiles a sandbox and runs a detector on it.
 *
 * @param {string} sandbox
 * @param {Detector} detector
 * @returns {Promise<Verdict>}
 */
export async function runDetector(sandbox, detector) {
  const compileErrors = await compile(sandbox);
  if (compileErrors) return verdict('inconclusive', compileErrors);
  if (detector === 'exploration') return explore(sandbox);
  return detector === 'client-exploration' ? exploreClient(sandbox, 'mutants') : runTests(sandbox, detector);
}
