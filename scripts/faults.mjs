import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadStudio } from './build-studio.mjs';
import { findChromium } from './chromium.mjs';

/**
 * `--part` is one of table, soak, scale; `--only` takes the rows of the table whose name has this in it, `--where` one
 * place; `--seed` repeats a soak. The document is written only by a run of all.
 */
const { values } = parseArgs({
  options: {
    part: { type: 'string' },
    only: { type: 'string' },
    where: { type: 'string' },
    seed: { type: 'string' },
  },
});
// Rows and places are the table's alone.
const part = values.part ?? ((values.only ?? values.where) ? 'table' : undefined);
const isWhole = Object.keys(values).every(name => name === 'seed');
const seed = Number(values.seed ?? Date.now() % 2 ** 31);

const { startBackend } = await loadStudio(name => console.log(`Building the ${name}`));
// They lead to the built library, which has to be there first.
const { faultTable } = await import('./faults/rows.mjs');
const { tellIntro } = await import('./faults/intro.mjs');
const report = await import('./faults/report.mjs');
const { s } = await import('./faults/scale.mjs');
const { runTable } = await import('./faults/table.run.mjs');
const { judgeSoak, runSoak } = await import('./faults/soak.run.mjs');
const { judgeScale, runScale } = await import('./faults/scale.run.mjs');

if (part !== undefined && !['table', 'soak', 'scale'].includes(part)) throw new Error(`There is no part ${part}.`);

/** What is wrong, a line each. @type {string[]} */
const wrong = [];
const backend = await startBackend({ pingMs: s(15), maxFiles: 10_000 });

// The renderer starts with its first order, and is not to be late for the first rows.
await fetch(`${backend.url}/api/generate/image?faults=${encodeURIComponent('{"urlInSubmit":true}')}`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ prompt: 'warm up', resolution: { width: 64, height: 64 } }),
});

/** @type {Record<string, () => Promise<string[]>>} each prints itself, and gives its part of the document */
const parts = {
  async table() {
    const rows = faultTable.flatMap(section => section.rows).filter(({ name }) => name.includes(values.only ?? ''));
    const places = /** @type {const} */ (['Node', 'Chromium']).filter(place => (values.where ?? place) === place);
    if (rows.length * places.length === 0) throw new Error('No row has this in its name, or there is no such place.');
    const results = await runTable(rows, backend.url, places);
    report.printResults(results);
    for (const { row, where, complaints } of results) {
      if (complaints.length > 0) wrong.push(`${row.name}, in ${where}: ${complaints.join('; ')}`);
    }
    return report.tellResults(faultTable, results);
  },

  async soak() {
    console.log(`soak: --seed ${seed}`);
    const soaked = await runSoak(backend, seed);
    const claims = judgeSoak(soaked);
    report.printClaims(claims);
    wrong.push(...soaked.unexpected, ...claims.filter(([, , , isHeld]) => !isHeld).map(([what]) => `soak: ${what}`));
    const text = `200 generations in one page of Chromium, at ${soaked.faults} of the faults above, drawn by the seed ${seed}: ${soaked.seconds.toFixed(0)} s.`;
    return report.tellClaims('Soak', text, claims);
  },

  async scale() {
    const measured = await runScale();
    const claims = judgeScale(measured);
    report.printScale(measured);
    report.printClaims(claims);
    wrong.push(...claims.filter(([, , , isHeld]) => !isHeld).map(([what]) => `scale: ${what}`));
    const text =
      'Generations at once in one page of Chromium over HTTP/1.1, with `sharedEvents` and `sharedReads`, the policy unscaled.';
    return [...report.tellClaims('Scale', text, claims), ...report.tellScale(measured)];
  },
};

/** @type {string[]} */
const told = [];
for (const [name, run] of Object.entries(parts)) {
  if ((part ?? name) === name) told.push(...(await run()));
}
await backend.close();

if (wrong.length === 0 && isWhole) {
  const { stdout } = spawnSync(findChromium(), ['--version'], { encoding: 'utf8' });
  const [chromiumVersion = ''] = /\d[\d.]*/.exec(stdout) ?? [];
  const file = fileURLToPath(new URL('../docs/faults.md', import.meta.url));
  writeFileSync(file, `${[...tellIntro(chromiumVersion), ...told].join('\n').trimEnd()}\n`);
}
for (const line of wrong) console.log(`WRONG: ${line}`);
console.log(wrong.length === 0 ? 'All is right.' : `${wrong.length} are wrong.`);
process.exitCode = wrong.length > 0 ? 1 : 0;
