import type { JsonObject } from 'generation-lifecycle';
import type { Charge, MemoryTransaction, StoredJob } from 'generation-lifecycle/server';

/** A call of a hook about money that was committed. */
export type LedgerEntry = {
  readonly hook: 'reserve' | 'settle' | 'correct';
  readonly id: string;
  readonly attempt: number;
  readonly reserve?: unknown;
  readonly before?: Charge | undefined;
} & Partial<Charge>;

/** What a hook has written within a transaction that is not committed yet. */
export type Uncommitted = {
  /** As it was stored when the hook was called. */
  readonly job: StoredJob;
  readonly entries: readonly LedgerEntry[];
  /** What becomes of its state. */
  readonly state: JsonObject | null;
};

/** What the hooks of the model get: what they add is committed together with the job, or not at all. */
export type LedgerTransaction = { readonly add: (entry: LedgerEntry) => void };

const key = 'ledger';

export const entriesOf = (rows: ReadonlyMap<string, unknown>): readonly LedgerEntry[] =>
  (rows.get(key) ?? []) as readonly LedgerEntry[];

export function addEntries(transaction: MemoryTransaction, entries: readonly LedgerEntry[]): void {
  const known = (transaction.get(key) ?? []) as readonly LedgerEntry[];
  transaction.set(key, [...known, ...entries]);
}
