import { newId } from '../../machines/generation/generation.id.js';
import { advanceJob, type Steps } from '../steps/advance.js';

/** How many steps a process makes at once. A step mostly waits for the vendor. */
const maxSteps = 50;
/** How often the store is asked what is due, in ms. */
const lookEveryMs = 250;
/** After a store that does not answer, in ms. */
const restMs = 2_000;
const pruneEveryMs = 3_600_000;

/**
 * Advances jobs as they become due. Every process may have one: the leases give each job to one of them, and a job of a process that is gone
 * to the next that looks.
 */
export function createEngine(steps: Steps, keepMs: number) {
  const { store, leaseMs, log, durations } = steps;
  const running = new Set<Promise<unknown>>();
  const held = new Set<Promise<unknown>>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isStarted = false;
  let prunedAt = 0;

  /** Takes what is due, and begins its steps. */
  async function take(limit: number): Promise<{ readonly ids: readonly string[]; readonly made: Promise<unknown> }> {
    const claimed = await store.claimDue({ owner: newId(), ms: leaseMs }, limit);
    const made = claimed.map(job => {
      const step = advanceJob(steps, job.id, 'due', job).catch((error: unknown) =>
        log.report('store.failed', error, { id: job.id }),
      );
      const done = step.finally(() => running.delete(done));
      running.add(done);
      return done;
    });
    return { ids: claimed.map(({ id }) => id), made: Promise.all(made) };
  }

  async function prune(): Promise<void> {
    const now = await store.now();
    if (now - prunedAt < pruneEveryMs) return;
    prunedAt = now;
    await store.prune(now - keepMs);
  }

  async function look(): Promise<void> {
    let restedMs = lookEveryMs;
    try {
      const room = maxSteps - running.size;
      if (room > 0) await take(room);
      await prune();
    } catch (error) {
      log.report('store.failed', error);
      restedMs = restMs;
    }
    if (isStarted) timer = setTimeout(() => void look(), restedMs);
  }

  return {
    start(): void {
      if (isStarted) return;
      isStarted = true;
      void look();
    },

    async stop(): Promise<void> {
      isStarted = false;
      clearTimeout(timer);
      // A submit that ends may leave a step, and none begins any more.
      await Promise.allSettled([...running, ...held]);
      await durations.settled();
    },

    /** Work of a request that goes on if the request is given up, and that `stop` waits for. */
    hold<TResult>(work: Promise<TResult>): Promise<TResult> {
      const done: Promise<TResult> = work.finally(() => held.delete(done));
      held.add(done);
      return done;
    },

    async sweep(): Promise<number> {
      const swept = new Set<string>();
      for (;;) {
        const { ids, made } = await take(maxSteps);
        await made;
        const before = swept.size;
        for (const id of ids) swept.add(id);
        // Jobs that are due again by now are for the next sweep: this one has to end.
        if (ids.length < maxSteps || swept.size === before) break;
      }
      prunedAt = 0;
      await prune();
      await durations.settled();
      return swept.size;
    },
  };
}
