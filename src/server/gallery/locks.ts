import { isObject } from '../../machines/json.js';
import type { Asked } from '../level.js';
import { RequestRefusal } from '../request/refusal.js';
import type { JobStore } from '../store/job-store.js';
import type { RecordShelf } from '../store/record-store.js';
import { maxRecords } from './gallery-writes.js';
import { toLockShelf, toStorableText } from './shelves.js';

/** What a page asks for: these locks from now on for so long, and an end of those. */
type LockCall = {
  readonly owner: string;
  readonly ms: number;
  readonly names: readonly string[];
  readonly release: readonly string[];
};

const maxNames = 100;
const [shortestMs, longestMs] = [1_000, 60_000];

function toNames(given: unknown): readonly string[] {
  if (given === undefined) return [];
  if (Array.isArray(given) && given.length <= maxNames)
    return given.map(name => toStorableText(name, 'The name of a lock'));
  throw new RequestRefusal(
    400,
    'bad-input',
    `The names of locks are no list of at most ${maxNames} texts. No lock was taken. Send fewer at a time.`,
  );
}

/** @throws RequestRefusal with 400 */
export function toLockCall(body: unknown): LockCall {
  const { owner, ms, names, release } = (isObject(body) ? body : {}) as { readonly [name: string]: unknown };
  return {
    owner: toStorableText(owner, 'The owner of the locks'),
    ms: Math.min(Math.max(typeof ms === 'number' ? ms : 0, shortestMs), longestMs),
    names: toNames(names),
    release: toNames(release),
  };
}

/** The locks of a user's devices. A device holds one until it releases it, or its lease expires by the store's clock. */
export function createLocks({ records, now }: Pick<JobStore, 'records' | 'now'>) {
  const read = async (shelf: RecordShelf, id: string) => {
    const [record] = await records.read(shelf, { ids: [id] });
    return { revision: record?.revision ?? 0, value: record?.value ?? null };
  };

  async function take(shelf: RecordShelf, id: string, owner: string, ms: number): Promise<boolean> {
    const { revision, value } = await read(shelf, id);
    const at = await now();
    if (value && value['owner'] !== owner && Number(value['until']) > at) return false;
    const write = { id, revision, value: { owner, until: at + ms }, key: null };
    const { kind } = await records.write(shelf, [write], maxRecords);
    // Devices that never came back have filled the list. Those that are here take their locks again.
    if (kind === 'full') await records.erase(shelf, { id: 'erased', value: null });
    return kind === 'written';
  }

  async function free(shelf: RecordShelf, id: string, owner: string): Promise<void> {
    const { revision, value } = await read(shelf, id);
    if (value?.['owner'] === owner) await records.write(shelf, [{ id, revision, value: null, key: null }], maxRecords);
  }

  return async (
    asked: Asked,
    { owner, ms, names, release }: LockCall,
  ): Promise<{ readonly held: readonly string[] }> => {
    const shelf = toLockShelf(asked);
    for (const name of release) await free(shelf, name, owner);
    const held: string[] = [];
    for (const name of names) if (await take(shelf, name, owner, ms)) held.push(name);
    return { held };
  };
}
