import { policyFor } from 'generation-lifecycle';

/** Rows are thought in the seconds of real life, and run so many times faster; only what HTTP counts in seconds is not. */
export const timesFaster = 20;

/** Seconds of real life, in ms of a run. @param {number} seconds */
export const s = seconds => (seconds * 1_000) / timesFaster;

/** The policy of an image, every time in it scaled. @type {import('generation-lifecycle').GenerationPolicy} */
export const scaledPolicy = (() => {
  const policy = policyFor('image');
  const { pollDelayMs, reopenDelaysMs, ...lengths } = policy;
  /** @param {number} ms */
  const scaled = ms => ms / timesFaster;
  return {
    ...policy,
    ...Object.fromEntries(Object.entries(lengths).map(([name, ms]) => [name, scaled(ms)])),
    pollDelayMs: pollDelayMs.map(scaled),
    reopenDelaysMs: reopenDelaysMs.map(scaled),
  };
})();
