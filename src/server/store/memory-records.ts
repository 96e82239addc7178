import { createListeners } from './listeners.js';
import type { RecordShelf, RecordStore, StoredRecord } from './record-store.js';

/** Gallery rows in the memory of one process. */
export function memoryRecords(now: () => number): RecordStore {
  type Place = { readonly of: RecordShelf; readonly records: Map<string, StoredRecord> };
  const shelves = new Map<string, Place>();
  const listeners = createListeners<RecordShelf>();

  const open = ({ userId, backend, shelf }: RecordShelf): Place => {
    const key = JSON.stringify([userId, backend, shelf]);
    const known = shelves.get(key) ?? { of: { userId, backend, shelf }, records: new Map() };
    shelves.set(key, known);
    return known;
  };
  const newestOf = ({ records }: Place) => Math.max(0, ...Array.from(records.values(), ({ revision }) => revision));

  return {
    async read(of, query) {
      const { records } = open(of);
      const found = [...records.values()].sort((one, other) => one.revision - other.revision);
      const isAsked = 'ids' in query ? isIn(query.ids) : ({ revision }: StoredRecord) => revision > query.newerThan;
      const asked = found.filter(isAsked);
      return structuredClone('ids' in query ? asked : asked.slice(0, query.limit));
    },

    async find({ userId, backend }, keys) {
      const known = new Set(keys);
      return [...shelves.values()]
        .filter(({ of }) => of.userId === userId && of.backend === backend)
        .flatMap(({ of: { shelf }, records }) => [...records.values()].map(record => ({ ...record, shelf })))
        .filter(({ key }) => key !== null && known.has(key))
        .map(record => structuredClone(record));
    },

    async write(of, writes, maxRecords) {
      const shelf = open(of);
      const { records } = shelf;
      if (writes.some(({ id, revision }) => (records.get(id)?.revision ?? 0) !== revision)) return { kind: 'changed' };
      const newCount = writes.filter(({ revision }) => revision === 0).length;
      if (newCount > 0 && records.size + newCount > maxRecords) return { kind: 'full' };
      const before = newestOf(shelf);
      const at = now();
      const first = Math.max(before + 1, at);
      const written = writes.map(({ id, value, key }, index) => ({
        id,
        revision: first + index,
        value,
        key,
        updatedAt: at,
      }));
      for (const record of written) records.set(record.id, structuredClone(record));
      if (written.length > 0) listeners.tell(shelf.of);
      return { kind: 'written', records: written, before };
    },

    async erase(of, { id, value }) {
      const shelf = open(of);
      const at = now();
      const record = { id, revision: Math.max(newestOf(shelf) + 1, at), value, key: null, updatedAt: at };
      shelf.records.clear();
      shelf.records.set(id, structuredClone(record));
      listeners.tell(shelf.of);
      return record;
    },

    async prune(removedBefore) {
      let count = 0;
      for (const { records } of shelves.values()) {
        for (const { id, value, updatedAt } of [...records.values()]) {
          if (value === null && updatedAt < removedBefore && records.delete(id)) count += 1;
        }
      }
      return count;
    },

    watch: listener => listeners.add(listener),
  };
}

const isIn = (ids: readonly string[]) => {
  const known = new Set(ids);
  return ({ id }: StoredRecord) => known.has(id);
};
