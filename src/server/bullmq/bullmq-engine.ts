import { type ConnectionOptions, Queue, Worker as QueueWorker, type RateLimiterOptions } from 'bullmq';
import { assertKnownOptions } from '../../machines/options.js';
import type { EngineWorker, GenerationEngine, JobWake } from '../engine/generation-engine.js';
import { assertPace, assertPaced, byBackend } from '../engine/pace.js';

/** Options of {@link bullmqEngine}. */
export type BullmqEngineOptions = {
  /**
   * BullMQ's: `{ host, port }` or `{ url }`, or an ioredis client with `maxRetriesPerRequest: null`, which stays yours.
   */
  readonly connection: ConnectionOptions;
  /**
   * How many steps of a backend are woken per second, over all processes on this Redis: `{ image: 10 }`. A step makes
   * one request to the vendor. Submits and reads by pages do not count. @defaultValue unlimited
   */
  readonly maxStepsPerSecond?: { readonly [backend: string]: number } | undefined;
  /** How many steps of a backend this process makes at once. @defaultValue 100 */
  readonly concurrency?: number | undefined;
  /** Prefix of the queues' names. Each backend has one queue. @defaultValue `generation` */
  readonly queue?: string | undefined;
};

type Wake = Pick<JobWake, 'id' | 'version'>;

/**
 * Wakes a server half's jobs with BullMQ, on your existing Redis.
 *
 * Redis keeps nothing essential: without it, or after it lost its data, the server's sweep finds each job a few seconds
 * later.
 *
 * @throws TypeError for an unknown, missing or invalid option
 * @see https://docs.bullmq.io
 * @example
 * const engine = bullmqEngine({ connection: { url: 'redis://127.0.0.1:6379' }, maxStepsPerSecond: { image: 10 } });
 */
export function bullmqEngine(options: BullmqEngineOptions): GenerationEngine {
  assertKnownOptions('bullmqEngine', options, ['connection', 'maxStepsPerSecond', 'concurrency', 'queue']);
  const { connection, maxStepsPerSecond = {}, concurrency = 100, queue = 'generation' } = options;
  if (!connection) {
    throw new TypeError(
      "bullmqEngine() has no connection. Pass that of your Redis: { url: 'redis://127.0.0.1:6379' }.",
    );
  }
  assertPace('bullmqEngine()', maxStepsPerSecond);
  const queueOf = (backend: string) => `${queue}-${backend}`;
  const queues = new Map<string, Queue<Wake>>();
  let workers: readonly QueueWorker<Wake>[] = [];

  function openQueue(backend: string): Queue<Wake> {
    const known = queues.get(backend);
    if (known) return known;
    const opened = new Queue<Wake>(queueOf(backend), { connection });
    // What it could not take is told by the call that failed.
    opened.on('error', () => undefined);
    queues.set(backend, opened);
    return opened;
  }

  function openWorker(backend: string, { advance, report }: EngineWorker): QueueWorker<Wake> {
    const perSecond = maxStepsPerSecond[backend];
    const worker = new QueueWorker<Wake>(queueOf(backend), ({ data }) => advance(data), {
      connection,
      concurrency,
      // Each process that is killed counts as one, and the row says whether there is still a step to make.
      maxStalledCount: 1_000,
      ...(perSecond !== undefined && { limiter: toLimiter(perSecond) }),
    });
    worker.on('error', report);
    return worker;
  }

  return {
    async schedule(wakes) {
      for (const [backend, ofBackend] of byBackend(wakes)) await openQueue(backend).addBulk(ofBackend.map(toJob));
    },
    start(worker) {
      assertPaced('bullmqEngine()', maxStepsPerSecond, worker.backends);
      workers = worker.backends.map(backend => openWorker(backend, worker));
      return Promise.resolve();
    },
    async stop() {
      await Promise.all(workers.map(worker => worker.close()));
      workers = [];
    },
    async close() {
      await Promise.all([...queues.values()].map(opened => opened.close()));
      queues.clear();
    },
    isPaced: backend => maxStepsPerSecond[backend] !== undefined,
  };
}

/** As even as whole numbers allow. */
function toLimiter(perSecond: number): RateLimiterOptions {
  const max = Math.max(1, Math.floor(perSecond));
  return { max, duration: Math.ceil((max * 1_000) / perSecond) };
}

/** A job that is done or has failed goes at once: as long as it is there, none with its id is taken. */
const toJob = ({ id, version, delayMs, wakeKey }: JobWake) => ({
  name: 'wake',
  data: { id, version } satisfies Wake,
  opts: { jobId: wakeKey, delay: delayMs, removeOnComplete: true, removeOnFail: true },
});
