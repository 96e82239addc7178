import { describeValue } from './described.js';
import { isObject } from './json.js';

/**
 * Refuses an option that a function does not have, such as a misspelt one. Without the check it has no effect, and nothing
 * says so. Options of the value `undefined` count, too: their names are as wrong.
 *
 * @param names of all options of the function, at least one
 * @throws TypeError that names the unknown option and the most similar one of `names`, or what is no object of options
 */
export function assertKnownOptions(functionName: string, options: object, names: readonly string[]): void {
  if (!isObject(options)) {
    throw new TypeError(
      `${functionName}() needs an object of options, such as { ${names[0]}: … }. It got ${describeValue(options)}.`,
    );
  }
  const unknown = Object.keys(options).find(name => !names.includes(name));
  if (unknown === undefined) return;
  throw new TypeError(`${functionName}() has no option "${unknown}". Did you mean "${nearestName(unknown, names)}"?`);
}

/**
 * Refuses an option that has to be a text, such as a key under which something is stored: without it, everybody would use the same one.
 *
 * @throws TypeError that names the option
 */
export function assertText(functionName: string, option: string, value: unknown): asserts value is string {
  if (typeof value === 'string' && value !== '') return;
  throw new TypeError(
    `The option ${option} of ${functionName}() must be a text that is not empty. It is ${describeValue(value)}.`,
  );
}

/** The name that takes the fewest changes of a letter. */
export function nearestName(unknown: string, names: readonly string[]): string | undefined {
  return [...names].sort((one, other) => editDistance(unknown, one) - editDistance(unknown, other))[0];
}

/** How many letters have to be inserted, removed or replaced to turn one word into the other (Levenshtein). */
function editDistance(from: string, to: string): number {
  let previousRow = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const letter of from) {
    const row = [(previousRow[0] ?? 0) + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (previousRow[column - 1] ?? 0) + (letter === to[column - 1] ? 0 : 1);
      const removed = (previousRow[column] ?? 0) + 1;
      const inserted = (row[column - 1] ?? 0) + 1;
      row.push(Math.min(replaced, removed, inserted));
    }
    previousRow = row;
  }
  return previousRow[to.length] ?? 0;
}
