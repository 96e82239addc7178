import { instants } from './plan.mjs';

/** @typedef {import('./server-crash.types.ts').WishReport} WishReport */

/** How many of the paid jobs whose answer was lost have to be brought by a webhook. */
const leastResolved = 0.9;

/** One line for each broken rule. @param {readonly WishReport[]} wishes */
export function problemsOfWishes(wishes) {
  const problems = wishes.flatMap(wish => {
    const { key, instant = 'not killed', paid, result, unansweredAt, wasMaybe, words } = wish;
    const isUnanswered = unansweredAt !== undefined;
    /** @type {readonly (readonly [isBroken: boolean, problem: string])[]} */
    const rules = [
      [paid > 1, `doubled: paid ${paid} times`],
      [result === 'picture' && paid === 0, 'has a picture that nobody has paid'],
      [result === 'not charged' && paid > 0, 'lost: it is paid, and told as not charged'],
      [result === 'wrong', `ended as ${words}`],
      [
        (result === 'maybe' || wasMaybe) && !isUnanswered,
        'told as maybe, although no process died between its POST and the stored answer',
      ],
      [
        result !== 'picture' && !isUnanswered,
        `has no picture, although its process did not die in the POST: ${result}, ${words}`,
      ],
    ];
    return rules.flatMap(([isBroken, problem]) => (isBroken ? [`${key} (${instant}): ${problem}`] : []));
  });
  const { paidMaybe, resolved } = countMaybe(wishes);
  const isResolved = resolved >= leastResolved * paidMaybe;
  return isResolved
    ? problems
    : [...problems, `webhooks have brought ${resolved} of ${paidMaybe} paid jobs whose answer was lost`];
}

/** @param {readonly WishReport[]} wishes */
function countMaybe(wishes) {
  const maybe = wishes.filter(({ unansweredAt }) => unansweredAt !== undefined);
  const paid = maybe.filter(wish => wish.paid > 0);
  return {
    maybe: maybe.length,
    paidMaybe: paid.length,
    resolved: paid.filter(({ result }) => result === 'picture').length,
  };
}

const columns = ['the process died', 'kills', 'picture', 'maybe', 'of these paid', 'brought by a webhook', 'reloads'];

/** @param {string} name @param {readonly WishReport[]} killed @param {readonly WishReport[]} unanswered */
function toCells(name, killed, unanswered) {
  const { maybe, paidMaybe, resolved } = countMaybe(unanswered);
  const reloads = killed.reduce((total, wish) => total + wish.reloads, 0);
  const pictures = killed.filter(({ result }) => result === 'picture').length;
  return [name, killed.length, pictures, maybe, paidMaybe, resolved, reloads].map(String);
}

/** A row for each instant, and the sums. @param {readonly WishReport[]} wishes */
export function printWishes(wishes) {
  const killed = wishes.filter(({ instant }) => instant !== undefined);
  const alive = wishes.filter(({ instant }) => instant === undefined);
  const lines = [
    columns,
    ...instants.map(name =>
      toCells(
        name,
        killed.filter(({ instant }) => instant === name),
        wishes.filter(({ unansweredAt }) => unansweredAt === name),
      ),
    ),
    toCells('in all', killed, wishes),
    toCells('not at all: a slow submit', alive, alive),
  ];
  const widths = columns.map((_, at) => Math.max(...lines.map(line => line[at]?.length ?? 0)));
  for (const line of lines)
    console.log(
      line
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  const again = wishes.filter(({ retries }) => retries > 0).length;
  if (again > 0) console.log(`The user had to generate ${again} again, because nothing was charged.`);
}
