/** Reports each step of the page to Node, and pauses the page at the mark where it is to be killed. */

/** @typedef {import('generation-lifecycle').StoredGeneration} StoredGeneration */

const hold = new URLSearchParams(location.search).get('hold');
let isPaused = false;
let writes = 0;

/** @param {import('./crash.types.ts').Mark} name */
export function mark(name) {
  Reflect.get(globalThis, 'reportMark')?.(name);
  if (name !== hold || isPaused) return;
  isPaused = true;
  // Node waits for the debugger to pause: no timer, response or task of this page runs after this line.
  // biome-ignore lint/suspicious/noDebugger: it is what stops the page at an exact instant
  debugger;
}

/** The platform's `fetch`, with marks for the submit. @type {NonNullable<import('generation-lifecycle/adapters').FileBackendOptions<'image'>['fetch']>} */
export const probedFetch = async (url, init) => {
  if (init.method !== 'POST') return fetch(url, init);
  mark('post.requested');
  const answer = fetch(url, init);
  mark('post.sent');
  const response = await answer;
  mark('post.answered');
  return response;
};

/** @param {StoredGeneration | undefined} was @param {StoredGeneration | undefined} now */
function nameOfChange(was, now) {
  // What has ended leaves its end behind.
  if (!now || now.ended) return was && !was.ended ? 'removal' : undefined;
  if (!was) return 'generation';
  return now.token.job && !was.token.job ? 'job' : 'update';
}

/**
 * A store with a mark before it writes (`requested`), one when its method has returned its promise (`called`; `localStore`
 * has written by then), and one when the promise has resolved (`stored`).
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
          if (name) mark(`${name}.requested`);
        }
        return now;
      });
      if (name) mark(`${name}.called`);
      const stored = await answer;
      if (name) mark(`${name}.stored`);
      return stored;
    },
    async upsertItems(items) {
      mark('items.requested');
      const answer = store.upsertItems(items);
      mark('items.called');
      const results = await answer;
      mark('items.stored');
      return results;
    },
  };
}

/** Marks each write to `localStorage` and IndexedDB, before it happens. */
export function markWrites() {
  /** @param {object} owner @param {string} method */
  const wrap = (owner, method) => {
    const write = Reflect.get(owner, method);
    const wrapper = {
      /** @this {unknown} @param {unknown[]} args */
      write(...args) {
        writes += 1;
        mark(`write ${writes}`);
        return Reflect.apply(write, this, args);
      },
    };
    Reflect.set(owner, method, wrapper.write);
  };
  for (const method of ['setItem', 'removeItem']) wrap(Storage.prototype, method);
  for (const method of ['put', 'add', 'delete']) wrap(IDBObjectStore.prototype, method);
}

/**
 * Marks what a drop-in stores by its keys in `localStorage`: its store cannot be wrapped from outside.
 * @param {string} generationsKey @param {string} itemsKey
 */
export function markDropInWrites(generationsKey, itemsKey) {
  const write = Storage.prototype.setItem;
  /** @type {StoredGeneration | undefined} */
  let last;
  Storage.prototype.setItem = function (key, text) {
    /** @type {string | undefined} */
    let name;
    if (key === generationsKey) {
      const [entry] = JSON.parse(text);
      name = nameOfChange(last, entry?.record);
      last = entry?.record;
    } else if (key === itemsKey && text !== '[]') name = 'items';
    if (name) mark(`${name}.requested`);
    write.call(this, key, text);
    if (name) mark(`${name}.called`);
  };
}
