import { type Bounds, describeBounds } from './bounds.js';
import type { Finding } from './findings.js';
import { Monitors } from './monitors.js';
import type { StoreState } from './store-model.js';
import { type Ledger, Moves, type World } from './world.js';

/** The result of an exploration. */
export type ClientExploration = {
  readonly name: string;
  /** Its bounds as text. */
  readonly bounds: string;
  readonly states: number;
  readonly edges: number;
  /** States in which nothing can happen any more by itself. */
  readonly rests: number;
  readonly monitors: number;
  /** Different states of a page. */
  readonly pages: number;
};

/** A broken rule, with a shortest trace to where it is broken. */
export class ClientViolation extends Error {
  override readonly name = 'ClientViolation';
  readonly monitor: string;

  constructor(bounds: Bounds, { monitor, why }: Finding, trace: readonly string[]) {
    super(
      [`${bounds.name}: ${monitor}: ${why}`, ...trace.map((line, at) => `${String(at + 1).padStart(4)}. ${line}`)].join(
        '\n',
      ),
    );
    this.monitor = monitor;
  }
}

/** Gives equal things the same number. */
class Numbered<T> {
  readonly #all: T[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #known = new WeakMap<object, number>();

  of(thing: T & object): number {
    const known = this.#known.get(thing);
    if (known !== undefined) return known;
    const key = JSON.stringify(thing);
    const number = this.#numbers.get(key) ?? this.#all.push(thing) - 1;
    this.#numbers.set(key, number);
    this.#known.set(thing, number);
    return number;
  }

  at(number: number): T {
    const thing = this.#all[number];
    if (thing === undefined) throw new RangeError(`There is no ${number}`);
    return thing;
  }
}

/** A state in numbers, and how it was first found. */
type Found = {
  readonly tabs: readonly number[];
  readonly store: number;
  readonly ledger: number;
  readonly parent: number;
  readonly label: string;
};

/**
 * Explores every run within bounds, breadth-first, until nothing new is found, and shows that no rule is broken in any, and
 * that every execution ends: from every state on, whatever happens next by itself.
 *
 * @throws ClientViolation with a shortest trace
 */
export function exploreClient(bounds: Bounds): ClientExploration {
  const moves = new Moves(bounds);
  const monitors = new Monitors(bounds, moves.steps);
  const stores = new Numbered<StoreState>();
  const ledgers = new Numbered<Ledger>();
  const found: Found[] = [];
  const numbers = new Map<string, number>();
  /** The states that follow each state by itself. */
  const onward: number[][] = [];
  let edges = 0;

  const traceTo = (index: number): string[] => {
    const trace: string[] = [];
    for (let state = found[index]; state; state = found[state.parent]) trace.unshift(state.label);
    return trace.slice(1);
  };
  const visit = ({ tabs, store, ledger }: World, parent: number, label: string): number => {
    const storeNumber = stores.of(store);
    const ledgerNumber = ledgers.of(ledger);
    // Tabs have no names: two worlds that differ in the order of tabs are one.
    const key = `${[...tabs].sort((one, other) => one - other).join()};${storeNumber};${ledgerNumber}`;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    const number = found.push({ tabs, store: storeNumber, ledger: ledgerNumber, parent, label }) - 1;
    numbers.set(key, number);
    if (number >= (bounds.limit ?? 3_000_000)) throw new RangeError(`${bounds.name}: more states than ${number}`);
    return number;
  };
  const worldAt = (index: number): World => {
    const { tabs = [], store = 0, ledger = 0 } = found[index] ?? {};
    return { tabs, store: stores.at(store), ledger: ledgers.at(ledger) };
  };

  visit(moves.start, -1, 'start');
  for (let index = 0; index < found.length; index += 1) {
    const spontaneous = new Set<number>();
    for (const move of moves.of(worldAt(index))) {
      const judged = monitors.judge(move);
      if ('monitor' in judged) throw new ClientViolation(bounds, judged, [...traceTo(index), move.label]);
      const to = visit(judged, index, move.label);
      edges += 1;
      if (move.isSpontaneous && to !== index) spontaneous.add(to);
    }
    onward.push([...spontaneous]);
  }

  const rests = onward.flatMap((spontaneous, index) => (spontaneous.length === 0 ? [index] : []));
  for (const index of rests) {
    const finding = monitors.review(worldAt(index));
    if (finding) throw new ClientViolation(bounds, finding, traceTo(index));
  }
  const looping = firstOnCycle(onward);
  if (looping !== undefined) {
    const finding = { monitor: 'every execution ends', why: 'there is a loop' };
    throw new ClientViolation(bounds, finding, traceTo(looping));
  }
  return {
    name: bounds.name,
    bounds: describeBounds(bounds),
    states: found.length,
    edges,
    rests: rests.length,
    monitors: Monitors.count,
    pages: moves.steps.count,
  };
}

/** Removes states whose executions all end, again and again. What is left is on a loop, or leads to one. */
function firstOnCycle(onward: readonly (readonly number[])[]): number | undefined {
  const before: number[][] = onward.map(() => []);
  const open = onward.map(spontaneous => spontaneous.length);
  for (const [index, spontaneous] of onward.entries()) for (const to of spontaneous) before[to]?.push(index);
  const settled = open.flatMap((count, index) => (count === 0 ? [index] : []));
  for (const index of settled) {
    for (const from of before[index] ?? []) {
      open[from] = (open[from] ?? 0) - 1;
      if (open[from] === 0) settled.push(from);
    }
  }
  const left = open.findIndex(count => count > 0);
  return left < 0 ? undefined : left;
}
