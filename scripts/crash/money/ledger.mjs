/**
 * @typedef {import('generation-lifecycle/server').Charge['charged']} Charged
 * @typedef {import('generation-lifecycle/server').Reservation} Reservation
 * @typedef {import('generation-lifecycle/server').Settlement} Settlement
 * @typedef {import('generation-lifecycle/server').Correction} Correction
 */

/** What all users have together before the first wish. */
export const credits = 1_000_000;

/** No table has a key or a limit: what is written twice has to be seen. */
export const tables = [
  'create table if not exists credits (balance integer not null)',
  `create table if not exists ledger (
    id text not null, attempt integer not null, place integer not null, kind text not null,
    prompt text not null, charged text, charged_before text, amount integer not null
  )`,
];
export const firstBalance = `insert into credits values (${credits})`;
export const readLines = `select id, attempt, kind, prompt, charged, charged_before as "before", amount
  from ledger order by id, attempt, place`;
export const readBalance = 'select sum(balance) as balance from credits';

/** Each wish has its own, so that no line can be taken for that of another. @param {string} prompt */
export const priceOf = prompt => 3 + (Number(/\d+/.exec(prompt)?.[0] ?? 0) % 7);

/** What is kept of a reservation. @param {string} prompt @param {Charged | null} charged */
export const keptOf = (prompt, charged) => (charged === 'no' ? 0 : priceOf(prompt));

const writeLine = `insert into ledger (id, attempt, place, kind, prompt, charged, charged_before, amount)
  select $1, cast($2 as integer), (select count(*) from ledger where id = $1 and attempt = cast($2 as integer)),
    $3, $4, $5, $6, cast($7 as integer)`;
const pay = 'update credits set balance = balance + cast($1 as integer)';

/**
 * Hooks that count in the tables above.
 *
 * @template TTransaction
 * @param {(transaction: TTransaction, sql: string, values: readonly (string | number | null)[]) => Promise<unknown>} execute
 */
export function ledgerHooks(execute) {
  /** @param {TTransaction} tx @param {Settlement} settlement @param {Charged | null} before */
  const settle = async (tx, { id, attempt, charged, cost, reserve }, before) => {
    const prompt = String(Object(reserve)['prompt']);
    const amount = charged === 'yes' ? priceOf(prompt) * (cost?.amount ?? 0) : 0;
    await execute(tx, pay, [keptOf(prompt, before) - keptOf(prompt, charged)]);
    const kind = before === null ? 'settled' : 'corrected';
    await execute(tx, writeLine, [id, attempt, kind, prompt, charged, before, amount]);
  };
  return {
    /** @param {TTransaction} tx @param {Reservation} reservation */
    async onReserve(tx, { id, attempt, input }) {
      const prompt = String(Object(input)['prompt']);
      await execute(tx, pay, [-priceOf(prompt)]);
      await execute(tx, writeLine, [id, attempt, 'reserved', prompt, null, null, 0]);
      return { prompt };
    },
    /** @param {TTransaction} tx @param {Settlement} settlement */
    onSettle: (tx, settlement) => settle(tx, settlement, null),
    /** @param {TTransaction} tx @param {Correction} correction */
    onCorrect: (tx, correction) => settle(tx, correction, correction.before.charged),
  };
}
