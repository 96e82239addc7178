/** Tells Node what the page does, and stands still where it is to be killed. */

/** @typedef {import('generation-lifecycle').StoredGeneration} StoredGeneration */

const hold = new URLSearchParams(location.search).get('hold');
let isHeld = false;
let writes = 0;

/** @param {import('./crash.types.ts').Mark} name */
export function mark(name) {
  Reflect.get(globalThis, 'tellMark')?.(name);
  if (name !== hold || isHeld) return;
  isHeld = true;
  // Whoever kills this page listens to the debugger: no timer, no answer and no task goes on from here.
  // biome-ignore lint/suspicious/noDebugger: it is what stops the page at an exact instant
  debugger;
}

/** The platform's fetch, which tells of the submit. @type {NonNullable<import('generation-lifecycle/adapters').FileBackendOptions<'image'>['fetch']>} */
export const probedFetch = async (url, init) => {
  if (init.method !== 'POST') return fetch(url, init);
  mark('post.asked');
  const answer = fetch(url, init);
  mark('post.sent');
  const response = await answer;
  mark('post.answered');
  return response;
};

/** What a change makes of a record. @param {StoredGeneration | undefined} was @param {StoredGeneration | undefined} now */
function nameOfChange(was, now) {
  if (!now) return was ? 'removal' : undefined;
  if (!was) return 'record';
  return now.token.job && !was.token.job ? 'job' : 'news';
}

/**
 * A store that tells what it is asked (before anything is written), what it has been called with (`localStore` has
 * written by then), and when it has answered.
 * @template {import('generation-lifecycle').StoredItem} T
 * @param {import('generation-lifecycle').GenerationStore<T>} store
 * @returns {import('generation-lifecycle').GenerationStore<T>}
 */
export function probedStore(store) {
  return {
    ...store,
    async updateGeneration(id, change) {
      /** @type {string | undefined} */
      let name;
      const answer = store.updateGeneration(id, was => {
        const now = change(was);
        if (name === undefined) {
          name = nameOfChange(was, now);
          if (name) mark(`${name}.asked`);
        }
        return now;
      });
      if (name) mark(`${name}.called`);
      const record = await answer;
      if (name) mark(`${name}.kept`);
      return record;
    },
    async upsertItems(items) {
      mark('items.asked');
      const answer = store.upsertItems(items);
      mark('items.called');
      const results = await answer;
      mark('items.kept');
      return results;
    },
  };
}

/** Tells before each single write, of any storage. */
export function watchWrites() {
  /** @param {object} owner @param {string} method */
  const watch = (owner, method) => {
    const write = Reflect.get(owner, method);
    const probe = {
      /** @this {unknown} @param {unknown[]} args */
      write(...args) {
        writes += 1;
        mark(`write ${writes}`);
        return Reflect.apply(write, this, args);
      },
    };
    Reflect.set(owner, method, probe.write);
  };
  for (const method of ['setItem', 'removeItem']) watch(Storage.prototype, method);
  for (const method of ['put', 'add', 'delete']) watch(IDBObjectStore.prototype, method);
}

/**
 * Tells of the records and the gallery of a drop-in, whose store cannot be reached, by what it writes.
 * @param {string} recordsKey @param {string} itemsKey
 */
export function watchDropIn(recordsKey, itemsKey) {
  const write = Storage.prototype.setItem;
  /** @type {StoredGeneration | undefined} */
  let record;
  Storage.prototype.setItem = function (key, text) {
    /** @type {string | undefined} */
    let name;
    if (key === recordsKey) {
      const [entry] = JSON.parse(text);
      name = nameOfChange(record, entry?.record);
      record = entry?.record;
    } else if (key === itemsKey && text !== '[]') name = 'items';
    if (name) mark(`${name}.asked`);
    write.call(this, key, text);
    if (name) mark(`${name}.called`);
  };
}
