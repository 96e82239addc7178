/** Returns one of the values; further runs of the same transition return the others. */
export type Choose = (name: string, values: readonly unknown[]) => unknown;

type Choice = { readonly name: string; readonly values: readonly unknown[]; index: number };

/** A value that the exploration chose because the state does not contain it. */
export type ExplorationChoice = { readonly name: string; readonly value: unknown };

/** The result of one run, with the choices that led to it. */
export type Chosen<TResult> = { readonly result: TResult; readonly choices: readonly ExplorationChoice[] };

/** A transition with more runs than this chooses in an endless loop. */
const maxRuns = 10_000;

/**
 * Runs deterministic work once for every combination of the values that it chooses. A choice may depend on earlier
 * ones, so the combinations are a tree, which is searched depth first.
 *
 * @throws RangeError when there are more than 10,000
 */
export function everyChoice<TResult>(work: (choose: Choose) => TResult): readonly Chosen<TResult>[] {
  const runs: Chosen<TResult>[] = [];
  let script: Choice[] = [];
  do {
    let count = 0;
    const choose: Choose = (name, values) => {
      script[count] ??= { name, values, index: 0 };
      const { index } = script[count] ?? { index: 0 };
      count += 1;
      return values[index];
    };
    const result = work(choose);
    script = script.slice(0, count);
    runs.push({ result, choices: script.map(({ name, values, index }) => ({ name, value: values[index] })) });
    if (runs.length > maxRuns) {
      throw new RangeError(
        `One transition chooses "${script[script.length - 1]?.name}" in more than ${maxRuns} combinations.`,
      );
    }
  } while (hasNext(script));
  return runs;
}

/** Moves on to the next combination, if there is one. */
function hasNext(script: Choice[]): boolean {
  for (let last = script[script.length - 1]; last; last = script[script.length - 1]) {
    last.index += 1;
    if (last.index < last.values.length) return true;
    script.pop();
  }
  return false;
}
