/**
 * @typedef {{ line: number, column: number }} Position
 * @typedef {{ mutatorName: string, replacement?: string, status: string, statusReason?: string, location: { start: Position, end: Position } }} Mutant
 * @typedef {{ readonly source: string, readonly mutants: readonly Mutant[] }} MutatedFile
 * @typedef {{ readonly files: Readonly<Record<string, MutatedFile>> }} Report as StrykerJS writes it
 */

/**
 * A mutant that no test can tell from the code. It is found again by texts, because lines move.
 *
 * @typedef {{ readonly file: string, readonly line: string, readonly mutator: string, readonly original: string, readonly replacement: string, readonly why: string }} AcceptedMutant
 * @typedef {Omit<AcceptedMutant, 'why'> & { readonly isReached: boolean, readonly why?: string }} Survivor
 * @typedef {{ readonly file: string, readonly killed: number, readonly timedOut: number, readonly crashed: number, readonly survivors: readonly Survivor[] }} FileResult
 */

/** How Vitest reports a test or a hook that has run out of time. */
export const outOfTime = /^(?:Test|Hook) timed out in /;

/** @param {Mutant} mutant @returns {'killed' | 'timedOut' | 'crashed' | 'survived'} */
function kindOf({ status, statusReason = '' }) {
  if (status === 'Timeout' || (status === 'Killed' && outOfTime.test(statusReason))) return 'timedOut';
  if (status === 'Killed') return 'killed';
  if (status === 'Survived' || status === 'NoCoverage') return 'survived';
  // It has ended the test run from outside of a test.
  if (status === 'RuntimeError' || status === 'CompileError') return 'crashed';
  throw new Error(`StrykerJS reports the unknown status ${status}.`);
}

/** @param {string} text */
const onOneLine = text => text.replace(/\s+/g, ' ').trim();

/** The text between two positions, which count from 1. @param {readonly string[]} lines @param {Mutant['location']} location */
function textAt(lines, { start, end }) {
  const covered = lines.slice(start.line - 1, end.line);
  const last = covered.length - 1;
  return covered
    .map((text, at) => text.slice(at === 0 ? start.column - 1 : 0, at === last ? end.column - 1 : undefined))
    .join('\n');
}

/**
 * @param {string} file
 * @param {MutatedFile} mutated
 * @param {readonly AcceptedMutant[]} accepted
 * @returns {FileResult}
 */
export function toFileResult(file, { source, mutants }, accepted) {
  const lines = source.split('\n');
  const count = (/** @type {string} */ kind) => mutants.filter(mutant => kindOf(mutant) === kind).length;
  const survivors = mutants
    .filter(mutant => kindOf(mutant) === 'survived')
    .map(({ location, mutatorName, replacement = '', status }) => {
      const survivor = {
        file,
        line: onOneLine(lines[location.start.line - 1] ?? ''),
        mutator: mutatorName,
        original: onOneLine(textAt(lines, location)),
        replacement: onOneLine(replacement),
      };
      const why = findWhy(survivor, accepted);
      return { ...survivor, isReached: status !== 'NoCoverage', ...(why && { why }) };
    });
  return { file, killed: count('killed'), timedOut: count('timedOut'), crashed: count('crashed'), survivors };
}

/** @param {Omit<AcceptedMutant, 'why'>} a @param {Omit<AcceptedMutant, 'why'>} b */
const isSame = (a, b) =>
  a.file === b.file &&
  a.line === b.line &&
  a.mutator === b.mutator &&
  a.original === b.original &&
  a.replacement === b.replacement;

/** Why a mutant may survive, if that is known. @param {Omit<AcceptedMutant, 'why'>} survivor @param {readonly AcceptedMutant[]} accepted */
export const findWhy = (survivor, accepted) => accepted.find(one => isSame(one, survivor))?.why;

/** What is accepted in a file, and has not survived. @param {FileResult} result @param {readonly AcceptedMutant[]} accepted */
export const staleIn = ({ file, survivors }, accepted) =>
  accepted.filter(one => one.file === file && !survivors.some(survivor => isSame(one, survivor)));

/** How many of the mutants that did not run out of time were killed, in percent. @param {readonly FileResult[]} results */
export function scoreOf(results) {
  const killed = results.reduce((sum, result) => sum + result.killed, 0);
  const survived = results.reduce((sum, { survivors }) => sum + survivors.length, 0);
  return killed + survived === 0 ? 100 : (100 * killed) / (killed + survived);
}

/** One row of the table. @param {string} name @param {readonly FileResult[]} results */
export function toRow(name, results) {
  const survivors = results.flatMap(result => result.survivors);
  const sum = (/** @type {'killed' | 'timedOut' | 'crashed'} */ key) =>
    results.reduce((total, result) => total + result[key], 0);
  return {
    name,
    killed: sum('killed'),
    survived: survivors.filter(({ isReached }) => isReached).length,
    'not reached': survivors.filter(({ isReached }) => !isReached).length,
    accepted: survivors.filter(({ why }) => why !== undefined).length,
    'timed out': sum('timedOut'),
    crashed: sum('crashed'),
    'score %': Number(scoreOf(results).toFixed(1)),
  };
}

/** @param {Survivor} survivor */
export const describeSurvivor = ({ file, line, mutator, original, replacement, isReached, why }) =>
  [
    `${file} ${mutator}${isReached ? '' : ', reached by no test'}`,
    `    in ${line}`,
    `    - ${original}`,
    `    + ${replacement || '(nothing)'}`,
    ...(why ? [`    accepted: ${why}`] : []),
  ].join('\n');
