/** @import { Mutant } from './mutant.types.js' */

const localStore = 'src/adapters/stores/local/local-store.ts';
const tabLock = 'src/adapters/browser/tab-lock.ts';
const memoryTests = ['test/adapters/stores/memory-store.test.ts'];
const localTests = ['test/browser/local-store.browser.test.ts'];
const indexedTests = ['test/browser/indexed-store.browser.test.ts'];
const lockTests = ['test/browser/locks.page.test.ts'];

/** What is stored, and which tab follows. Most run in Chromium, some in several tabs of it. @type {readonly Mutant[]} */
export const storeMutants = [
  {
    name: 'tells each of two tabs that the same item is new',
    family: 'D15',
    file: 'src/adapters/stores/local/tab-mutex.ts',
    find: 'if (!locks) return work();',
    replace: 'if (!locks || mutexName) return work();',
    caughtBy: localTests,
  },
  {
    name: 'never repairs what another tab has overwritten',
    family: 'lost update',
    file: localStore,
    find: 'const isOverwritten = newValue !== null && newValue !== storage.getText(changedKey);',
    replace: 'const isOverwritten = newValue !== null && newValue === storage.getText(changedKey);',
    caughtBy: localTests,
  },
  {
    name: 'lets a hidden tab keep the lock that a visible one requests',
    family: 'one tab follows',
    file: tabLock,
    find: 'if (isVisible() || !holder.canRelease())',
    replace: 'if (isVisible() || holder.canRelease())',
    caughtBy: lockTests,
    hangs: true,
  },
  {
    name: 'waits forever for a tab that does not answer',
    family: 'one tab follows',
    file: tabLock,
    find: 'unansweredCount >= maxUnanswered && holder.canRelease()',
    replace: 'unansweredCount < maxUnanswered * 0 && holder.canRelease()',
    caughtBy: lockTests,
    hangs: true,
  },
  {
    name: 'takes a generation from a tab while its submit is under way',
    family: 'paid twice',
    file: tabLock,
    find: 'unansweredCount >= maxUnanswered && holder.canRelease()',
    replace: 'unansweredCount >= maxUnanswered',
    caughtBy: lockTests,
  },
  {
    name: 'leaves a released lock in its queue, and goes on requesting it',
    family: 'K1',
    file: tabLock,
    find: "phase = 'released';\n      withdraw();",
    replace: "phase = 'released';",
    caughtBy: ['test/browser/locks.browser.test.ts'],
    hangs: true,
  },
  {
    name: 'writes only once it has the mutex, too late for a page that is closed',
    family: 'lost item',
    file: localStore,
    find: 'updateGallery(gallery => insertItems(gallery, items, limit));',
    replace: 'updateGallery(gallery => gallery);',
    caughtBy: localTests,
  },
  {
    name: 'marks an item as known at once, so that no tab reports it if its page is closed',
    family: 'lost news',
    file: localStore,
    find: 'updateGallery(gallery => insertItems(gallery, items, limit));',
    replace: 'updateGallery(gallery => upsertItems(insertItems(gallery, [], limit), items, limit).gallery);',
    caughtBy: localTests,
  },
  {
    name: 'leaves half of a write if there is no room for the rest',
    family: 'storage-full',
    file: 'src/adapters/stores/local/json-storage.ts',
    find: 'for (const { key, text } of replaced) writeText(storage, key, text);',
    replace: '',
    caughtBy: localTests,
  },
  {
    name: 'sets aside the generations of other clients in the shared array',
    family: 'protocol: generation_states',
    file: 'src/adapters/stores/local/generations-storage.ts',
    find: "if (generation === 'foreign') return { raw };",
    replace: '',
    caughtBy: localTests,
  },
  {
    name: 'takes a removed item again from IndexedDB',
    family: 'W6',
    file: 'src/adapters/stores/indexed/items.ts',
    find: 'foundTombstones.filter(id => id !== undefined)',
    replace: '[]',
    caughtBy: indexedTests,
  },
  {
    name: 'keeps its connection when another tab deletes the database',
    family: 'hangs',
    file: 'src/adapters/stores/indexed/database.ts',
    find: 'void opening.then(database => database.close());',
    replace: '',
    caughtBy: indexedTests,
    hangs: true,
  },
  {
    name: 'takes a removed item again through a late upsert',
    family: 'W6',
    file: 'src/adapters/stores/gallery-state.ts',
    find: 'const tombstoneIds = new Set([...removed, ...evicted]);',
    replace: 'const tombstoneIds = new Set(evicted);',
    caughtBy: memoryTests,
  },
  {
    name: 'leaves what was set aside when everything is erased',
    family: 'M7',
    file: 'src/adapters/stores/local/json-storage.ts',
    find: 'keys.flatMap(one => [one, ...slotsOf(one)])',
    replace: 'keys',
    caughtBy: ['test/machines/client/scope.test.ts'],
  },
  {
    name: 'keeps an expired url when a fresh one comes',
    family: 'M10',
    file: 'src/adapters/stores/merged-item.ts',
    find: 'if (!isObject(older) || !isObject(newer)) return newer;',
    replace: 'if (!isObject(older) || !isObject(newer)) return older ?? newer;',
    caughtBy: memoryTests,
  },
  {
    name: 'loses a thumbnail that a newer version does not have',
    family: 'M10; D5, W11',
    file: 'src/adapters/stores/merged-item.ts',
    find: 'const names = new Set([...Object.keys(older), ...Object.keys(newer)]);',
    replace: 'const names = new Set(Object.keys(newer));',
    caughtBy: memoryTests,
  },
];
