import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const root = path.join(folder, '../..');
const packages = path.join(folder, 'node_modules/@stryker-mutator');

const hasGroups = process.platform !== 'win32';
const signals = /** @type {const} */ (['SIGINT', 'SIGTERM']);

/** What StrykerJS remembers of earlier runs. It is not committed. */
const resultsFolder = path.join(root, '.mutation');

/** StrykerJS is no workspace: who does not use it does not install it. */
export function install() {
  mkdirSync(resultsFolder, { recursive: true });
  if (existsSync(packages)) return;
  console.log('Installing StrykerJS in scripts/mutation …');
  execFileSync('npm', ['ci', '--prefer-offline'], {
    cwd: folder,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
}

/** @param {string} part */
export const incrementalFileOf = part => path.join(resultsFolder, `${part}.json`);

/**
 * Mutates some files of a part, and adds the results to the part's incremental file.
 *
 * @param {string} part
 * @param {readonly string[]} files
 * @param {{ workers: number, patience: number | undefined, force: boolean, isVerbose: boolean }} options
 * @returns {Promise<string | undefined>} what StrykerJS said, if it failed
 */
export async function mutate(part, files, { workers, patience, force, isVerbose }) {
  const made = mkdtempSync(path.join(tmpdir(), 'mutation-'));
  const remove = () => rmSync(made, { recursive: true, force: true });
  // It may be interrupted.
  process.once('exit', remove);
  const config = path.join(made, 'stryker.json');
  writeFileSync(
    config,
    JSON.stringify({
      plugins: [path.join(packages, 'vitest-runner/dist/src/index.js')],
      testRunner: 'vitest',
      // Not only what imports a mutated file: tests use the entry points.
      vitest: { configFile: 'scripts/mutation/vitest.config.ts', related: false },
      coverageAnalysis: 'perTest',
      mutate: files,
      concurrency: workers,
      incremental: true,
      incrementalFile: incrementalFileOf(part),
      force,
      reporters: isVerbose ? ['progress-append-only'] : [],
      tempDirName: path.join(made, 'sandbox'),
      cleanTempDir: 'always',
      ignorePatterns: ['bench/{peers,vendors,charges}', 'docs', '.mutation', '**/dist', '**/node_modules'],
      // Both need the compiler's API, which TypeScript 7 does not have. Vitest looks at no type.
      tsconfigFile: 'none.json',
      disableTypeChecks: false,
      // A test that waits in vain ends before, and is told as such.
      timeoutMS: (patience ?? 30) * 1_000,
      timeoutFactor: 1.5,
      dryRunTimeoutMinutes: 60,
      logLevel: 'warn',
      allowConsoleColors: false,
      warnings: false,
    }),
  );
  try {
    return await run(config, part, patience);
  } finally {
    process.off('exit', remove);
    remove();
  }
}

/** @param {string} config @param {string} part @param {number | undefined} patience @returns {Promise<string | undefined>} */
function run(config, part, patience) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(packages, 'core/bin/stryker.js'), 'run', config], {
      cwd: root,
      // Where the local time is UTC, no test could tell a time without a zone from one of UTC.
      env: {
        ...process.env,
        ...(patience !== undefined && { MUTATION_PATIENCE_MS: String(patience * 1_000) }),
        MUTATION_PART: part,
        TEST_PATIENCE_MS: '8000',
        RACE_RUNS: '40',
        TZ: 'Asia/Tokyo',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group: StrykerJS leaves its workers running when it is ended.
      detached: hasGroups,
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', text => {
        said += text;
        if (/Mutation testing +\d/.test(text)) process.stderr.write(text);
      });
    }
    const end = () => {
      if (hasGroups && child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
      else child.kill('SIGTERM');
      child.once('close', () => process.exit(130));
    };
    for (const signal of signals) process.once(signal, end);
    child.on('error', reject);
    child.on('close', code => {
      for (const signal of signals) process.off(signal, end);
      resolve(code === 0 ? undefined : said);
    });
  });
}
