/**
 * Runs `work` on all items, `atOnce` at a time. The results keep the order of the items.
 * @template T, R
 * @param {readonly T[]} items @param {number} atOnce @param {(item: T, index: number) => Promise<R>} work
 * @returns {Promise<R[]>}
 */
export async function inParallel(items, atOnce, work) {
  /** @type {R[]} */
  const results = [];
  const waiting = items.entries();
  const runNext = async () => {
    for (const [index, item] of waiting) results[index] = await work(item, index);
  };
  await Promise.all(Array.from({ length: atOnce }, runNext));
  return results;
}
