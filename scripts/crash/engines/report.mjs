import { printLedger, problemsOfLedger } from '../money/check-ledger.mjs';

/**
 * @typedef {import('./engine-crash.types.ts').FleetReport} FleetReport
 * @typedef {import('./engine-crash.types.ts').FleetWish} FleetWish
 */

/** @param {readonly number[]} values @param {number} part from 0 to 1 */
export function quantile(values, part) {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}

/** One line for each broken rule. @param {FleetReport} report */
export function problemsOfFleet({ engine, wishes, unended, takeOvers, kills, ledger, paid: paidOf }) {
  const ofWishes = wishes.flatMap(({ key, paid, result, words }) => {
    /** @type {readonly (readonly [isBroken: boolean, problem: string])[]} */
    const rules = [
      [paid > 1, `doubled: paid ${paid} times`],
      [result === 'picture' && paid === 0, 'has a picture that nobody has paid'],
      [result !== 'picture' && paid > 0, `lost: it is paid, and told as ${result}: ${words}`],
      [result === 'wrong', `ended as ${words}`],
    ];
    return rules.flatMap(([isBroken, problem]) => (isBroken ? [`${engine}, ${key}: ${problem}`] : []));
  });
  const ofRows = unended === 0 ? [] : [`${engine}: ${unended} jobs have no end, or their money is not settled`];
  const ofLeases = kills > 50 && takeOvers.length === 0 ? [`${engine}: no lease was taken over`] : [];
  const ofMoney = problemsOfLedger(ledger, paidOf).map(problem => `${engine}, ${problem}`);
  return [...ofWishes, ...ofRows, ...ofLeases, ...ofMoney];
}

/** @param {FleetReport} report */
export function printFleet({ engine, kills, restarts, cuts, wishes, takeOvers, unended, seconds, ledger }) {
  const of = (/** @type {FleetWish['result']} */ name) => wishes.filter(({ result }) => result === name).length;
  const paid = wishes.reduce((sum, wish) => sum + wish.paid, 0);
  const doubled = wishes.filter(wish => wish.paid > 1).length;
  const lost = wishes.filter(wish => wish.paid > 0 && wish.result !== 'picture').length;
  const again = wishes.filter(({ retries }) => retries > 0).length;
  console.log(`${engine}: ${kills} kills, ${restarts} restarts of the database, ${cuts} cuts, in ${seconds} s`);
  console.log(
    `  ${wishes.length} wishes: ${of('picture')} pictures, ${of('maybe')} maybe, ${of('not charged')} not charged; ${paid} paid, ${lost} lost, ${doubled} doubled, ${unended} without an end`,
  );
  printLedger(ledger);
  console.log(`  ${again} were generated again by their user, because nothing was charged`);
  const [p50, p95] = [quantile(takeOvers, 0.5), quantile(takeOvers, 0.95)];
  console.log(`  take-over of ${takeOvers.length} leases: p50 ${p50} ms, p95 ${p95} ms after the kill`);
}
