import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runDetector } from './detectors.mjs';
import { mutants, seed } from './mutants.mjs';
import { makeSandbox } from './sandbox.mjs';

/** @import { Detector, Mutant } from './mutant.types.js' */

/** The detectors must pass without a fault, or a later failure proves nothing. @param {readonly Mutant[]} chosen @param {readonly string[]} sandboxes */
async function assertBaseline(chosen, sandboxes) {
  const files = chosen.flatMap(({ caughtBy }) => (typeof caughtBy === 'string' ? [] : caughtBy));
  /** @type {Detector[]} */
  const detectors = [...new Set(chosen.flatMap(({ caughtBy }) => (typeof caughtBy === 'string' ? caughtBy : [])))];
  if (files.length > 0) detectors.push([...new Set(files)]);
  const verdicts = await Promise.all(
    detectors.map((detector, index) => runDetector(sandboxes[index] ?? makeSandbox(), detector)),
  );
  for (const { kind, evidence } of verdicts) {
    if (kind !== 'held') throw new Error(`A detector fails without a fault:\n${evidence}`);
  }
}

/**
 * @param {Mutant} mutant
 * @param {string} sandbox
 */
async function tryMutant(mutant, sandbox) {
  const began = performance.now();
  const source = path.join(sandbox, mutant.file);
  const original = readFileSync(source, 'utf8');
  writeFileSync(source, seed(mutant, sandbox));
  try {
    const { kind, evidence } = await runDetector(sandbox, mutant.caughtBy);
    const by = typeof mutant.caughtBy === 'string' ? `${mutant.caughtBy}, ` : '';
    const texts = {
      broken: `caught by ${by}${evidence}`,
      held: 'survived',
      inconclusive: `survived: no assertion failed\n${evidence}`,
    };
    const seconds = (performance.now() - began) / 1_000;
    const text = `${mutant.name} [${mutant.family}] ${seconds.toFixed(1)} s\n${texts[kind]}`;
    console.log(text.replaceAll('\n', '\n    '));
    return kind === 'broken';
  } finally {
    writeFileSync(source, original);
  }
}

/**
 * Seeds each fault into a copy of the sources, two at a time, and prints what caught it.
 *
 * @param {readonly string[]} [words] runs only the mutants whose name or family contains one of these
 * @throws Error if a mutant is stale, or if a detector fails without a fault
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
  for (const name of survivors) console.log(`survived: ${name}`);
  process.exitCode = seeded > 0 && survivors.length === 0 ? 0 : 1;
}
