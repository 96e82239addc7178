/**
 * @typedef {import('./engine-crash.types.ts').Blow} Blow
 * @typedef {import('./engine-crash.types.ts').FleetPlan} FleetPlan
 */

/** Everything that is asked for, and what a look takes. @type {Readonly<Record<'whole' | 'quick', FleetPlan>>} */
export const plans = {
  whole: { kills: 100, restarts: 5, cuts: 5, leaseMs: 15_000, pages: 6, pauseMs: 1_500 },
  quick: { kills: 10, restarts: 1, cuts: 1, leaseMs: 3_000, pages: 4, pauseMs: 1_500 },
};

/** The blows, in any order, each after a pause. @param {() => number} random from 0 to 1 @param {FleetPlan} plan @returns {Blow[]} */
export function planBlows(random, { kills, restarts, cuts, pauseMs }) {
  /** @type {Blow['kind'][]} */
  const kinds = [
    ...Array.from({ length: kills }, () => /** @type {const} */ ('kill')),
    ...Array.from({ length: restarts }, () => /** @type {const} */ ('restart')),
    ...Array.from({ length: cuts }, () => /** @type {const} */ ('cut')),
  ];
  return kinds
    .map(kind => ({ kind, order: random(), pauseMs: Math.floor(random() * pauseMs), at: random() }))
    .toSorted((one, other) => one.order - other.order)
    .map(({ kind, pauseMs: pause, at }) => ({ kind, pauseMs: pause, at }));
}
