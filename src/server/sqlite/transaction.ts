import type { Client, Transaction } from '@libsql/client';

import { markStoreError } from '../store/store-errors.js';

/** The part of Node that is used here. The library is compiled without the types of Node. */
const { nextTick } = (globalThis as unknown as { readonly process: { nextTick(run: () => void): void } }).process;

/** What hooks write with on SQLite: statements that are stored together with the job, or not at all. */
export type SqliteTransaction = Pick<Transaction, 'execute' | 'batch'>;

/** The statements of a transaction for as long as it is open. */
function lend(transaction: Transaction) {
  let isOver = false;
  const assertOpen = () => {
    if (!isOver) return;
    throw new TypeError(
      'A hook has used its transaction after the end of it. Nothing was written by that. Await each statement within the hook, and keep no reference to the transaction.',
    );
  };
  /** A statement that nobody awaits must not end the process when it fails. */
  const told = <TResult>(result: Promise<TResult>): Promise<TResult> => {
    result.catch(markStoreError);
    return result;
  };
  const lent: SqliteTransaction = {
    execute: statement =>
      told(
        (async () => {
          assertOpen();
          return transaction.execute(statement);
        })(),
      ),
    batch: statements =>
      told(
        (async () => {
          assertOpen();
          return transaction.batch(statements);
        })(),
      ),
  };
  return {
    lent,
    end(): void {
      isOver = true;
    },
  };
}

/**
 * What settles before the process does anything else. The statements of the client do, because it is synchronous inside: a tick comes when no promise
 * is left that could go on by itself.
 */
const withinTick = <TResult>(run: Promise<TResult>): Promise<TResult> =>
  new Promise((resolve, reject) => {
    run.then(resolve, reject);
    nextTick(() =>
      reject(
        new TypeError(
          'A hook on SQLite has waited for something else than its transaction, so nothing was stored. The file is locked meanwhile, for all processes: await tx.execute() and tx.batch() only, and use an outbox table for what is outside.',
        ),
      ),
    );
  });

/**
 * Runs something in one write transaction, which ends before the process does anything else.
 *
 * @throws TypeError if it waits for anything but its statements, and what it throws: then nothing is written
 */
export async function inTransaction<TResult>(
  client: Client,
  run: (transaction: SqliteTransaction) => Promise<TResult>,
): Promise<TResult> {
  const transaction = await client.transaction('write');
  const { lent, end } = lend(transaction);
  try {
    const result = await withinTick(run(lent));
    await transaction.commit();
    return result;
  } finally {
    end();
    transaction.close();
  }
}
