import type { Asked } from '../level.js';
import { type EventWriter, toEventStream } from '../request/event-stream.js';
import type { Settings } from '../settings.js';
import { advanceJob } from '../steps/advance.js';
import { toJobState } from '../steps/job-state.js';
import { isEnded, type StoredJob } from '../store/job-store.js';
import type { Durable } from './durable.types.js';
import type { LiveStreams } from './live-streams.js';
import { toToldJob } from './told.js';

/** So many jobs of a user and a backend are told on opening. A page with more reads the others. */
const maxToldJobs = 200;
/** How many of them a stream advances at once, where no engine does. */
const maxStepsAtOnce = 10;
/** What was written just before a page's cursor may become visible after it. */
const overlapMs = 10_000;

/** Waits for a call of `wake`, a time, or the end of the stream. */
function createBell(signal: AbortSignal) {
  let ring = () => {};
  let isRung = false;
  const wake = () => {
    isRung = true;
    ring();
  };
  signal.addEventListener('abort', wake);
  return {
    wake,
    async wait(ms: number): Promise<void> {
      if (!isRung) {
        await new Promise<void>(resolve => {
          const timer = setTimeout(resolve, ms);
          ring = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      isRung = false;
    },
  };
}

/** Tells each new version of a job, once, and its early pictures. */
function createTeller({ send }: EventWriter, settings: Settings, store: Durable['store'], live: LiveStreams) {
  const versions = new Map<string, number>();
  return async (row: StoredJob, isRepeated = false): Promise<void> => {
    const known = versions.get(row.id) ?? 0;
    if (row.version < known || (row.version === known && !isRepeated)) return;
    if (isEnded(row)) versions.delete(row.id);
    versions.set(row.id, row.version);
    const { job, version, update } = toToldJob(row, settings, await store.now(), live.previewsOf(row.id));
    send(row.id, { id: String(row.updatedAt), data: { id: job.id, version, update } });
  };
}

/** Not before somebody else's lease is over, and an engine had its time. */
const msUntilTaken = ({ dueAt, owner, leaseUntil }: StoredJob, now: number, leadMs: number): number =>
  dueAt === null
    ? Number.POSITIVE_INFINITY
    : Math.max(0, dueAt + leadMs - now, owner === null ? 0 : Number(leaseUntil) - now);

/** What a stream of a page needs: rows, and what vendors tell meanwhile. */
type Following = Durable & { readonly live: LiveStreams };

/** The states of one job, to its end. What is due is advanced, so that a server without an engine needs nothing else while a page looks. */
export function followJob(
  settings: Settings,
  { live, ...durable }: Following,
  asked: Asked,
  first: StoredJob,
): Response {
  const { store } = durable;
  return toEventStream(asked, settings, async writer => {
    const { signal } = writer;
    const bell = createBell(signal);
    const stop = store.watch(({ id }) => {
      if (id === first.id) bell.wake();
    });
    const tell = createTeller(writer, settings, store, live);
    let hasNews = false;
    const looking = live.look(() => {
      hasNews = true;
      bell.wake();
    });
    let isStepping = false;
    const stepAside = () => {
      if (isStepping) return;
      isStepping = true;
      const failed = (error: unknown) => durable.log.report('store.failed', error, { id: first.id });
      void durable
        .hold(advanceJob(durable, first.id))
        .catch(failed)
        .then(() => {
          isStepping = false;
          bell.wake();
        });
    };
    try {
      let repeatAt = Date.now() + settings.repeatStateMs;
      let row: StoredJob | undefined = first;
      await tell(first);
      while (!signal.aborted) {
        row = (await store.get(first.id)) ?? row;
        looking.at(row);
        const isNews = hasNews;
        hasNews = false;
        await tell(row, isNews);
        if (isEnded(row)) return;
        const takenMs = msUntilTaken(row, await store.now(), durable.leadMs(row.backend));
        // What is left after the end takes longer than anybody waits.
        if (takenMs === 0 && toJobState(row).outcome) stepAside();
        else if (takenMs === 0) {
          const after: StoredJob | undefined = await advanceJob(durable, row.id);
          if (after && after.version > row.version) continue;
        }
        if (Date.now() >= repeatAt) {
          repeatAt = Date.now() + settings.repeatStateMs;
          await tell(row, true);
        }
        await bell.wait(Math.min(Math.max(takenMs, minWaitMs), Math.max(0, repeatAt - Date.now())));
      }
    } finally {
      stop();
      looking.end();
    }
  });
}

/** Somebody else's step may take a moment. */
const minWaitMs = 250;

/** The states of all jobs of a user and a backend: what runs, what has changed since the page's cursor, then each change. */
export function followJobs(settings: Settings, { live, ...durable }: Following, asked: Asked): Response {
  const { request, user, backend } = asked;
  const { store, log } = durable;
  const cursor = Number(request.headers.get('last-event-id') ?? Number.NaN);
  return toEventStream(asked, settings, async writer => {
    const { signal } = writer;
    const bell = createBell(signal);
    const changed = new Set<string>();
    const stop = store.watch(notice => {
      if (notice.userId !== user.id || notice.backend !== backend.name) return;
      changed.add(notice.id);
      bell.wake();
    });
    const tell = createTeller(writer, settings, store, live);
    const news = new Set<string>();
    const looking = live.look(id => {
      news.add(id);
      changed.add(id);
      bell.wake();
    });
    const running = new Map<string, StoredJob>();
    const take = async (row: StoredJob, isRepeated = false) => {
      looking.at(row);
      await tell(row, news.delete(row.id) || isRepeated);
      if (isEnded(row)) running.delete(row.id);
      else running.set(row.id, row);
    };
    const stepping = new Set<string>();
    /** A vendor that takes long over one job holds back none of the others. */
    const step = (id: string) => {
      if (stepping.has(id) || stepping.size >= maxStepsAtOnce) return;
      stepping.add(id);
      const ended = () => {
        stepping.delete(id);
        changed.add(id);
        bell.wake();
      };
      const failed = (error: unknown) => log.report('store.failed', error, { id });
      void durable.hold(advanceJob(durable, id)).catch(failed).then(ended);
    };
    try {
      const now = await store.now();
      const since = Number.isFinite(cursor) ? Math.min(cursor, now) - overlapMs : now;
      const query = { userId: user.id, backend: backend.name, since, limit: maxToldJobs };
      for (const row of [...(await store.list(query))].reverse()) await take(row);
      let repeatAt = Date.now() + settings.repeatStateMs;
      while (!signal.aborted) {
        const ids = [...changed];
        changed.clear();
        for (const row of await store.getMany(ids)) await take(row);
        const at = await store.now();
        const leadMs = durable.leadMs(backend.name);
        for (const row of running.values()) {
          if (msUntilTaken(row, at, leadMs) === 0) step(row.id);
        }
        if (Date.now() >= repeatAt) {
          repeatAt = Date.now() + settings.repeatStateMs;
          for (const row of await store.getMany([...running.keys()])) await take(row, true);
        }
        if (changed.size > 0) continue;
        const next = Math.min(...[...running.values()].map(row => msUntilTaken(row, at, leadMs)));
        await bell.wait(Math.min(Math.max(next, minWaitMs), Math.max(0, repeatAt - Date.now())));
      }
    } finally {
      stop();
      looking.end();
    }
  });
}
