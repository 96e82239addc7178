import type { JobInsert, PgBoss } from 'pg-boss';
import { assertKnownOptions } from '../../machines/options.js';
import type { EngineWorker, GenerationEngine, JobWake } from '../engine/generation-engine.js';
import { assertPace, assertPaced, byBackend } from '../engine/pace.js';
import { createRests } from '../engine/rests.js';
import { createTurns } from './turns.js';

/** Options of {@link pgBossEngine}. */
export type PgBossEngineOptions = {
  /**
   * How many steps of a backend are woken per second, over all processes on this PostgreSQL: `{ image: 10 }`. A step
   * makes one request to the vendor. Submits and reads by pages do not count. @defaultValue unlimited
   */
  readonly maxStepsPerSecond?: { readonly [backend: string]: number } | undefined;
  /** How many steps of a backend this process makes at once. @defaultValue 100 */
  readonly concurrency?: number | undefined;
  /** How often an idle process asks pg-boss for wakes, in ms. @defaultValue 250 */
  readonly pollMs?: number | undefined;
  /** Prefix of the queues' names. Each backend has one queue. @defaultValue `generation` */
  readonly queue?: string | undefined;
};

/** A wake that was taken by a process that is gone is delivered again after this. The rows are found by the sweep before that. */
const expireInSeconds = 60;
/** What comes due within this is taken together, in ms: each time, PostgreSQL goes through all the jobs that wait. */
const gatherMs = 50;
/** After a pg-boss that does not answer, in ms. */
const restMs = 2_000;

type Wake = Pick<JobWake, 'id' | 'version'>;

/**
 * Wakes a server half's jobs with pg-boss, on your existing PostgreSQL. Start `boss` before `server.start()`, and stop
 * it after `server.stop()`. Start `boss` also in a process that only answers requests: it schedules wakes.
 *
 * pg-boss keeps nothing essential: without it, or after its tables were lost, the server's sweep finds each job a few
 * seconds later.
 *
 * @throws TypeError for an unknown or invalid option
 * @see https://github.com/timgit/pg-boss
 * @example
 * import { PgBoss } from 'pg-boss';
 *
 * const boss = new PgBoss('postgres://localhost/app');
 * await boss.start();
 * const engine = pgBossEngine(boss, { maxStepsPerSecond: { image: 10 } });
 */
export function pgBossEngine(boss: PgBoss, options: PgBossEngineOptions = {}): GenerationEngine {
  assertKnownOptions('pgBossEngine', options, ['maxStepsPerSecond', 'concurrency', 'pollMs', 'queue']);
  const { maxStepsPerSecond = {}, concurrency = 100, pollMs = 250, queue = 'generation' } = options;
  if (typeof boss?.fetch !== 'function') {
    throw new TypeError('pgBossEngine() needs a PgBoss of pg-boss 12 or later: pgBossEngine(new PgBoss(url)).');
  }
  assertPace('pgBossEngine()', maxStepsPerSecond);
  const turns = createTurns(boss);
  const rests = createRests();
  const queueOf = (backend: string) => `${queue}-${backend}`;
  const made = new Map<string, Promise<void>>();
  let loops: readonly Promise<void>[] = [];
  let starting: Promise<void> | undefined;
  let isStarted = false;

  /** Of the jobs that wait in it, only one has a key. */
  function makeQueue(backend: string): Promise<void> {
    const known = made.get(backend);
    if (known) return known;
    const making = boss.createQueue(queueOf(backend), { policy: 'short', expireInSeconds, retryLimit: 1_000 });
    made.set(backend, making);
    making.catch(() => made.delete(backend));
    return making;
  }

  /** Takes what is due from pg-boss. What it has given is deleted there: from then on, it is the row that counts. */
  async function take(
    backend: string,
    room: number,
  ): Promise<readonly { readonly wake: Wake; readonly inMs: number }[]> {
    const perSecond = maxStepsPerSecond[backend];
    // What waits for its turn waits there, and not here.
    const batchSize = perSecond === undefined ? room : Math.min(room, Math.ceil(perSecond));
    const jobs = await boss.fetch<Wake>(queueOf(backend), { batchSize });
    if (jobs.length === 0) return [];
    await boss.deleteJob(
      queueOf(backend),
      jobs.map(({ id }) => id),
    );
    const waits = perSecond === undefined ? [] : await turns.take(backend, jobs.length, perSecond);
    return jobs.map(({ data }, at) => ({ wake: data, inMs: waits[at] ?? 0 }));
  }

  async function run(backend: string, { advance, report }: EngineWorker): Promise<void> {
    const running = new Set<Promise<void>>();
    while (isStarted) {
      try {
        await makeQueue(backend);
        const taken = await take(backend, concurrency - running.size);
        for (const { wake, inMs } of taken) {
          const turn = inMs > 0 ? rests.rest(inMs) : Promise.resolve();
          const done = turn.then(() => (isStarted ? advance(wake) : undefined)).finally(() => running.delete(done));
          running.add(done);
        }
        const isPaced = maxStepsPerSecond[backend] !== undefined;
        if (running.size >= concurrency) await Promise.race(running);
        else if (taken.length === 0) await rests.rest(pollMs);
        else if (isPaced) await rests.rest(taken.at(-1)?.inMs ?? 0);
        if (taken.length > 0 && !isPaced) await rests.rest(Math.min(gatherMs, pollMs));
      } catch (error) {
        made.delete(backend);
        report(error);
        await rests.rest(restMs);
      }
    }
    await Promise.all(running);
  }

  return {
    async schedule(wakes) {
      for (const [backend, ofBackend] of byBackend(wakes)) {
        await makeQueue(backend);
        await boss.insert(queueOf(backend), ofBackend.map(toJob)).catch((error: unknown) => {
          // It may be gone, with all that it held.
          made.delete(backend);
          throw error;
        });
      }
    },
    start(worker) {
      assertPaced('pgBossEngine()', maxStepsPerSecond, worker.backends);
      isStarted = true;
      const begin = async () => {
        await Promise.all(worker.backends.map(makeQueue));
        if (Object.keys(maxStepsPerSecond).length > 0) await turns.prepare();
        loops = worker.backends.map(backend => run(backend, worker));
      };
      starting = begin();
      return starting;
    },
    async stop() {
      isStarted = false;
      await starting?.catch(() => undefined);
      rests.endAll();
      await Promise.all(loops);
    },
    isPaced: backend => maxStepsPerSecond[backend] !== undefined,
  };
}

const toJob = ({ id, version, delayMs, wakeKey }: JobWake): JobInsert => ({
  data: { id, version } satisfies Wake,
  singletonKey: wakeKey,
  // In seconds, by the clock of the database.
  startAfter: delayMs / 1_000,
});
