/** Asks the environment: returns one of the kinds, and in other runs the others. */
export type Ask = (question: string, kinds: readonly unknown[]) => unknown;

type Asked = { readonly question: string; readonly kinds: readonly unknown[]; index: number };

/** What the environment was asked, and what it said. */
export type Answer = { readonly question: string; readonly value: unknown };

/** One run, with what it was told. */
export type Answered<TResult> = { readonly result: TResult; readonly answers: readonly Answer[] };

/** More runs of one transition than this are a loop that asks for ever. */
const longestRuns = 10_000;

/**
 * Runs deterministic work once for every combination of answers to the questions it asks on the way. What is asked
 * may depend on earlier answers, so the combinations are walked as a tree, depth first.
 *
 * @throws RangeError when there are more than 10,000
 */
export function everyAnswer<TResult>(work: (ask: Ask) => TResult): readonly Answered<TResult>[] {
  const runs: Answered<TResult>[] = [];
  let script: Asked[] = [];
  do {
    let count = 0;
    const ask: Ask = (question, kinds) => {
      script[count] ??= { question, kinds, index: 0 };
      const { index } = script[count] ?? { index: 0 };
      count += 1;
      return kinds[index];
    };
    const result = work(ask);
    script = script.slice(0, count);
    runs.push({ result, answers: script.map(({ question, kinds, index }) => ({ question, value: kinds[index] })) });
    if (runs.length > longestRuns) throw new RangeError(`${script.at(-1)?.question} is asked without end`);
  } while (hasNext(script));
  return runs;
}

/** Moves on to the next combination, if there is one. */
function hasNext(script: Asked[]): boolean {
  for (let last = script.at(-1); last; last = script.at(-1)) {
    last.index += 1;
    if (last.index < last.kinds.length) return true;
    script.pop();
  }
  return false;
}
