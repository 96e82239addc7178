import type { StoredJob } from '../store/job-store.js';
import { toStoredJob } from '../store/rows.js';
import type { Row } from './connection.js';
import { fromStoredText, toStoredText } from './text.js';

/** The clock of the database, once for each statement. */
export const at = 'at as materialized (select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as ms)';

export const toText = (text: string | null | undefined): string | null =>
  text === null || text === undefined ? null : toStoredText(text);

export function toJob(row: Row): StoredJob {
  const { id, userId, backend, key, wishHash, owner, ...job } = toStoredJob(row);
  return {
    id: fromStoredText(id),
    userId: fromStoredText(userId),
    backend: fromStoredText(backend),
    key: fromStoredText(key),
    wishHash: wishHash === null ? null : fromStoredText(wishHash),
    ...job,
    owner: owner === null ? null : fromStoredText(owner),
  };
}
