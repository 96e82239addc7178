import type { StoredGeneration, StoredItem } from '../../../machines/client/client.port.js';
import { richnessOf } from '../completeness.js';
import { learn, place, remove, type Shelf } from '../gallery-state.js';

/** The records that are there, and of those that were dropped of late, when they had last been written. By id. */
export type Ledger = {
  readonly records: ReadonlyMap<string, StoredGeneration>;
  readonly dropped: ReadonlyMap<string, number>;
};

/** All that a store holds at one moment. */
export type Book<TItem extends StoredItem> = { readonly shelf: Shelf<TItem>; readonly ledger: Ledger };

type Change = (record: StoredGeneration | undefined) => StoredGeneration | undefined;

/** What this page has written of a record of late, and how it would write it again upon another. */
export type OwnWrite = {
  readonly now: StoredGeneration | undefined;
  /** When what it was first made upon had been written. */
  readonly base: number;
  /** Every state of it that this page has seen, as text. */
  readonly seen: readonly string[];
  readonly changes: readonly { readonly at: number; readonly isCreation: boolean; readonly change: Change }[];
};

/** Longer than a storage takes to show the other tabs what was written. */
const recentMs = 500;

const seenStates = 50;

const droppedIds = 200;

export const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** Puts a record there, or drops it. */
export function enter(ledger: Ledger, id: string, record: StoredGeneration | undefined): Ledger {
  const there = ledger.records.get(id);
  if (!record && !there) return ledger;
  const records = new Map(ledger.records);
  const dropped = new Map(ledger.dropped);
  records.delete(id);
  dropped.delete(id);
  if (record) records.set(id, record);
  else if (there) dropped.set(id, there.updatedAt);
  return { records, dropped: new Map([...dropped].slice(-droppedIds)) };
}

/** Without what was dropped and stands there again, because a tab that did not know has written over it. */
export function settled({ records, dropped }: Ledger): Ledger {
  const left = [...records].filter(([id, { updatedAt }]) => updatedAt > (dropped.get(id) ?? -Infinity));
  return { records: new Map(left), dropped };
}

const textOf = (record: StoredGeneration | undefined) => JSON.stringify(record) ?? '';

/** Of two of the same millisecond, the one that says more. */
const isNewer = (record: StoredGeneration, there: StoredGeneration | undefined) =>
  !there ||
  record.updatedAt > there.updatedAt ||
  (record.updatedAt === there.updatedAt && richnessOf(record) > richnessOf(there));

/** What this page remembers once it has made `now` out of `was`. */
export function noteWrite(
  before: OwnWrite | undefined,
  was: StoredGeneration | undefined,
  now: StoredGeneration | undefined,
  change: Change,
): OwnWrite {
  const at = Date.now();
  const recent = (before?.changes ?? []).filter(one => at - one.at < recentMs);
  return {
    now,
    base: was?.updatedAt ?? -Infinity,
    seen: [...(before?.seen ?? []), textOf(was), textOf(now)].slice(-seenStates),
    changes: [...recent, { at, isCreation: was === undefined, change }],
  };
}

/** What this page has changed of late, upon a state that it was not made upon. What has begun is not begun again. */
export const again = ({ changes }: OwnWrite, record: StoredGeneration | undefined) =>
  changes.reduce((value, { isCreation, change }) => (isCreation && value ? value : change(value)), record);

function joinShelf<TItem extends StoredItem>(ours: Shelf<TItem>, theirs: Shelf<TItem>, limit: number): Shelf<TItem> {
  const evicted = [...new Set([...ours.evicted, ...theirs.evicted])];
  const missed = theirs.removed.filter(id => !ours.removed.includes(id));
  const shelf = place({ ...remove(ours, missed, limit), evicted }, theirs.items, limit);
  return learn(
    shelf,
    theirs.known.filter(id => !ours.known.includes(id)),
  );
}

function joinLedger(ours: Ledger, theirs: Ledger, own: Map<string, OwnWrite>): Ledger {
  let ledger = settled({ records: ours.records, dropped: new Map([...theirs.dropped, ...ours.dropped]) });
  for (const [id, record] of settled({ records: theirs.records, dropped: ledger.dropped }).records) {
    const there = ledger.records.get(id);
    const mine = own.get(id);
    if (isSame(there, record)) continue;
    // What is there is this page's, and was made without having seen theirs: it is made again, upon theirs.
    const isMine = mine && isSame(there, mine.now);
    if (isMine && record.updatedAt >= mine.base && !mine.seen.includes(textOf(record))) {
      const now = again(mine, record);
      ledger = enter(ledger, id, now);
      own.set(id, { ...mine, now, seen: [...mine.seen, textOf(record), textOf(now)] });
    } else if (isNewer(record, there)) ledger = enter(ledger, id, record);
  }
  return ledger;
}

/**
 * What is there, with what another tab had written and this one may have written over. What is gone stays gone, what
 * is newer or richer stays: so it does no harm to join what is there already, or what is long past.
 */
export function join<TItem extends StoredItem>(
  ours: Book<TItem>,
  theirs: Book<TItem>,
  limit: number,
  own: Map<string, OwnWrite>,
): Book<TItem> {
  return {
    shelf: joinShelf(ours.shelf, theirs.shelf, limit),
    ledger: joinLedger(ours.ledger, theirs.ledger, own),
  };
}
