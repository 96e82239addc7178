import type { RecordShelf, RecordStore, RecordWrite, StoredRecord } from '../../server/store/record-store.js';
import { assertPort } from '../conformance/bench.js';
import { eventually, isEqual, type JobStoreRequirement } from './requirement.js';

const gallery: RecordShelf = { userId: 'ada', backend: 'image', shelf: 'gallery' };
const plenty = 1_000;

const write = (id: string, revision = 0, changes: Partial<RecordWrite> = {}): RecordWrite => ({
  id,
  revision,
  value: { text: 'a "quoted" ä \u0000 \ud800', list: [1, null] },
  key: null,
  ...changes,
});

async function written(
  records: RecordStore,
  writes: readonly RecordWrite[],
  shelf = gallery,
): Promise<readonly StoredRecord[]> {
  const result = await records.write(shelf, writes, plenty);
  assertPort(result.kind === 'written', `records.write() of new records must write, and answered ${result.kind}.`);
  return result.records;
}

const since = (records: RecordStore, revision: number, limit = plenty, shelf = gallery) =>
  records.read(shelf, { newerThan: revision, limit });
const idsOf = (records: readonly StoredRecord[]) => records.map(({ id }) => id);

/** The rows next to the jobs: what clients keep of their galleries. */
export const recordRequirements: readonly JobStoreRequirement[] = [
  {
    name: 'records are written with revisions that grow, and read back as they are',
    async test({ records: here }, { records: there }) {
      const [one, other] = await written(here, [write('a'), write('b', 0, { key: 'key-b' })]);
      assertPort(
        one !== undefined && other !== undefined && other.revision > one.revision && one.revision > 0,
        'records.write() must give each record a greater revision than the one before.',
      );
      assertPort(isEqual(one.value, write('a').value), `A record with ${JSON.stringify(write('a').value)} changed.`);
      assertPort(other.key === 'key-b', 'records.write() must keep the key of a record.');
      assertPort(isEqual(await since(there, 0), [one, other]), 'Another process must read the records as they are.');
      const [changed] = await written(there, [write('a', one.revision, { value: { changed: true } })]);
      assertPort(Number(changed?.revision) > other.revision, 'A change must have the greatest revision of its shelf.');
      assertPort(
        isEqual(idsOf(await since(here, other.revision)), ['a']),
        'records.read() must tell what is later than a revision, and nothing else.',
      );
      assertPort(
        isEqual(idsOf(await since(here, 0)), ['b', 'a']),
        'records.read() must tell the earliest revision first.',
      );
      assertPort(isEqual(idsOf(await since(here, 0, 1)), ['b']), 'records.read() must not exceed its limit.');
      assertPort(
        isEqual(idsOf(await here.read(gallery, { ids: ['a', 'nobody'] })), ['a']),
        'records.read() must find records by their ids.',
      );
    },
  },
  {
    name: 'records are written all or none, and only by who has read the newest revision',
    async test({ records: here }, { records: there }) {
      const [one] = await written(here, [write('a')]);
      assertPort(one !== undefined, 'records.write() must answer with what it has written.');
      const attempts: readonly (readonly RecordWrite[])[] = [
        [write('a')],
        [write('new'), write('a', one.revision - 1)],
        [write('nobody', one.revision)],
      ];
      for (const writes of attempts) {
        const { kind } = await there.write(gallery, writes, plenty);
        assertPort(kind === 'changed', `records.write() with another revision must answer changed, not ${kind}.`);
      }
      assertPort(isEqual(await since(here, 0), [one]), 'records.write() that answers changed must write nothing.');
      const next = await there.write(gallery, [write('a', one.revision), write('c')], plenty);
      assertPort(
        next.kind === 'written' && next.before === one.revision,
        'records.write() must tell the newest revision of the shelf before it.',
      );
    },
  },
  {
    name: 'records.write() lets one of two writers win that come at once, and loses no other record',
    async test({ records: here }, { records: there }) {
      let [{ revision } = { revision: 0 }] = await written(here, [write('shared')]);
      for (let round = 0; round < 10; round += 1) {
        const results = await Promise.all(
          [here, there].map((records, at) =>
            records.write(gallery, [write(`${round}-${at}`), write('shared', revision, { value: { at } })], plenty),
          ),
        );
        const won = results.flatMap(result => (result.kind === 'written' ? result.records : []));
        assertPort(won.length === 2, `Two records.write() of one record at once have written ${won.length} records.`);
        revision = Number(won.find(({ id }) => id === 'shared')?.revision);
      }
      const others = await Promise.all(
        Array.from({ length: 10 }, (_, at) => (at % 2 ? here : there).write(gallery, [write(`own-${at}`)], plenty)),
      );
      assertPort(
        others.every(({ kind }) => kind === 'written'),
        'Writes of different records at once must all be made.',
      );
      const all = await since(here, 0);
      assertPort(all.length === 21, `${all.length} of 21 records are there.`);
      assertPort(new Set(all.map(one => one.revision)).size === 21, 'Each record must have a revision of its own.');
    },
  },
  {
    name: 'records.write() writes nothing beyond its limit, and changes what is there all the same',
    async test({ records }) {
      const [one] = await written(records, [write('a'), write('b')]);
      const { kind } = await records.write(gallery, [write('c')], 2);
      assertPort(kind === 'full', `records.write() beyond maxRecords must answer full, and answered ${kind}.`);
      const change = await records.write(gallery, [write('a', one?.revision)], 2);
      assertPort(change.kind === 'written', 'records.write() must change records of a full shelf.');
    },
  },
  {
    name: 'records of a user, a backend and a shelf are apart from all others',
    async test({ records: here }, { records: there }) {
      const others: readonly RecordShelf[] = [
        { ...gallery, userId: 'bob' },
        { ...gallery, backend: 'video' },
        { ...gallery, shelf: 'gallery/x' },
      ];
      for (const shelf of others)
        await written(here, [write('a', 0, { key: 'key', value: { shelf: shelf.shelf } })], shelf);
      assertPort((await since(there, 0)).length === 0, 'records.read() must read no other shelf.');
      for (const shelf of others) {
        const found = await since(there, 0, plenty, shelf);
        assertPort(found.length === 1, 'Each shelf must have its own record of an id.');
      }
      const ofAda = await there.find({ userId: 'ada', backend: 'image' }, ['key', 'nobody']);
      assertPort(
        isEqual(
          ofAda.map(({ shelf }) => shelf),
          ['gallery/x'],
        ),
        'records.find() must find the records of a key on all shelves of the user and the backend, and no others.',
      );
      await here.erase(gallery, { id: 'erased', value: {} });
      for (const shelf of others) {
        assertPort((await since(there, 0, plenty, shelf)).length === 1, 'records.erase() must erase one shelf.');
      }
    },
  },
  {
    name: 'records.erase() leaves one record, which is the newest',
    async test({ records: here }, { records: there }) {
      const old = await written(here, [write('a', 0, { key: 'key' }), write('b')]);
      for (const by of [here, there]) {
        const left = await by.erase(gallery, { id: 'erased', value: { at: 1 } });
        assertPort(left.revision > Number(old[1]?.revision), 'records.erase() must write a greater revision.');
        assertPort(isEqual(await since(there, 0), [left]), 'records.erase() must leave nothing but its record.');
      }
      assertPort((await here.find(gallery, ['key'])).length === 0, 'records.find() must not find what was erased.');
      await written(here, [write('a')]);
    },
  },
  {
    name: 'records that were removed are remembered until they are pruned',
    async test({ records: here }, { records: there }) {
      const [one, other] = await written(here, [write('a', 0, { key: 'key' }), write('b')]);
      const [removed] = await written(here, [write('a', one?.revision, { value: null, key: 'key' })]);
      assertPort(removed?.value === null, 'records.write() of null must remove the value.');
      const found = await there.find(gallery, ['key']);
      assertPort(found.length === 1, 'records.find() must find what was removed.');
      assertPort((await here.prune(1)) === 0, 'records.prune() must keep what was removed later.');
      const count = await here.prune(Number(removed.updatedAt) + 1);
      assertPort(count === 1, `records.prune() of one removed record answered ${count}.`);
      assertPort(isEqual(await since(there, 0), [other]), 'records.prune() must keep what was not removed.');
    },
  },
  {
    name: 'records.watch() tells of each changed shelf, also by another process, until it is stopped',
    async test({ records: here }, { records: there }) {
      const told: string[] = [];
      const stop = here.watch(({ userId, backend, shelf }) => told.push(`${userId} ${backend} ${shelf}`));
      const isTold = (text: string) =>
        eventually(async () => told.includes(text) || undefined, `records.watch() must tell ${text}.`);
      await written(here, [write('a')]);
      await isTold('ada image gallery');
      await written(there, [write('a')], { ...gallery, shelf: 'other' });
      await isTold('ada image other');
      await there.erase({ ...gallery, userId: 'bob' }, { id: 'erased', value: {} });
      await isTold('bob image gallery');
      stop();
      told.length = 0;
      await written(here, [write('b')]);
      assertPort(told.length === 0, 'records.watch() must tell nothing once it is stopped.');
    },
  },
];
