import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadStudio } from './build-studio.mjs';
import { findChromium } from './chromium.mjs';

/** `--only` takes the rows whose name has this in it, `--where` one place; the document is written only by a run of all. */
const { values } = parseArgs({ options: { only: { type: 'string' }, where: { type: 'string' } } });

const { startBackend } = await loadStudio(name => console.log(`Building the ${name}`));
// They lead to the built library, which has to be there first.
const { faultTable } = await import('./faults/rows.mjs');
const { tellIntro } = await import('./faults/intro.mjs');
const { printResults, tellResults } = await import('./faults/report.mjs');
const { s } = await import('./faults/scale.mjs');
const { runTable } = await import('./faults/table.run.mjs');

const rows = faultTable.flatMap(section => section.rows).filter(({ name }) => name.includes(values.only ?? ''));
const places = /** @type {const} */ (['Node', 'Chromium']).filter(place => (values.where ?? place) === place);
if (rows.length === 0 || places.length === 0)
  throw new Error('No row has this in its name, or there is no such place.');

const backend = await startBackend({ pingMs: s(15), maxFiles: 10_000 });
const results = await runTable(rows, backend.url, places);
await backend.close();

printResults(results);
const wrong = results.filter(({ complaints }) => complaints.length > 0);
console.log(`${results.length} runs of ${rows.length} rows, ${wrong.length} wrong`);
for (const { row, where, complaints } of wrong) console.log(`WRONG in ${where}: ${row.name}: ${complaints.join('; ')}`);

if (wrong.length === 0 && values.only === undefined && values.where === undefined) {
  const { stdout } = spawnSync(findChromium(), ['--version'], { encoding: 'utf8' });
  const [chromiumVersion = ''] = /\d[\d.]*/.exec(stdout) ?? [];
  const text = [...tellIntro(chromiumVersion), ...tellResults(faultTable, results)].join('\n');
  writeFileSync(fileURLToPath(new URL('../docs/faults.md', import.meta.url)), `${text.trimEnd()}\n`);
}
process.exitCode = wrong.length > 0 ? 1 : 0;
