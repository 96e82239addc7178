import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runDetector } from './detectors.mjs';
import { mutants, seed } from './mutants.mjs';
import { makeSandbox } from './sandbox.mjs';

/** @import { Detector, Mutant, MutantResult, Verdict } from './mutant.types.js' */

/** How long a test waits in vain. Without a fault each wait ends within a second on an idle machine. */
const patienceMs = 20_000;

/** The slowest detectors come first, so that the sandboxes finish at about the same time. @param {Mutant} mutant */
function costOf({ caughtBy }) {
  if (caughtBy === 'client-exploration' || caughtBy === 'server-exploration') return 4;
  if (caughtBy === 'exploration') return 1;
  if (caughtBy.some(file => file.includes('.page.test.'))) return 3;
  return caughtBy.some(file => file.startsWith('test/browser/')) ? 2 : 0;
}

/**
 * The detectors must pass without a fault, or a later failure proves nothing.
 *
 * @param {readonly Mutant[]} chosen
 * @param {string} forTests a sandbox
 * @param {string} forExplorations another one
 */
async function assertBaseline(chosen, forTests, forExplorations) {
  /** @param {string} sandbox @param {Iterable<Detector>} detectors */
  const assertHeld = async (sandbox, detectors) => {
    for (const detector of detectors) {
      const { kind, evidence } = await runDetector(sandbox, detector);
      if (kind !== 'held') throw new Error(`A detector fails without a fault (${kind}):\n${evidence}`);
    }
  };
  const files = new Set(chosen.flatMap(({ caughtBy }) => (typeof caughtBy === 'string' ? [] : caughtBy)));
  const explorations = new Set(chosen.flatMap(({ caughtBy }) => (typeof caughtBy === 'string' ? [caughtBy] : [])));
  await Promise.all([
    assertHeld(forTests, files.size > 0 ? [[...files]] : []),
    assertHeld(forExplorations, explorations),
  ]);
}

/** @param {Mutant} mutant @param {Verdict['kind']} kind @returns {MutantResult} */
export function toMutantResult({ hangs }, kind) {
  if (kind === 'broken' || (kind === 'timed-out' && hangs)) return 'caught';
  if (kind === 'timed-out') return 'timed out';
  return kind === 'not-compiled' ? 'does not compile' : 'survived';
}

/**
 * @param {Mutant} mutant
 * @param {string} sandbox
 * @returns {Promise<MutantResult>}
 */
async function tryMutant(mutant, sandbox) {
  const began = performance.now();
  const source = path.join(sandbox, mutant.file);
  const original = readFileSync(source, 'utf8');
  const { atime, mtime } = statSync(source);
  writeFileSync(source, seed(mutant, sandbox));
  // No detector opens the studio's page, which is built again when a source is newer.
  utimesSync(source, atime, mtime);
  try {
    const { kind, evidence } = await runDetector(sandbox, mutant.caughtBy, { TEST_PATIENCE_MS: `${patienceMs}` });
    const result = toMutantResult(mutant, kind);
    const by = typeof mutant.caughtBy === 'string' ? `${mutant.caughtBy}, ` : '';
    const texts = {
      broken: `caught by ${by}${evidence}`,
      held: 'survived',
      'timed-out': `${result === 'caught' ? 'caught by waiting in vain:' : 'timed out:'} ${by}${evidence}`,
      'not-compiled': `does not compile: no test has run\n${evidence}`,
      inconclusive: `survived: no assertion failed\n${evidence}`,
    };
    const seconds = (performance.now() - began) / 1_000;
    const text = `${mutant.name} [${mutant.family}] ${seconds.toFixed(1)} s\n${texts[kind]}`;
    console.log(text.replaceAll('\n', '\n    '));
    return result;
  } finally {
    writeFileSync(source, original);
    utimesSync(source, atime, mtime);
  }
}

/**
 * Seeds each fault into a copy of the sources, and prints what caught it. Two sandboxes compute; a third one has the
 * faults whose detectors wait in vain.
 *
 * @param {readonly string[]} [words] runs only the mutants whose name or family contains one of these
 * @throws Error if a mutant is stale, or if a detector fails without a fault
 */
export async function runMutants(words = []) {
  const chosen = mutants
    .filter(({ name, family }) => words.length === 0 || words.some(word => `${name} ${family}`.includes(word)))
    .toSorted((a, b) => costOf(b) - costOf(a));
  const computing = chosen.filter(({ hangs }) => !hangs);
  const waiting = chosen.filter(({ hangs }) => hangs);
  const [first, second, third] = [makeSandbox(), makeSandbox(), makeSandbox()];
  for (const mutant of chosen) seed(mutant, first);
  await assertBaseline(chosen, first, second);

  /** @type {{ name: string, result: MutantResult }[]} */
  const results = [];
  /** @param {string} sandbox @param {Mutant[]} queue */
  const tryAll = async (sandbox, queue) => {
    for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
      results.push({ name: mutant.name, result: await tryMutant(mutant, sandbox) });
    }
  };
  await Promise.all([tryAll(first, computing), tryAll(second, computing), tryAll(third, waiting)]);
  const missed = results.filter(({ result }) => result !== 'caught').map(({ name, result }) => `${result}: ${name}`);
  return { seeded: chosen.length, caught: chosen.length - missed.length, missed };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { seeded, caught, missed } = await runMutants(process.argv.slice(2));
  console.log(`\n${caught} of ${seeded} mutants caught`);
  for (const line of missed) console.log(line);
  process.exitCode = seeded > 0 && missed.length === 0 ? 0 : 1;
}
