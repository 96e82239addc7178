/** @typedef {import('playwright-core').Page} Page */

/** Counts the timers of a page. Call it before the page opens. @param {Page} page @returns {Promise<() => Promise<number>>} how many are armed */
export async function countTimers(page) {
  await page.addInitScript(() => {
    /** @type {Set<unknown>} */
    const armed = new Set();
    const { setTimeout: arm, clearTimeout: disarm, setInterval: armInterval, clearInterval: disarmInterval } = window;
    Object.assign(window, {
      armedTimers: () => armed.size,
      setTimeout: (
        /** @type {(...args: unknown[]) => void} */ callback,
        /** @type {number} */ ms,
        /** @type {unknown[]} */ ...args
      ) => {
        const timer = arm(() => {
          armed.delete(timer);
          callback(...args);
        }, ms);
        armed.add(timer);
        return timer;
      },
      setInterval: (/** @type {() => void} */ callback, /** @type {number} */ ms) => {
        const timer = armInterval(callback, ms);
        armed.add(timer);
        return timer;
      },
      clearTimeout: (/** @type {number} */ timer) => {
        armed.delete(timer);
        disarm(timer);
      },
      clearInterval: (/** @type {number} */ timer) => {
        armed.delete(timer);
        disarmInterval(timer);
      },
    });
  });
  return () => page.evaluate(() => Reflect.get(globalThis, 'armedTimers')());
}

/** The bytes of the page's heap that are in use after a garbage collection. @param {Page} page @returns {Promise<number>} */
export async function collectedHeap(page) {
  const session = await page.context().newCDPSession(page);
  // The next collection frees what one has finalized.
  for (let round = 0; round < 3; round += 1) await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}
