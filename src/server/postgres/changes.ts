import type pg from 'pg';
import { newId } from '../../machines/generation/generation.id.js';
import type { StoredJob, StoredJobNotice } from '../store/job-store.js';
import { createNotices } from '../store/notices.js';
import { createAnnouncements, readAnnouncement } from './announcements.js';
import type { Query, Row } from './connection.js';
import { startListener } from './listener.js';
import { fromStoredText } from './text.js';

/** How often it is looked for changes that nobody has told of, where notices arrive, in ms: those of a process that died before it could. */
const lookAnywayMs = 5_000;
const maxFirst = 1_000;
const maxFirstMs = 1_000;

type ChangesOptions = {
  readonly pool: pg.Pool;
  readonly query: Query;
  /** The table of the jobs. */
  readonly jobs: string;
  readonly channel: string;
  readonly isListening: boolean;
  readonly watchMs: number;
};

/**
 * What has changed, in all processes. Notices tell of it at once. What they may miss is looked for in the rows: each names the transaction that has
 * changed it, and a look begins where transactions were not over in the last one, so that none is missed however late it commits.
 *
 * @see https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT
 */
export function createChanges({ pool, query, jobs, channel, isListening, watchMs }: ChangesOptions) {
  const notices = createNotices();
  const by = newId();
  const announcements = createAnnouncements(query, channel, by);
  /** The versions that were told and that the next look may find again. */
  let told = new Map<string, number>();
  let stopWatching: (() => void) | undefined;

  function tell(notice: StoredJobNotice): void {
    if ((told.get(notice.id) ?? 0) >= notice.version) return;
    told.set(notice.id, notice.version);
    notices.tell(notice);
  }

  function startWatching(): () => void {
    const startedAt = performance.now();
    let horizon: string | undefined;
    let isHearing = false;
    let isStopped = false;
    let looking: Promise<void> | undefined;
    let isWanted = false;
    let timer: ReturnType<typeof setTimeout> | undefined;

    /** The newest rows of before the first look, which may have changed since somebody has begun to watch. */
    const first = (ageMs: number) =>
      query(
        `with seen as materialized (select pg_current_snapshot() as snapshot),
          recent as (
            select id, user_id, backend, version, updated_at from ${jobs} order by changed_by desc limit ${maxFirst}
          )
        select pg_snapshot_xmin(snapshot)::text as horizon, recent.* from seen left join recent
          on updated_at >= extract(epoch from clock_timestamp()) * 1000 - $1::bigint`,
        [Math.ceil(ageMs)],
      );

    // Rows of a database that was restored name transactions that are still to come.
    const since = (from: string) =>
      query(
        `with seen as materialized (select pg_current_snapshot() as snapshot)
        select pg_snapshot_xmin(snapshot)::text as horizon, id, user_id, backend, version
          from seen left join ${jobs} on changed_by >= $1::xid8 and changed_by < pg_snapshot_xmax(snapshot)`,
        [from],
      );

    async function look(): Promise<void> {
      const rows = await (horizon === undefined ? first(performance.now() - startedAt + maxFirstMs) : since(horizon));
      if (isStopped) return;
      horizon = String(rows[0]?.['horizon']);
      const found = rows.flatMap(toNotice);
      for (const notice of found) tell(notice);
      told = new Map(found.map(({ id, version }) => [id, Math.max(version, told.get(id) ?? 0)]));
    }

    function lookNow(): void {
      clearTimeout(timer);
      if (looking) {
        isWanted = true;
        return;
      }
      looking = look()
        // The next look finds it: what has changed stays so.
        .catch(() => undefined)
        .finally(() => {
          looking = undefined;
          if (isStopped) return;
          timer = setTimeout(lookNow, isWanted ? 0 : isHearing ? Math.max(lookAnywayMs, watchMs) : watchMs);
          isWanted = false;
        });
    }

    const listener = isListening
      ? startListener({
          pool,
          query,
          channel,
          onPayload(payload) {
            const { by: sender, jobs: changed, isIncomplete } = readAnnouncement(payload);
            if (isStopped || sender === by) return;
            for (const notice of changed) tell(notice);
            if (isIncomplete) lookNow();
          },
          onHearing(value) {
            isHearing = value;
            if (!isStopped) lookNow();
          },
        })
      : undefined;
    lookNow();
    return () => {
      isStopped = true;
      clearTimeout(timer);
      listener?.stop();
    };
  }

  function stop(): void {
    stopWatching?.();
    stopWatching = undefined;
    told = new Map();
  }

  return {
    /** A change that this process has committed. */
    announce({ id, userId, backend, version }: StoredJob): void {
      const notice = { id, userId, backend, version };
      if (stopWatching) tell(notice);
      announcements.add(notice);
    },
    watch(listener: (notice: StoredJobNotice) => void): () => void {
      const remove = notices.add(listener);
      stopWatching ??= startWatching();
      return () => {
        remove();
        if (notices.isEmpty) stop();
      };
    },
    async close(): Promise<void> {
      stop();
      await announcements.flush();
    },
  };
}

function toNotice({ id, user_id: userId, backend, version }: Row): readonly StoredJobNotice[] {
  if (id === null) return [];
  return [
    {
      id: fromStoredText(String(id)),
      userId: fromStoredText(String(userId)),
      backend: fromStoredText(String(backend)),
      version: Number(version),
    },
  ];
}
