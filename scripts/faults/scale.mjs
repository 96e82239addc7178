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
  /** @param {import('generation-lifecycle').ReadSchedule} schedule @returns {import('generation-lifecycle').ReadSchedule} */
  const scaledSchedule = schedule => (elapsedMs, context) =>
    scaled(
      schedule(elapsedMs * speedup, {
        ...context,
        etaMs: context.etaMs === undefined ? undefined : context.etaMs * speedup,
      }),
    );
  const times = Object.entries(policy).map(([name, value]) => [
    name,
    typeof value === 'number' ? scaled(value) : typeof value === 'function' ? scaledSchedule(value) : value.map(scaled),
  ]);
  return { ...policy, ...Object.fromEntries(times) };
})();
