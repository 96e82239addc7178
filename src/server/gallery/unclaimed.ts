import { isObject } from '../../machines/json.js';
import type { Asked } from '../level.js';
import { toJobState } from '../steps/job-state.js';
import { isEnded, type JobStore, type StoredJob } from '../store/job-store.js';
import type { RecordShelf, StoredRecord } from '../store/record-store.js';

/** A job without a row: its page was closed, or its store failed, after the submit and before the row was written. */
export type UnclaimedJob = {
  readonly id: string;
  /** As it came with the submit. */
  readonly key: string;
  readonly createdAt: number;
  /** It ended long ago, so its end is not news. */
  readonly isOld: boolean;
};

export const erasedId = 'erased';

/** How many of the newest jobs are checked. */
const maxJobs = 200;
/** As long as a failed generation can be resumed, in ms. */
const newsMs = 86_400_000;

const isOver = ({ value }: StoredRecord): boolean => value === null || value['ended'] !== undefined;

const isDismissed = ({ value }: StoredRecord): boolean => {
  const ended = value?.['ended'];
  return isObject(ended) && ended['isDismissed'] === true;
};

/** Whether a row accounts for the job. One that was over before the job had a result does not: the result is news. */
function isClaim(record: StoredRecord, { status, endedAt }: StoredJob): boolean {
  if (!isOver(record) || isDismissed(record)) return true;
  return status !== 'completed' || endedAt === null || record.updatedAt >= endedAt;
}

/** Whether the job runs, has a result, or has failed and may be resumed. The others have nothing to offer. */
function isWanted(row: StoredJob, now: number): boolean {
  const { status, endedAt, wishHash } = row;
  if (wishHash === null || status === 'cancelled') return false;
  if (status !== 'failed') return true;
  return toJobState(row).token.job !== undefined && now - Number(endedAt) < newsMs;
}

/** The user's jobs that no gallery of the user knows. */
export async function findUnclaimed(
  store: JobStore,
  { user, backend }: Asked,
  shelf: RecordShelf,
): Promise<readonly UnclaimedJob[]> {
  const { records } = store;
  const owner = { userId: user.id, backend: backend.name };
  const [rows, [erased], now] = await Promise.all([
    store.list({ ...owner, since: 0, limit: maxJobs }),
    records.read(shelf, { ids: [erasedId] }),
    store.now(),
  ]);
  const wanted = rows.filter(row => isWanted(row, now) && row.createdAt > (erased?.updatedAt ?? 0));
  const known = await records.find(
    owner,
    wanted.map(({ key }) => key),
  );
  return wanted
    .filter(row => !known.some(record => record.key === row.key && isClaim(record, row)))
    .map(row => ({
      id: row.id,
      key: row.key,
      createdAt: row.createdAt,
      isOld: isEnded(row) && now - Number(row.endedAt) >= newsMs,
    }));
}
