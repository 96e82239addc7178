import { credits, keptOf, priceOf } from './ledger.mjs';

/**
 * @typedef {import('./ledger.types.ts').Ledger} Ledger
 * @typedef {import('./ledger.types.ts').LedgerLine} LedgerLine
 */

/** @param {Ledger['lines']} lines */
function byReservation(lines) {
  /** @type {Map<string, LedgerLine[]>} */
  const all = new Map();
  for (const line of lines) {
    const name = `${line.id}, attempt ${line.attempt}`;
    all.set(name, [...(all.get(name) ?? []), line]);
  }
  return all;
}

/** The last line about each reservation. @param {Ledger['lines']} lines */
const lastOf = lines => [...byReservation(lines).values()].flatMap(of => of.slice(-1));

/**
 * One line for each broken rule: each reservation is settled once, each correction follows on what was told before, what the vendor was paid is charged
 * once and at its price, and the credits are those that the ledger says.
 *
 * @param {Ledger} ledger
 * @param {{ readonly [prompt: string]: number }} paid how often the vendor was paid
 */
export function problemsOfLedger({ lines, balance }, paid) {
  const ofReservations = [...byReservation(lines)].flatMap(([name, told]) => {
    const count = (/** @type {LedgerLine['kind']} */ kind) => told.filter(line => line.kind === kind).length;
    const isChained = told
      .filter(({ kind }) => kind !== 'reserved')
      .every(({ before }, at, settled) => before === (settled[at - 1]?.charged ?? null));
    /** @type {readonly (readonly [isBroken: boolean, problem: string])[]} */
    const rules = [
      [count('reserved') !== 1, `reserved ${count('reserved')} times`],
      [count('settled') !== 1, `settled ${count('settled')} times`],
      [!isChained, 'a correction does not follow on what was told before'],
    ];
    return rules.flatMap(([isBroken, problem]) => (isBroken ? [`money, ${name}: ${problem}`] : []));
  });
  const last = lastOf(lines);
  const prompts = new Set([...last.map(({ prompt }) => prompt), ...Object.keys(paid)]);
  const ofWishes = [...prompts].flatMap(prompt => {
    const told = last.filter(line => line.prompt === prompt);
    const charged = told.filter(line => line.charged === 'yes');
    const unknown = told.filter(line => line.charged === 'maybe').length;
    const times = paid[prompt] ?? 0;
    const wrong = charged.filter(({ amount }) => amount !== priceOf(prompt));
    /** @type {readonly (readonly [isBroken: boolean, problem: string])[]} */
    const rules = [
      [charged.length > times, `charged ${charged.length} times, and paid ${times} times`],
      [times > charged.length + unknown, `paid ${times} times, and charged ${charged.length} times`],
      [wrong.length > 0, `charged ${wrong[0]?.amount} credits instead of ${priceOf(prompt)}`],
    ];
    return rules.flatMap(([isBroken, problem]) => (isBroken ? [`money, ${prompt}: ${problem}`] : []));
  });
  const owed = last.reduce((rest, { prompt, charged }) => rest - keptOf(prompt, charged), credits);
  const ofCredits = balance === owed ? [] : [`money: ${balance} credits are left instead of ${owed}`];
  return [...ofReservations, ...ofWishes, ...ofCredits];
}

/** @param {Ledger} ledger */
export function printLedger({ lines }) {
  const last = lastOf(lines);
  const of = (/** @type {LedgerLine['charged']} */ name) => last.filter(({ charged }) => charged === name);
  const count = (/** @type {LedgerLine['kind']} */ name) => lines.filter(({ kind }) => kind === name).length;
  const sum = of('yes').reduce((total, { amount }) => total + amount, 0);
  console.log(
    `  money: ${count('reserved')} reservations, ${count('settled')} settlements, ${count('corrected')} corrections; ${of('yes').length} charged with ${sum} credits, ${of('no').length} given back, ${of('maybe').length} maybe`,
  );
}
