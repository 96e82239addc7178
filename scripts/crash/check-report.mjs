/**
 * @typedef {import('./crash.types.ts').CrashReport} CrashReport
 * @typedef {import('./crash.types.ts').Result} Result
 * @typedef {import('./crash.types.ts').Verdict} Verdict
 */

/** What the user has at the end of the second session. @param {CrashReport} report @returns {Result} */
function resultOf({ secondSession, storedAtEnd, posts }) {
  const failures = secondSession.outcomes.filter(outcome => outcome !== 'completed');
  if (storedAtEnd.items.length === 1) return failures.length === 0 ? 'item' : 'wrong';
  if (storedAtEnd.items.length > 1) return 'wrong';
  if (failures.length === 0) return posts > 0 ? 'lost' : 'nothing';
  return failures.length === 1 && failures[0] === 'interrupted' ? 'interrupted' : 'wrong';
}

/**
 * Whether a completed write survives this kill. Chromium keeps `localStorage` writes in memory for seconds before it writes
 * them to disk; a completed IndexedDB transaction is with the operating system.
 * @param {Pick<import('./crash.types.ts').Crash, 'pageKind' | 'kill'>} crash
 */
export const isDurable = ({ pageKind, kill }) => kill !== 'browser' || pageKind === 'indexedStore';

/** @param {CrashReport} report @returns {Verdict} */
export function checkReport(report) {
  const { crash, marks, outcomes, storedAfterCrash, secondSession, storedAtEnd, thirdSession, posts, charges } = report;
  const isWritten = (/** @type {string} */ name) =>
    marks.includes(`${name}.stored`) || (crash.pageKind !== 'indexedStore' && marks.includes(`${name}.called`));
  const isKept = isDurable(crash);
  const hasGeneration = storedAfterCrash.generations.length > 0;
  const hasJob = storedAfterCrash.generations.some(generation => generation.hasJob);
  const hasItem = storedAfterCrash.items.length > 0;
  const result = resultOf(report);
  const expected = hasJob || hasItem ? 'item' : hasGeneration ? 'interrupted' : isKept ? 'nothing' : result;
  const completions = [...outcomes, ...secondSession.outcomes].filter(outcome => outcome === 'completed').length;

  /** @type {readonly (readonly [isBroken: boolean, problem: string])[]} */
  const rules = [
    [posts > 1, `${posts} POSTs`],
    [charges > 1, `charged ${charges} times`],
    [result !== expected && !(result === 'lost' && !isKept), `the result is ${result}, expected ${expected}`],
    [isKept && posts > 0 && !hasGeneration && !hasItem, 'was submitted, but is not in storage'],
    [isKept && isWritten('job') && !hasJob && !hasItem, 'its job was stored, but is not in storage'],
    [isKept && isWritten('items') && !hasItem, 'its item was stored, but is not in storage'],
    [isKept && completions > 1, `completed ${completions} times`],
    [
      new Set(storedAtEnd.items).size < storedAtEnd.items.length,
      `an item is stored twice: ${storedAtEnd.items.join(', ')}`,
    ],
    [
      `${secondSession.items}` !== `${storedAtEnd.items}`,
      `shows ${secondSession.items.length} items of ${storedAtEnd.items.length} stored`,
    ],
    [
      storedAtEnd.generations.length > 0,
      `stored generations are left over at the end: ${storedAtEnd.generations.length}`,
    ],
    [!secondSession.isSettled, 'a generation still runs at the end of the second session'],
    [secondSession.storageError !== undefined, `shows a storage error: ${secondSession.storageError}`],
    [
      thirdSession.outcomes.length > 0,
      `the third session receives outcomes again: ${thirdSession.outcomes.join(', ')}`,
    ],
    [
      `${thirdSession.items}` !== `${storedAtEnd.items}`,
      `the third session shows ${thirdSession.items.length} items of ${storedAtEnd.items.length} stored`,
    ],
  ];
  return { result, problems: rules.flatMap(([isBroken, problem]) => (isBroken ? [problem] : [])) };
}
