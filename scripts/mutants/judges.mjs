import { readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile, runNode } from './sandbox.mjs';

/** @import { ExplorationFigures, Judge, ClientExplorationFigures, Verdict } from './mutant.types.js' */

const vitest = path.join(createRequire(import.meta.url).resolve('vitest/package.json'), '../vitest.mjs');
const explorer = fileURLToPath(new URL('../explore.mjs', import.meta.url));
const clientExplorer = fileURLToPath(new URL('../explore-client.mjs', import.meta.url));

/** @param {Verdict['kind']} kind @param {string} evidence @returns {Verdict} */
const verdict = (kind, evidence) => ({ kind, evidence });

/**
 * Explores what a sandbox holds, once it is compiled.
 *
 * @param {string} sandbox
 * @returns {Promise<Verdict & { monitorCount?: number, explorations?: readonly ExplorationFigures[] }>}
 */
export async function explore(sandbox) {
  return heard(await runNode(sandbox, [explorer, sandbox]));
}

/**
 * Explores the client of a sandbox, within the bounds of the short form or of the full one.
 *
 * @param {string} sandbox
 * @param {'short' | 'mutants' | 'full'} form
 * @returns {Promise<Verdict & { explorations?: readonly ClientExplorationFigures[] }>}
 */
export async function exploreClient(sandbox, form) {
  return heard(await runNode(sandbox, [clientExplorer, sandbox, `--form=${form}`], { timeoutMs: 1_800_000 }));
}

/** What an exploration has told, as one line of JSON. @param {{ stdout: string, stderr: string }} said */
function heard({ stdout, stderr }) {
  if (stdout === '') return verdict('inconclusive', stderr);
  const { code, message, ...figures } = JSON.parse(stdout);
  if (code === undefined) return { ...verdict('held', ''), ...figures };
  const [rule = '', ...trace] = message.split('\n');
  const last = trace.at(-1)?.trim();
  // Anything but a broken rule says that the exploration has shown nothing.
  return verdict(code === 'violated' ? 'broken' : 'inconclusive', [rule, last].filter(Boolean).join('\n'));
}

/**
 * @typedef {{ fullName: string, status: string, failureMessages: readonly string[] }} TestResult
 * @typedef {{ name: string, message: string, assertionResults: readonly TestResult[] }} FileResult
 */

/**
 * Runs test files in a sandbox. They have broken when a test has, for an assertion of its own.
 *
 * @param {string} sandbox
 * @param {readonly string[]} files
 * @param {{ bail?: boolean, env?: Record<string, string>, timeoutMs?: number }} [options]
 * @returns {Promise<Verdict & { passed: number, stdout: string, details?: string }>}
 */
export async function runTests(sandbox, files, { bail = true, ...options } = {}) {
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
      // A fault may make a test long, and a busy machine longer; a time-out is no assertion.
      '--testTimeout=30000',
      // The second is for what tests tell of themselves.
      '--reporter=json',
      '--reporter=default',
      `--outputFile.json=${report}`,
      ...files,
    ],
    options,
  );
  /** @type {{ success: boolean, testResults: readonly FileResult[] }} */
  const { success, testResults } = readReport(report) ?? { success: false, testResults: [] };
  const tests = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(test => ({ ...test, file: path.relative(sandbox, name) })),
  );
  const passed = tests.filter(({ status }) => status === 'passed').length;
  const failed = tests.find(({ status, failureMessages }) => status === 'failed' && failureMessages.some(isAssertion));
  if (failed) {
    const [details] = failed.failureMessages;
    return { ...verdict('broken', `${failed.file}: ${failed.fullName}`), passed, stdout, ...(details && { details }) };
  }
  // A file that is not there is a test that cannot notice.
  if (success && testResults.length === files.length) return { ...verdict('held', ''), passed, stdout };
  const [trouble] = [
    ...tests.flatMap(({ failureMessages }) => failureMessages),
    ...testResults.map(({ message }) => message),
    stderr + stdout,
  ].filter(Boolean);
  return { ...verdict('inconclusive', trouble ?? 'no test has run'), passed, stdout };
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
 * Judges what a sandbox holds, by the one who has to notice.
 *
 * @param {string} sandbox
 * @param {Judge} by
 * @returns {Promise<Verdict>}
 */
export async function judge(sandbox, by) {
  const trouble = await compile(sandbox);
  if (trouble) return verdict('inconclusive', trouble);
  if (by === 'exploration') return explore(sandbox);
  return by === 'tool-exploration' ? exploreClient(sandbox, 'mutants') : runTests(sandbox, by);
}
