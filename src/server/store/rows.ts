import { parseJson } from '../../adapters/http/exchange.js';
import type { JsonObject } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import type { StoredJob, StoredJobStatus } from './job-store.js';

type Row = { readonly [column: string]: unknown };

const toNumber = (value: unknown): number | null => (value === null ? null : Number(value));
const toText = (value: unknown): string | null => (value === null ? null : String(value));

/** @throws TypeError for a row whose state is no JSON, naming it */
export function toStoredJob(row: Row): StoredJob {
  const id = String(row['id']);
  const state = parseJson(String(row['state']));
  if (!isObject(state)) {
    throw new TypeError(`The state of job ${id} in the database is no JSON object. Restore the row from a backup.`);
  }
  return {
    id,
    userId: String(row['user_id']),
    backend: String(row['backend']),
    key: String(row['key']),
    wishHash: toText(row['wish_hash']),
    status: String(row['status']) as StoredJobStatus,
    version: Number(row['version']),
    state: state as JsonObject,
    dueAt: toNumber(row['due_at']),
    owner: toText(row['owner']),
    leaseUntil: toNumber(row['lease_until']),
    createdAt: Number(row['created_at']),
    updatedAt: Number(row['updated_at']),
    endedAt: toNumber(row['ended_at']),
  };
}
