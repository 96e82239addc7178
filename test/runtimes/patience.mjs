/** As long as a busy machine needs. */
const patienceMs = 60_000;

/** @param {number} ms */
export const pause = ms => new Promise(resolve => setTimeout(resolve, ms));

/** Resolves once it holds. @param {string} what @param {() => boolean | Promise<boolean>} holds */
export async function until(what, holds) {
  const endsAt = performance.now() + patienceMs;
  while (!(await holds())) {
    if (performance.now() > endsAt) throw new Error(`After ${patienceMs} ms it is not so: ${what}.`);
    await pause(20);
  }
}

/** @template TResult @param {Promise<TResult>} promise @returns {Promise<TResult>} */
export async function inTime(promise) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It has not ended after ${2 * patienceMs} ms.`)), 2 * patienceMs);
  });
  try {
    return await Promise.race([promise, /** @type {Promise<never>} */ (late)]);
  } finally {
    clearTimeout(timer);
  }
}
