import { atMost } from '../at-most.js';
import { advanceJob, type Steps } from '../steps/advance.js';
import type { GenerationEngine } from './generation-engine.js';
import { toWake, type Wakes } from './wakes.js';

/** How soon a job is woken again that was woken too early, or while somebody else had it, in ms. */
const againMs = 200;
/** How long an engine that is gone holds up the end of a process, in ms. */
const patienceMs = 10_000;

type OuterOptions = {
  readonly engine: GenerationEngine;
  readonly wakes: Wakes;
  readonly backends: readonly string[];
  /** Work that the end of the process waits for. */
  readonly hold: <TResult>(work: Promise<TResult>) => Promise<TResult>;
};

/** An engine outside of this process, as this process uses it. */
export function createOuterEngine(steps: Steps, { engine, wakes, backends, hold }: OuterOptions) {
  const { store, log } = steps;
  let starting: Promise<void> | undefined;

  /** A wake that made no step is told once more: it came early, or the row was somebody else's, who may be gone. */
  async function step(id: string, version: number): Promise<void> {
    const row = await advanceJob(steps, id);
    // Another version was told when it was written.
    if (!row || row.dueAt === null || row.version !== version) return;
    const now = await store.now();
    const at = row.owner === null ? row.dueAt : Math.max(row.dueAt, Number(row.leaseUntil));
    // Another key, because the one of this wake may still be known.
    wakes.tell({ ...toWake(row, Math.max(at, now + againMs), now), wakeKey: `${id}-${version}-again-${now}` });
  }

  return {
    /** Also where it is started already: it is tried again until it works. @throws TypeError for options that do not fit the server */
    start(): void {
      if (starting || !engine.start) return;
      const report = (error: unknown) => log.report('engine.failed', error);
      const begun = engine.start({
        backends,
        advance: ({ id, version }) =>
          hold(step(id, version)).catch((error: unknown) => log.report('store.failed', error, { id })),
        report,
      });
      starting = begun.catch((error: unknown) => {
        report(error);
        starting = undefined;
      });
    },
    async stop(): Promise<void> {
      starting = undefined;
      const stopped = engine.stop?.().catch((error: unknown) => log.report('engine.failed', error));
      await atMost(patienceMs, stopped);
    },
    /** Tells what the last steps and requests have left. */
    async close(): Promise<void> {
      await wakes.flushed(patienceMs);
      await atMost(
        patienceMs,
        engine.close?.().catch((error: unknown) => log.report('engine.failed', error)),
      );
    },
    /** Whether a job that the engine forgot has to wait for its turn there. An engine that takes nothing gives no turns. */
    isPaced: (backend: string): boolean => !wakes.hasFailed && (engine.isPaced?.(backend) ?? false),
    tell: wakes.tell,
  };
}
