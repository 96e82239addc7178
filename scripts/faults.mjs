import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadStudio } from './build-studio.mjs';
import { findChromium } from './chromium.mjs';

/**
 * `--part` is table, half, soak or scale. `half` is the table through the server half, which has a document of its own; `--vendor` runs its columns whose name contains this text, and all their rows write them. `--only` runs the rows of the table whose name contains this text, `--where` only those
 * in Node or in one browser: Firefox and WebKit run where they are named. `--seed` repeats a soak. Only a complete run writes the document.
 */
const { values } = parseArgs({
  options: {
    part: { type: 'string' },
    only: { type: 'string' },
    vendor: { type: 'string' },
    where: { type: 'string' },
    seed: { type: 'string' },
  },
});
// Only the table has rows and runtimes, and only the one through the server half has vendors.
const part = values.part ?? (values.vendor ? 'half' : (values.only ?? values.where) ? 'table' : undefined);
const isWhole = Object.keys(values).every(name => name === 'seed');
const seed = Number(values.seed ?? Date.now() % 2 ** 31);

const { startBackend } = await loadStudio(name => console.log(`Building the ${name}`));
// These import the built library, so it has to be built first.
const { faultTable } = await import('./faults/rows.mjs');
const { introLines } = await import('./faults/intro.mjs');
const report = await import('./faults/report.mjs');
const { s } = await import('./faults/scale.mjs');
const { runTable } = await import('./faults/table.run.mjs');
const { checkSoak, runSoak } = await import('./faults/soak.run.mjs');
const { checkScale, runScale } = await import('./faults/scale.run.mjs');

if (part !== undefined && !['table', 'half', 'soak', 'scale'].includes(part))
  throw new Error(`--part is table, half, soak or scale, not ${part}`);

/** @type {string[]} */
const problems = [];
const backend = await startBackend({ pingMs: s(15), maxFiles: 10_000 });

// The renderer starts with its first job. This one keeps it from delaying the first rows.
await fetch(`${backend.url}/api/generate/image?faults=${encodeURIComponent('{"urlInSubmit":true}')}`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ prompt: 'warm up', resolution: { width: 64, height: 64 } }),
});

/** @type {Record<string, () => Promise<string[]>>} prints its results, and returns its part of the document */
const parts = {
  async table() {
    const rows = faultTable.flatMap(section => section.rows).filter(({ name }) => name.includes(values.only ?? ''));
    const all = /** @type {const} */ (['Node', 'Chromium', 'Firefox', 'WebKit']);
    const runtimes = values.where ? all.filter(name => name === values.where) : all.slice(0, 2);
    if (rows.length === 0) throw new Error(`No row has a name that contains "${values.only}".`);
    if (runtimes.length === 0) throw new Error(`--where is Node, Chromium, Firefox or WebKit, not ${values.where}`);
    const results = await runTable(rows, backend.url, runtimes);
    report.printResults(results);
    for (const result of results) {
      if (result.problems.length > 0)
        problems.push(`${result.row.name}, in ${result.where}: ${result.problems.join('; ')}`);
    }
    return report.resultLines(faultTable, results);
  },

  async half() {
    // The vendors of the tests are TypeScript.
    const command = ['vitest', 'run', '--project', 'node', 'test/faults/half.test.ts'];
    const env = { ...process.env, FAULTS_HALF: values.only ?? '', FAULTS_VENDOR: values.vendor ?? '' };
    const { status } = spawnSync('npx', command, { stdio: 'inherit', env });
    if (status !== 0) problems.push('the table through the server half');
    return [];
  },

  async soak() {
    console.log(`soak: --seed ${seed}`);
    const soaked = await runSoak(backend, seed);
    const checks = checkSoak(soaked);
    report.printChecks(checks);
    problems.push(...soaked.unexpected, ...checks.filter(([, , , isMet]) => !isMet).map(([what]) => `soak: ${what}`));
    const text = `200 generations in one page of Chromium, with ${soaked.faults} of the faults above, chosen with the seed ${seed}: ${soaked.seconds.toFixed(0)} s.`;
    return report.checkLines('Soak', text, checks);
  },

  async scale() {
    const measured = await runScale();
    const checks = checkScale(measured);
    report.printScale(measured);
    report.printChecks(checks);
    problems.push(...checks.filter(([, , , isMet]) => !isMet).map(([what]) => `scale: ${what}`));
    const text =
      'Many generations in one page of Chromium over HTTP/1.1, with `sharedEvents`, `sharedReads` and the unscaled policy.';
    return [...report.checkLines('Scale', text, checks), ...report.scaleLines(measured)];
  },
};

/** @type {string[]} */
const lines = [];
for (const [name, run] of Object.entries(parts)) {
  if ((part ?? name) === name) lines.push(...(await run()));
}
await backend.close();

if (problems.length === 0 && isWhole) {
  const { stdout } = spawnSync(findChromium(), ['--version'], { encoding: 'utf8' });
  const [chromiumVersion = ''] = /\d[\d.]*/.exec(stdout) ?? [];
  const file = fileURLToPath(new URL('../docs/faults.md', import.meta.url));
  writeFileSync(file, `${[...introLines(chromiumVersion), ...lines].join('\n').trimEnd()}\n`);
}
for (const problem of problems) console.log(`failed: ${problem}`);
console.log(problems.length === 0 ? 'all passed' : `${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;
