/**
 * Does it to all of them, so many at a time; the results keep their order.
 * @template T, R
 * @param {readonly T[]} items @param {number} atOnce @param {(item: T, index: number) => Promise<R>} act
 * @returns {Promise<R[]>}
 */
export async function inParallel(items, atOnce, act) {
  /** @type {R[]} */
  const results = [];
  const waiting = items.entries();
  const work = async () => {
    for (const [index, item] of waiting) results[index] = await act(item, index);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return results;
}
