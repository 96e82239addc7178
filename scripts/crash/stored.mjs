/**
 * Reads what an origin keeps past the library: the keys of a client named `pictures`, of the drop-in, and the database
 * `pictures`. It runs in a page, and sees nothing of this file.
 * @returns {Promise<import('./crash.types.ts').Kept>}
 */
export async function readKept() {
  const listUnder = (/** @type {string} */ key) => JSON.parse(localStorage.getItem(key) ?? '[]');
  /** @param {string} store @param {IDBDatabase} database @returns {Promise<any[]>} */
  const allOf = (store, database) =>
    new Promise((resolve, reject) => {
      const request = database.transaction(store).objectStore(store).getAll();
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });

  const records = [
    ...listUnder('pictures:generations'),
    ...listUnder('generation_states').map((/** @type {{ record: unknown }} */ entry) => entry.record),
  ];
  const items = [...listUnder('pictures'), ...listUnder('super-chatbot-generated-images')];
  // Opening one that is not there would make it.
  const databases = await indexedDB.databases();
  if (databases.some(({ name }) => name === 'pictures')) {
    /** @type {IDBDatabase} */
    const database = await new Promise((resolve, reject) => {
      const request = indexedDB.open('pictures');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    records.push(...(await allOf('generations', database)));
    items.push(...(await allOf('items', database)).map(row => row.item));
    database.close();
  }
  return {
    records: records.map(({ token }) => ({ hasJob: token.job !== undefined })),
    items: items.map(({ id }) => id),
  };
}
