import { isGenerationError } from '../../machines/generation/generation.errors.js';
import type { GalleryCalls, GalleryRecord, UnclaimedJob } from './gallery-calls.js';

/** What a change writes, worked out from what is known, and what its caller gets. */
export type Plan<TResult> = {
  readonly writes: readonly Omit<GalleryRecord, 'revision'>[];
  readonly result: TResult;
};

/** The row that marks an erased gallery. */
const erasedId = 'erased';
/** How many times a change is worked out anew, because other devices are faster. */
const maxTries = 30;
/** A write whose answer is lost is made once more, after this time in ms. */
const againMs = 500;
/** The age, in ms, up to which the server still remembers the removed rows of a copy. */
const longestAgeMs = 86_400_000;
/** How often to ask for jobs without a row if no event reports one, in ms. */
const jobsAfterMs = 60_000;

const isWorthAgain = (error: unknown): boolean =>
  isGenerationError(error) && (error.code === 'network' || error.code === 'timeout' || error.code === 'busy');

const wait = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

/**
 * A copy of a gallery of the server. What has changed is read as a difference, and a write says what it has read: if another device was faster,
 * it is worked out anew.
 *
 * @param onErased another device has erased the gallery
 * @param watchedMs for how long somebody has been told of changes
 */
export function galleryRecords(calls: GalleryCalls, onErased: () => void, watchedMs: () => number) {
  let records = new Map<string, GalleryRecord>();
  let jobs: readonly UnclaimedJob[] = [];
  let cursor = 0;
  let readAt = Number.NEGATIVE_INFINITY;
  let jobsAt = Number.NEGATIVE_INFINITY;
  let version = 0;
  let queue: Promise<unknown> = Promise.resolve();
  let waiting: Promise<void> | undefined;

  const inTurn = <TResult>(run: () => Promise<TResult>): Promise<TResult> => {
    const result = queue.then(run);
    queue = result.catch(() => undefined);
    return result;
  };

  const take = (record: GalleryRecord) => {
    if (record.revision > (records.get(record.id)?.revision ?? 0)) records.set(record.id, record);
  };

  /** Reads what has changed since the last time. */
  async function readNews(): Promise<void> {
    const now = Date.now();
    // The server forgets a removed row after a while.
    const isOld = now - readAt > longestAgeMs;
    const wantsJobs = now - jobsAt > jobsAfterMs;
    let since = isOld ? 0 : cursor;
    let erasedAgoMs = Number.POSITIVE_INFINITY;
    const found: GalleryRecord[] = [];
    for (;;) {
      const answer = await calls.read(since, wantsJobs);
      found.push(...answer.records);
      erasedAgoMs = Math.min(erasedAgoMs, answer.erasedAgoMs);
      since = answer.records.reduce((newest, { revision }) => Math.max(newest, revision), since);
      if (answer.isMore) continue;
      if (answer.jobs) {
        if (JSON.stringify(answer.jobs) !== JSON.stringify(jobs)) version += 1;
        [jobs, jobsAt] = [answer.jobs, now];
      }
      break;
    }
    const erased = found.find(({ id, revision }) => id === erasedId && revision > (records.get(id)?.revision ?? 0));
    // Of before this page it is no news. Durations are compared, because the clocks of two machines differ.
    const isNews = erased !== undefined && (cursor > 0 || erasedAgoMs <= watchedMs());
    if (isOld || erased) records = new Map();
    if (found.length > 0) version += 1;
    for (const record of found) take(record);
    [cursor, readAt] = [since, now];
    if (isNews) onErased();
  }

  async function write(writes: Plan<unknown>['writes']): Promise<boolean> {
    const toRevision = (id: string) => records.get(id)?.revision ?? 0;
    const sent = writes.map(one => ({ ...one, revision: toRevision(one.id) }));
    const written = await calls.write(sent);
    if (!written) return false;
    for (const { revision, ...record } of sent)
      take({ ...record, revision: written.revisions.get(record.id) ?? revision });
    // Nobody else has written in between, so all is known.
    if (written.before === cursor) cursor = Math.max(cursor, ...written.revisions.values());
    const keys = new Set(writes.map(({ key }) => key));
    jobs = jobs.filter(({ key }) => !keys.has(key));
    return true;
  }

  async function change<TResult>(toPlan: () => Plan<TResult>, isFresh: boolean): Promise<TResult> {
    let isUpToDate = false;
    let isAgain = false;
    if (isFresh || Date.now() - readAt > longestAgeMs) {
      await readNews();
      isUpToDate = true;
    }
    for (let tries = 0; tries < maxTries; tries += 1) {
      const { writes, result } = toPlan();
      if (writes.length === 0) {
        if (isUpToDate) return result;
      } else {
        try {
          if (await write(writes)) return result;
        } catch (error) {
          if (isAgain || !isWorthAgain(error)) throw error;
          isAgain = true;
          await wait(againMs);
        }
        // Others are about to write, too.
        if (tries > 2) await wait(Math.random() * 20 * tries);
      }
      await readNews();
      isUpToDate = true;
    }
    throw new Error(
      `Other devices have changed the gallery ${maxTries} times while one record was to be written. Nothing was written. Try again later.`,
    );
  }

  return {
    /** As of the last reading. */
    all: (): readonly GalleryRecord[] => [...records.values()],
    get: (id: string): GalleryRecord | undefined => records.get(id),
    jobs: (): readonly UnclaimedJob[] => jobs,
    cursor: () => cursor,
    /** Counts what others have changed. */
    version: () => version,

    /** Reads what has been written until now. */
    sync(isAskedForJobs = false): Promise<void> {
      if (isAskedForJobs) jobsAt = Number.NEGATIVE_INFINITY;
      // One that has not begun reads what has been written until now, too.
      waiting ??= inTurn(() => {
        waiting = undefined;
        return readNews();
      });
      return waiting;
    },

    /** Writes what the plan says. It is worked out anew when another device was faster. @param isFresh from what is there now */
    change: <TResult>(toPlan: () => Plan<TResult>, isFresh = false): Promise<TResult> =>
      inTurn(() => change(toPlan, isFresh)),

    erase: (): Promise<void> =>
      inTurn(async () => {
        const revision = await calls.erase();
        records = new Map([[erasedId, { id: erasedId, revision, value: {}, key: null }]]);
        [cursor, jobs] = [revision, []];
        version += 1;
      }),
  };
}

export type GalleryRecords = ReturnType<typeof galleryRecords>;
