import { type JobStore, memoryJobs, type StoredJob } from 'generation-lifecycle/server';
import type { Pending } from './calls.js';
import { addEntries, entriesOf, type LedgerEntry } from './ledger.js';

type Operation = Pick<Pending, 'name' | 'args' | 'within'> & {
  readonly now: number;
  /** The database is away at the commit. */
  readonly isRolledBack?: boolean | undefined;
};

/** What is stored, and a shortest way to it. */
export type Stored = {
  readonly id: number;
  readonly rows: readonly StoredJob[];
  /** What hooks have written, in the order of the commits. */
  readonly ledger: readonly LedgerEntry[];
  readonly operations: readonly Operation[];
  readonly next: Map<string, Applied>;
};

/** What an operation leads to. `begun`: nothing is stored yet, because its hook has to be called with this job first. */
type Applied = { readonly stored: Stored; readonly answer: unknown; readonly begun?: StoredJob | undefined };

/** Ends a transaction without a commit. */
class RolledBack extends Error {
  override readonly name = 'RolledBack';
}

/** The real store in memory. What is stored is a value: each operation on it is made once. */
export class Stores {
  readonly #all: Stored[] = [];
  readonly #byContent = new Map<string, Stored>();
  readonly start: Stored = this.#add([], [], []);

  at(id: number): Stored {
    const stored = this.#all[id];
    if (!stored) throw new RangeError(`There is no stored state ${id}`);
    return stored;
  }

  async apply(stored: Stored, operation: Operation): Promise<Applied> {
    const key = JSON.stringify(operation);
    const known = stored.next.get(key);
    if (known) return known;
    let now = 0;
    let begun: StoredJob | undefined;
    const store = memoryJobs({ now: () => now });
    const ids = new Set<string>();
    const make = async ({ name, args, within, isRolledBack, ...made }: Operation): Promise<unknown> => {
      ({ now } = made);
      if (name === 'insert') ids.add((args[0] as StoredJob).id);
      const [first, second, third] = structuredClone(args);
      const call = store[name as keyof JobStore] as (...args: unknown[]) => Promise<unknown>;
      if (!within) return call(first, second, third);
      const hook: Parameters<typeof store.write>[3] = async (transaction, job) => {
        if (within === 'begins' || JSON.stringify(within.job) !== JSON.stringify(job)) {
          begun = job;
          throw new RolledBack();
        }
        addEntries(transaction, within.entries);
        if (isRolledBack) throw new RolledBack();
        return within.state ?? undefined;
      };
      return call(first, second, third, hook).catch((error: unknown) => {
        if (!(error instanceof RolledBack)) throw error;
      });
    };
    for (const made of stored.operations) await make(made);
    const answer = await make(operation);
    const rows = await store.getMany([...ids]);
    const operations = [...stored.operations, operation];
    const next = { stored: this.#add(rows, entriesOf(store.rows), operations), answer, begun };
    stored.next.set(key, next);
    return next;
  }

  #add(rows: readonly StoredJob[], ledger: readonly LedgerEntry[], operations: readonly Operation[]): Stored {
    const key = JSON.stringify([rows, ledger]);
    const known = this.#byContent.get(key);
    if (known) return known;
    const stored = { id: this.#all.length, rows, ledger, operations, next: new Map() };
    this.#all.push(stored);
    this.#byContent.set(key, stored);
    return stored;
  }
}
