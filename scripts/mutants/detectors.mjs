import { readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile, runNode } from './sandbox.mjs';

/** @import { Detector, ExplorationFigures, ModelFigures, TestReport, Verdict } from './mutant.types.js' */

const vitest = path.join(createRequire(import.meta.url).resolve('vitest/package.json'), '../vitest.mjs');
const explorer = fileURLToPath(new URL('../explore.mjs', import.meta.url));
const reporter = fileURLToPath(new URL('detector.reporter.ts', import.meta.url));
const modelExplorer = fileURLToPath(new URL('../explore-model.mjs', import.meta.url));

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
 * Explores the client or the server half of a sandbox within bounds.
 *
 * @param {string} sandbox
 * @param {'client' | 'server'} model
 * @param {'short' | 'mutants' | 'full'} form
 * @returns {Promise<Verdict & { explorations?: readonly ModelFigures[] }>}
 */
export async function exploreModel(sandbox, model, form) {
  const args = [modelExplorer, sandbox, `--of=${model}`, `--form=${form}`];
  return toVerdict(await runNode(sandbox, args, { timeoutMs: 1_800_000 }));
}

/** Reads the one line of JSON that an exploration prints. @param {{ stdout: string, stderr: string, isTimedOut: boolean }} output */
function toVerdict({ stdout, stderr, isTimedOut }) {
  if (isTimedOut) return verdict('timed-out', stderr);
  if (stdout === '') return verdict('inconclusive', stderr);
  const { code, message, ...figures } = JSON.parse(stdout);
  if (code === undefined) return { ...verdict('held', ''), ...figures };
  const [rule = '', ...trace] = message.split('\n');
  const last = trace.at(-1)?.trim();
  // Any other error means that the exploration did not finish.
  return verdict(code === 'violated' ? 'broken' : 'inconclusive', [rule, last].filter(Boolean).join('\n'));
}

/**
 * Runs test files in a sandbox. The verdict is `broken` if an assertion fails, and `timed-out` if a test waits in vain.
 *
 * @param {string} sandbox
 * @param {readonly string[]} files
 * @param {{ bail?: boolean, env?: Record<string, string>, timeoutMs?: number | undefined, testTimeoutMs?: number | undefined }} [options]
 * @returns {Promise<Verdict & { passed: number, paths: number, details?: string }>} `paths`: how many the tests have walked
 */
export async function runTests(sandbox, files, { bail = true, env = {}, timeoutMs, testTimeoutMs = 120_000 } = {}) {
  const reportFile = path.join(sandbox, 'report.json');
  rmSync(reportFile, { force: true });
  const projects = [...new Set(files.map(toProject))];
  const chosen =
    projects.join() === 'node'
      ? // A thread starts sooner than a process.
        ['--config=vitest.node.config.ts', '--pool=threads']
      : projects.map(name => `--project=${name}`);
  const { stdout, stderr, isTimedOut } = await runNode(
    sandbox,
    [
      vitest,
      'run',
      ...chosen,
      ...(bail ? ['--bail=1'] : []),
      // A fault that only some runs show must not get three runs to hide.
      '--retry=0',
      // A fault or a busy machine may make a test slow.
      `--testTimeout=${testTimeoutMs}`,
      // Keyed by the text of a file: only what a fault changes is transformed again.
      '--experimental.fsModuleCache',
      `--reporter=${reporter}`,
      ...files,
    ],
    // What a fault keeps away never comes: waiting for it longer shows nothing more.
    { env: { DETECTOR_REPORT: reportFile, TEST_PATIENCE_MS: '20000', ...env }, ...(timeoutMs && { timeoutMs }) },
  );
  const report = readReport(reportFile);
  const passed = report.tests.filter(({ state }) => state === 'passed').length;
  const paths = report.tests.reduce((sum, test) => sum + (test.paths ?? 0), 0);
  return { ...toTestVerdict(report, { sandbox, files, isTimedOut, output: stderr + stdout }), passed, paths };
}

/**
 * @param {TestReport} report
 * @param {{ sandbox: string, files: readonly string[], isTimedOut: boolean, output: string }} run
 * @returns {Verdict & { details?: string }}
 */
function toTestVerdict(report, { sandbox, files, isTimedOut, output }) {
  const failures = report.tests
    .filter(({ state }) => state === 'failed')
    .flatMap(({ file, name, errors }) =>
      errors.map(error => ({ ...error, evidence: `${path.relative(sandbox, file)}: ${name}` })),
    );
  const failed = failures.find(({ kind }) => kind === 'assertion');
  if (failed) return { ...verdict('broken', failed.evidence), details: failed.text };
  const waited = failures.find(({ kind }) => kind === 'time-out');
  if (waited) return { ...verdict('timed-out', waited.evidence), details: waited.text };
  if (isTimedOut) return verdict('timed-out', output);
  // A missing test file cannot detect anything.
  if (report.passed && report.files.length === files.length) return verdict('held', '');
  const [error] = [...failures, ...report.errors];
  return verdict('inconclusive', error?.text ?? output);
}

/** @param {string} file */
function toProject(file) {
  if (!file.startsWith('test/browser/')) return 'node';
  if (file.startsWith('test/browser/studio/')) return 'studio-pages';
  return file.includes('.page.test.') ? 'pages' : 'browser';
}

/** @param {string} file @returns {TestReport} */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { tests: [], files: [], errors: [], passed: false };
  }
}

/**
 * Compiles a sandbox and runs a detector on it.
 *
 * @param {string} sandbox
 * @param {Detector} detector
 * @param {Record<string, string>} [env] of test files
 * @returns {Promise<Verdict>}
 */
export async function runDetector(sandbox, detector, env = {}) {
  const compileErrors = await compile(sandbox);
  if (compileErrors) return verdict('not-compiled', compileErrors);
  if (detector === 'exploration') return explore(sandbox);
  if (detector === 'client-exploration') return exploreModel(sandbox, 'client', 'mutants');
  if (detector === 'server-exploration') return exploreModel(sandbox, 'server', 'mutants');
  return runTests(sandbox, detector, { env });
}
