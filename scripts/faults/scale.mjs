import { policyFor } from 'generation-lifecycle';

/** Rows are written in seconds of real life and run this many times faster, except for what HTTP counts in seconds. */
export const speedup = 20;

/** Converts seconds of real life to ms of a run. @param {number} seconds */
export const s = seconds => (seconds * 1_000) / speedup;

/** The policy of an image, with every time scaled. @type {import('generation-lifecycle').GenerationPolicy} */
export const scaledPolicy = (() => {
  const policy = policyFor('image');
  /** @param {number} ms */
  const scaled = ms => ms / speedup;
  const times = Object.entries(policy).map(([name, ms]) => [
    name,
    typeof ms === 'number' ? scaled(ms) : ms.map(scaled),
  ]);
  return { ...policy, ...Object.fromEntries(times) };
})();
