/** @import { Mutant } from './mutant.types.js' */

const gallery = ['test/server/gallery.test.ts'];
const stores = ['test/server/store/conformance.test.ts'];
const remote = ['test/adapters/remote-backend/remote-store.test.ts'];

/** What is kept for all devices of a user. @type {readonly Mutant[]} */
export const devicesMutants = [
  {
    name: 'devices: keeps the galleries of all users on one shelf',
    family: 'a gallery is its user’s alone',
    file: 'src/server/gallery/shelves.ts',
    find: 'return { userId: user.id, backend: backend.name, shelf };',
    replace: "return { userId: user.id && 'all', backend: backend.name, shelf };",
    caughtBy: gallery,
  },
  {
    name: 'devices: writes for whoever is signed in by now',
    family: 'a gallery is its user’s alone',
    file: 'src/server/gallery/signed-in.ts',
    find: 'if (expected === null || expected === tag) return tag;',
    replace: 'if (expected !== undefined) return tag;',
    caughtBy: gallery,
  },
  {
    name: 'devices: lets pages of other sites write',
    family: 'a gallery is its user’s alone',
    file: 'src/server/handle.ts',
    find: "  'writeGallery',\n  'eraseGallery',\n  'lock',\n];",
    replace: '];',
    caughtBy: gallery,
  },
  {
    name: 'devices: takes a record of any size',
    family: 'a gallery is no larger than it may be',
    file: 'src/server/gallery/gallery-writes.ts',
    find: 'if (length > maxRecordLength) {',
    replace: 'if (length < 0) {',
    caughtBy: gallery,
  },
  {
    name: 'devices: overwrites what another device has written, in memory',
    family: 'of two writes at once one wins',
    file: 'src/server/store/memory-records.ts',
    find: '!== revision)',
    replace: '< 0)',
    caughtBy: stores,
  },
  {
    name: 'devices: overwrites what another device has written, in SQLite',
    family: 'of two writes at once one wins',
    file: 'src/server/sqlite/sqlite-records.ts',
    find: "where coalesce(r.revision, 0) <> w.value ->> 'revision')",
    replace: 'where coalesce(r.revision, 0) < 0)',
    caughtBy: stores,
  },
  {
    name: 'devices: forgets the job of a page that was closed',
    family: 'nothing paid is lost',
    file: 'src/server/gallery/unclaimed.ts',
    find: "return status !== 'completed' || endedAt === null || record.updatedAt >= endedAt;",
    replace: 'return true;',
    caughtBy: gallery,
  },
  {
    name: 'devices: brings back what was taken off the list',
    family: 'what is removed stays so',
    file: 'src/server/gallery/unclaimed.ts',
    find: 'if (!isOver(record) || isDismissed(record)) return true;',
    replace: 'if (!isOver(record)) return true;',
    caughtBy: gallery,
  },
  {
    name: 'devices: gives a lock to two devices',
    family: 'one device follows',
    file: 'src/server/gallery/locks.ts',
    find: "if (value && value['owner'] !== owner && Number(value['until']) > at) return false;",
    replace: '',
    caughtBy: gallery,
  },
  {
    name: 'devices: does not know its own items after a lost answer',
    family: 'an item is new once',
    file: 'src/adapters/remote-backend/remote-store.ts',
    find: "records.get(toItemId(id))?.value?.['by'] === by",
    replace: "records.get(toItemId(id))?.value?.['by'] === ''",
    caughtBy: remote,
  },
  {
    name: 'devices: sends for whom it was opened to nobody',
    family: 'a gallery is its user’s alone',
    file: 'src/adapters/remote-backend/gallery-calls.ts',
    find: "if (typeof said === 'string') user ??= said;",
    replace: "if (typeof said === 'string' && said === '') user ??= said;",
    caughtBy: remote,
  },
  {
    name: 'devices: keeps a lock for as long as a request has no answer',
    family: 'one device follows',
    file: 'src/adapters/remote-backend/remote-locks.ts',
    find: 'if (next < Infinity) overTimer',
    replace: 'if (next < 0) overTimer',
    caughtBy: ['test/adapters/remote-backend/remote-locks.test.ts'],
    hangs: true,
  },
];
