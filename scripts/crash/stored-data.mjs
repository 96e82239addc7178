/**
 * Reads what an origin stores, without the library: the keys of a client named `pictures` and of the drop-in, and the
 * database `pictures`. The function runs in a page, and cannot use anything else in this file.
 * @returns {Promise<import('./crash.types.ts').StoredData>}
 */
export async function readStoredData() {
  const listUnder = (/** @type {string} */ key) => JSON.parse(localStorage.getItem(key) ?? '[]');
  /** @param {string} store @param {IDBDatabase} database @returns {Promise<any[]>} */
  const allOf = (store, database) =>
    new Promise((resolve, reject) => {
      const request = database.transaction(store).objectStore(store).getAll();
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });

  const generations = [
    ...listUnder('pictures:generations'),
    ...listUnder('generation_states').map((/** @type {{ record: unknown }} */ entry) => entry.record),
  ];
  // The drop-in shows an item under the id of its file.
  const dropInItems = listUnder('super-chatbot-generated-images').map((/** @type {any} */ item) => ({
    id: item.renewFrom?.job.id ?? item.id,
  }));
  const items = [...listUnder('pictures'), ...dropInItems];
  // To open a missing database would create it.
  const databases = await indexedDB.databases();
  if (databases.some(({ name }) => name === 'pictures')) {
    /** @type {IDBDatabase} */
    const database = await new Promise((resolve, reject) => {
      const request = indexedDB.open('pictures');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    generations.push(...(await allOf('generations', database)));
    items.push(...(await allOf('items', database)).map(row => row.item));
    database.close();
  }
  return {
    // Of a generation that has ended, only its end is kept.
    generations: generations.filter(({ ended }) => !ended).map(({ token }) => ({ hasJob: token.job !== undefined })),
    items: items.map(({ id }) => id),
  };
}
