import type { StoredGeneration } from '../../../machines/client/client.port.js';
import { isStoredGeneration, oldestFirst, toObject } from '../stored-generation.js';
import { type Area, unreadable } from './json-storage.js';
import type { StoredFormat } from './local-store.types.js';
import { isSame, type Ledger, settled } from './merge.js';

/** Records in an array or two, the first of which may be another's as well. */
export type LocalRecords = {
  readonly keys: readonly string[];
  /** What stands there. What cannot be read is set aside first, if there is room for it. */
  read(): Ledger;
  /** The same, and whether something still stands there that was dropped: its page has died between two writes. */
  survey(): { readonly ledger: Ledger; readonly hasLeftovers: boolean };
  /** What to write so that this stands there; undefined while something unreadable is in its place. */
  values(ledger: Ledger): ReadonlyMap<string, unknown> | undefined;
  /** What stood there, as far as one key tells it. */
  fragment(key: string, value: unknown): Ledger;
};

type Entry = { readonly raw: unknown; readonly record?: StoredGeneration | undefined };
type Drawer = {
  readonly format: StoredFormat;
  readonly entries: readonly Entry[];
  readonly junk?: string | undefined;
};

const ownFormat = (key: string): StoredFormat => ({
  key,
  toStored: record => record,
  fromStored: entry => {
    if (isStoredGeneration(entry)) return entry;
    const { version } = toObject(entry);
    // A newer deployment's, which may come back.
    return typeof version === 'number' && version > 1 ? 'foreign' : undefined;
  },
});

function readEntry(format: StoredFormat, raw: unknown): Entry | undefined {
  try {
    const record = format.fromStored(raw);
    if (record === 'foreign') return { raw };
    return isStoredGeneration(record) ? { raw, record } : undefined;
  } catch {
    return undefined;
  }
}

function readDrawer(format: StoredFormat, value: unknown, text: string | undefined): Drawer {
  if (value === undefined) return { format, entries: [] };
  if (!Array.isArray(value)) return { format, entries: [], junk: text };
  const read = value.map((raw: unknown) => ({ raw, entry: readEntry(format, raw) }));
  const entries = read.flatMap(({ entry }) => entry ?? []);
  const junk = read.filter(({ entry }) => !entry).map(({ raw }) => raw);
  return { format, entries, junk: junk.length > 0 ? JSON.stringify(junk) : undefined };
}

/** By id; of two of the same id the newer. */
function recordsIn(drawers: readonly Drawer[]): Map<string, StoredGeneration> {
  const records = new Map<string, StoredGeneration>();
  for (const { record } of drawers.flatMap(({ entries }) => entries)) {
    if (!record) continue;
    const other = records.get(record.token.id);
    if (!other || other.updatedAt < record.updatedAt) records.set(record.token.id, record);
  }
  return records;
}

/** The array of a drawer once it holds these records, each where it stands, or at the end. */
function refill({ format, entries }: Drawer, kept: ReadonlyMap<string, StoredGeneration>): readonly unknown[] {
  const left = new Map(kept);
  const stay = entries.flatMap(({ raw, record }) => {
    if (!record) return [raw];
    const now = left.get(record.token.id);
    left.delete(record.token.id);
    // An entry that has not changed stays as its writer wrote it.
    return now ? [isSame(now, record) ? raw : format.toStored(now)] : [];
  });
  return [...stay, ...Array.from(left.values(), record => format.toStored(record))];
}

export function localRecords(area: Area, key: string, format?: StoredFormat | undefined): LocalRecords {
  const own = ownFormat(`${key}:records`);
  const formats = format ? [format, own] : [own];
  const metaKey = `${own.key}:meta`;

  const readAll = () => formats.map(one => readDrawer(one, area.value(one.key), area.text(one.key)));
  const readDropped = (value: unknown): ReadonlyMap<string, number> =>
    new Map(
      Object.entries(toObject(toObject(value)['dropped'])).flatMap(([id, at]) =>
        typeof at === 'number' ? [[id, at] as const] : [],
      ),
    );

  /** Whether nothing is lost when the keys are written. */
  const clear = (drawers: readonly Drawer[]) =>
    drawers.every(({ format: { key: place }, entries, junk }) => {
      if (junk === undefined) return true;
      if (!area.setAside(place, junk)) return false;
      area.write(new Map([[place, entries.length > 0 ? entries.map(({ raw }) => raw) : undefined]]));
      return true;
    });

  const survey = () => {
    const drawers = readAll();
    clear(drawers);
    const records = recordsIn(drawers);
    const ledger = settled({ records, dropped: readDropped(area.value(metaKey)) });
    return { ledger, hasLeftovers: records.size > ledger.records.size };
  };

  return {
    keys: [...formats.map(one => one.key), metaKey],
    read: () => survey().ledger,
    survey,
    values({ records, dropped }) {
      const drawers = readAll();
      if (!clear(drawers)) return undefined;
      const values = new Map<string, unknown>();
      // Before the records: other tabs then learn that one was dropped before they miss it.
      if (dropped.size > 0) values.set(metaKey, { dropped: Object.fromEntries(dropped) });
      let left = oldestFirst(records.values());
      for (const drawer of drawers) {
        const others = drawer.entries.filter(({ record }) => !record).length;
        const room = Math.max(0, (drawer.format.limit ?? Infinity) - others);
        const kept = left.slice(Math.max(0, left.length - room));
        left = left.slice(0, left.length - kept.length);
        const entries = refill(drawer, new Map(kept.map(record => [record.token.id, record])));
        values.set(
          drawer.format.key,
          entries.length > 0 || area.text(drawer.format.key) !== undefined ? entries : undefined,
        );
      }
      return values;
    },
    fragment(part, value) {
      if (part === metaKey) return { records: new Map(), dropped: readDropped(value) };
      const one = formats.find(({ key: place }) => place === part);
      return {
        records: one && value !== unreadable ? recordsIn([readDrawer(one, value, '')]) : new Map(),
        dropped: new Map(),
      };
    },
  };
}
