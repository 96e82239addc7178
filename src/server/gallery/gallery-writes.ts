import type { JsonObject } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import { RequestRefusal } from '../request/refusal.js';
import type { RecordWrite } from '../store/record-store.js';
import { toStorableText } from './shelves.js';
import { erasedId } from './unclaimed.js';

/** Maximum number of rows in a gallery, including removed ones. */
export const maxRecords = 20_000;
const maxWrites = 500;
/** The longest JSON of one row, in characters. */
const maxRecordLength = 65_536;

const badInput = (message: string) => new RequestRefusal(400, 'bad-input', message);

function toWrite(given: unknown): RecordWrite {
  if (!isObject(given))
    throw badInput(
      'A record of the list is no object. Nothing was written. Send objects with an id, a revision and a value.',
    );
  const id = toStorableText(given['id'], 'The id of a record');
  if (id === erasedId) throw badInput(`No record has the id ${erasedId}. Nothing was written. Choose another one.`);
  const { revision, value, key } = { ...given } as { readonly [name: string]: unknown };
  if (typeof revision !== 'number' || !Number.isSafeInteger(revision) || revision < 0) {
    throw badInput(
      `Record ${id} has no revision. Nothing was written. Send the one that was read, or 0 for a new record.`,
    );
  }
  if (value !== null && !isObject(value))
    throw badInput(
      `The value of record ${id} is neither a JSON object nor null. Nothing was written. Send one of them.`,
    );
  const { length } = JSON.stringify(value);
  if (length > maxRecordLength) {
    throw new RequestRefusal(
      413,
      'storage-full',
      `Record ${id} has ${length} characters, and ${maxRecordLength} are the most. Nothing was written. Keep files elsewhere, and their urls in the record.`,
    );
  }
  return {
    id,
    revision,
    value: value as JsonObject | null,
    key: key === undefined || key === null ? null : toStorableText(key, `The key of record ${id}`),
  };
}

/** @throws RequestRefusal with 400 for an invalid list, and with 413 for a row that is too large */
export function toWrites(body: unknown): readonly RecordWrite[] {
  const given = isObject(body) ? body['writes'] : undefined;
  if (!Array.isArray(given) || given.length === 0 || given.length > maxWrites) {
    throw badInput(`The body has no list of writes. Nothing was written. Send 1 to ${maxWrites} as writes.`);
  }
  const writes = given.map(toWrite);
  if (new Set(writes.map(({ id }) => id)).size !== writes.length)
    throw badInput('Two records of the list have one id. Nothing was written. Send each record once.');
  return writes;
}
