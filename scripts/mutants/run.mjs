import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { judge } from './judges.mjs';
import { mutants, seed } from './mutants.mjs';
import { makeSandbox } from './sandbox.mjs';

/** @import { Judge, Mutant } from './mutant.types.js' */

/** Without a fault everything must hold, else nothing that fails later says anything. @param {readonly Mutant[]} chosen @param {readonly string[]} sandboxes */
async function assertBaseline(chosen, sandboxes) {
  const files = chosen.flatMap(({ caughtBy }) => (typeof caughtBy === 'string' ? [] : caughtBy));
  /** @type {Judge[]} */
  const judges = [...new Set(chosen.flatMap(({ caughtBy }) => (typeof caughtBy === 'string' ? caughtBy : [])))];
  if (files.length > 0) judges.push([...new Set(files)]);
  const verdicts = await Promise.all(judges.map((by, index) => judge(sandboxes[index] ?? makeSandbox(), by)));
  for (const { kind, evidence } of verdicts) {
    if (kind !== 'held') throw new Error(`Without any fault something fails already:\n${evidence}`);
  }
}

/**
 * @param {Mutant} mutant
 * @param {string} sandbox
 */
async function tryMutant(mutant, sandbox) {
  const began = performance.now();
  const source = path.join(sandbox, mutant.file);
  const sound = readFileSync(source, 'utf8');
  writeFileSync(source, seed(mutant, sandbox));
  try {
    const { kind, evidence } = await judge(sandbox, mutant.caughtBy);
    const by = typeof mutant.caughtBy === 'string' ? `${mutant.caughtBy}, ` : '';
    const said = {
      broken: `caught by ${by}${evidence}`,
      held: 'SURVIVES',
      inconclusive: `SURVIVES: no assertion has noticed it\n${evidence}`,
    };
    const seconds = (performance.now() - began) / 1_000;
    const text = `${mutant.name} [${mutant.family}] ${seconds.toFixed(1)} s\n${said[kind]}`;
    console.log(text.replaceAll('\n', '\n    '));
    return kind === 'broken';
  } finally {
    writeFileSync(source, sound);
  }
}

/**
 * Seeds each fault into a copy of the sources, two at a time, and tells for each who has noticed it.
 *
 * @param {readonly string[]} [words] only those whose name or family has one of these; all, if there is none
 * @throws Error if a fault has no place in the sources any more, or if they fail without one
 */
export async function runMutants(words = []) {
  const chosen = mutants.filter(
    ({ name, family }) => words.length === 0 || words.some(word => `${name} ${family}`.includes(word)),
  );
  const sandboxes = [makeSandbox(), makeSandbox()];
  for (const mutant of chosen) seed(mutant, sandboxes[0] ?? '');
  await assertBaseline(chosen, sandboxes);

  const queue = [...chosen];
  /** @type {string[]} */
  const survivors = [];
  await Promise.all(
    sandboxes.map(async sandbox => {
      for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
        if (!(await tryMutant(mutant, sandbox))) survivors.push(mutant.name);
      }
    }),
  );
  return { seeded: chosen.length, caught: chosen.length - survivors.length, survivors };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { seeded, caught, survivors } = await runMutants(process.argv.slice(2));
  console.log(`\n${caught} of ${seeded} mutants caught`);
  for (const name of survivors) console.log(`survivor: ${name}`);
  process.exitCode = seeded > 0 && survivors.length === 0 ? 0 : 1;
}
