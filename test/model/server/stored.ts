import { type JobStore, memoryJobs, type StoredJob } from 'generation-lifecycle/server';

type Operation = { readonly now: number; readonly name: string; readonly args: readonly unknown[] };

/** What is stored, and a shortest way to it. */
export type Stored = {
  readonly id: number;
  readonly rows: readonly StoredJob[];
  readonly operations: readonly Operation[];
  readonly next: Map<string, { readonly stored: Stored; readonly answer: unknown }>;
};

/** The real store in memory. What is stored is a value: each operation on it is made once. */
export class Stores {
  readonly #all: Stored[] = [];
  readonly #byRows = new Map<string, Stored>();
  readonly start: Stored = this.#add([], []);

  at(id: number): Stored {
    const stored = this.#all[id];
    if (!stored) throw new RangeError(`There is no stored state ${id}`);
    return stored;
  }

  async apply(stored: Stored, operation: Operation): Promise<{ readonly stored: Stored; readonly answer: unknown }> {
    const key = JSON.stringify(operation);
    const known = stored.next.get(key);
    if (known) return known;
    let now = 0;
    const store = memoryJobs({ now: () => now });
    const ids = new Set<string>();
    const make = (made: Operation) => {
      ({ now } = made);
      if (made.name === 'insert') ids.add((made.args[0] as StoredJob).id);
      return (store[made.name as keyof JobStore] as (...args: unknown[]) => Promise<unknown>)(
        ...structuredClone(made.args),
      );
    };
    for (const made of stored.operations) await make(made);
    const answer = await make(operation);
    const rows = await store.getMany([...ids]);
    const next = { stored: this.#add(rows, [...stored.operations, operation]), answer };
    stored.next.set(key, next);
    return next;
  }

  #add(rows: readonly StoredJob[], operations: readonly Operation[]): Stored {
    const key = JSON.stringify(rows);
    const known = this.#byRows.get(key);
    if (known) return known;
    const stored = { id: this.#all.length, rows, operations, next: new Map() };
    this.#all.push(stored);
    this.#byRows.set(key, stored);
    return stored;
  }
}
