import { newId } from '../../machines/generation/generation.id.js';
import { advanceJob, type Steps } from '../steps/advance.js';
import type { StoredJob } from '../store/job-store.js';
import type { GenerationEngine } from './generation-engine.js';
import { createOuterEngine } from './outer-engine.js';
import { toWake, type Wakes } from './wakes.js';

/** How many steps a process makes at once. A step mostly waits for the vendor. */
const maxSteps = 100;
/** How often the store is asked what is due, in ms. */
const lookEveryMs = 250;
/** After a store that does not answer, in ms. */
const restMs = 2_000;
const pruneEveryMs = 3_600_000;
/** Beside an engine outside: how often one of the processes looks for what it forgot, on average, in ms. */
const sweepEveryMs = 5_000;
/** How late a job is that an engine has forgotten, in ms. One that is on its way is not taken from it. */
const forgottenMs = 5_000;
/** How late a job is before the stream of a page takes it from an engine, in ms: two looks of this process, or what a queue needs. */
const ownLeadMs = 2 * lookEveryMs;
const outsideLeadMs = 1_500;

type EngineOptions = {
  readonly keepMs: number;
  /** What wakes the jobs, where it is not this process by itself. */
  readonly outside?:
    | { readonly engine: GenerationEngine; readonly wakes: Wakes; readonly backends: readonly string[] }
    | undefined;
};

/**
 * Advances jobs as they become due. Every process may have one: the leases give each job to one of them, and a job of a process that is gone
 * to the next that looks. Beside an engine outside, it looks seldom, and for what that has forgotten.
 */
export function createEngine(steps: Steps, { keepMs, outside }: EngineOptions) {
  const { store, leaseMs, log, durations } = steps;
  const running = new Set<Promise<unknown>>();
  const held = new Set<Promise<unknown>>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** What it claims is begun also if the engine is stopped meanwhile. */
  let looking: Promise<void> | undefined;
  let isStarted = false;
  /** More was due than there was room for. */
  let isCrowded = false;
  let prunedAt = 0;

  /** Work of a request that goes on if the request is given up, and that `stop` waits for. */
  function hold<TResult>(work: Promise<TResult>): Promise<TResult> {
    const done: Promise<TResult> = work.finally(() => held.delete(done));
    held.add(done);
    return done;
  }

  const outer = outside && createOuterEngine(steps, { ...outside, hold });

  /** A job that has to wait for its turn is told to the engine again, which knows the turns of all processes. */
  async function giveBack(job: StoredJob): Promise<void> {
    await store.release(job.id, String(job.owner));
    outer?.tell(toWake(job, Number(job.dueAt), Number(job.dueAt)));
  }

  /** Takes what has been due for this long, and begins its steps. */
  async function take(
    limit: number,
    lateMs: number,
  ): Promise<{
    readonly ids: readonly string[];
    readonly paced: readonly StoredJob[];
    readonly made: Promise<unknown>;
  }> {
    const claimed = await store.claimDue({ owner: newId(), ms: leaseMs }, limit, lateMs);
    const paced = claimed.filter(({ backend }) => outer?.isPaced(backend));
    const made = claimed
      .filter(job => !paced.includes(job))
      .map(job => {
        const step = advanceJob(steps, job.id, 'due', job).catch((error: unknown) =>
          log.report('store.failed', error, { id: job.id }),
        );
        const done = step.finally(() => {
          running.delete(done);
          lookIfRoom();
        });
        running.add(done);
        return done;
      });
    return { ids: claimed.map(({ id }) => id), paced, made: Promise.all(made) };
  }

  async function prune(): Promise<void> {
    const now = await store.now();
    if (now - prunedAt < pruneEveryMs) return;
    prunedAt = now;
    await store.prune(now - keepMs);
    // After the jobs: what was removed keeps its job from coming back.
    await store.records.prune(now - keepMs);
    await steps.tidy?.();
  }

  /** Takes everything that has been due for this long, each job once. */
  async function takeAll(lateMs: number, isWanted: () => boolean): Promise<number> {
    const swept = new Set<string>();
    const forgotten: StoredJob[] = [];
    for (;;) {
      const { ids, paced, made } = await take(maxSteps, lateMs);
      forgotten.push(...paced);
      await made;
      const before = swept.size;
      for (const id of ids) swept.add(id);
      // Jobs that are due again by now are for the next sweep: this one has to end.
      if (ids.length < maxSteps || swept.size === before || !isWanted()) break;
    }
    // Only now: the next look would have taken them again.
    for (const job of forgotten) await giveBack(job);
    return swept.size;
  }

  /** Not one by one: each look is a statement. */
  function lookIfRoom(): void {
    if (!isCrowded || !isStarted || running.size > maxSteps / 2) return;
    isCrowded = false;
    clearTimeout(timer);
    lookAfter(0);
  }

  function lookAfter(ms: number): void {
    timer = setTimeout(() => {
      looking = look();
    }, ms);
  }

  async function look(): Promise<void> {
    // With chance, so that the processes spread.
    let restedMs = outer ? sweepEveryMs * (0.5 + Math.random()) : lookEveryMs;
    let isFull = false;
    // One look at a time: a step that ends meanwhile begins none.
    isCrowded = false;
    try {
      if (outer) await takeAll(forgottenMs, () => isStarted);
      else {
        const room = maxSteps - running.size;
        isFull = room === 0 || (await take(room, 0)).ids.length === room;
      }
      await prune();
    } catch (error) {
      log.report('store.failed', error);
      restedMs = restMs;
      isFull = false;
    }
    if (!isStarted) return;
    outer?.start();
    lookAfter(restedMs);
    isCrowded = isFull;
    lookIfRoom();
  }

  return {
    start(): void {
      if (isStarted) return;
      outer?.start();
      isStarted = true;
      looking = look();
    },

    async stop(): Promise<void> {
      isStarted = false;
      clearTimeout(timer);
      await outer?.stop();
      await looking;
      // A submit that ends may leave a step, and none begins any more.
      await Promise.allSettled([...running, ...held]);
      await durations.settled();
      await outer?.close();
    },

    hold,

    /**
     * How long the stream of a page leaves a job that is due to the engine, in ms: it takes many with one statement, and in turns where it has a pace.
     * 0 where nothing else advances jobs.
     */
    leadMs(backend: string): number {
      if (!outer) return isStarted ? ownLeadMs : 0;
      return outer.isPaced(backend) ? Number.POSITIVE_INFINITY : outsideLeadMs;
    },

    async sweep(): Promise<number> {
      const count = await takeAll(0, () => true);
      prunedAt = 0;
      await prune();
      await durations.settled();
      return count;
    },
  };
}
