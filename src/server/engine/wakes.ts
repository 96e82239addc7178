import { atMost } from '../at-most.js';
import type { JobStore, StoredJob } from '../store/job-store.js';
import { withReplaced } from '../store/replaced.js';
import type { GenerationEngine, JobWake } from './generation-engine.js';
import { createRests } from './rests.js';

/** How long an engine may take to answer, in ms. A client of Redis waits as long as Redis is away. */
const patienceMs = 10_000;

/** So long what comes after a call waits for more, in ms: an engine takes many wakes with one statement. */
const gatherMs = 50;

/** The wake of a row. @param at when, if not when the row is due @param now the store's time, if it is not that of the last write */
export function toWake(row: StoredJob, at = Number(row.dueAt), now = row.updatedAt): JobWake {
  const { id, backend, version } = row;
  const delayMs = Math.max(0, Math.ceil(at - now));
  return { id, backend, version, dueAt: at, delayMs, wakeKey: `${id}-${version}-${Math.ceil(at)}` };
}

/**
 * Tells an engine when the next steps are wanted. One call at a time, and one each 50 ms: what comes meanwhile is told with the next one, of each job the
 * newest. What is due before that waits for no more. An engine that does not answer holds up nothing but itself.
 */
export function createWakes(engine: GenerationEngine, report: (error: unknown) => void) {
  const waiting = new Map<string, { readonly wake: JobWake; readonly since: number }>();
  let telling: Promise<void> | undefined;
  let hasFailed = false;
  const rests = createRests();
  let flushes = 0;

  function takeWaiting(): readonly JobWake[] {
    const now = performance.now();
    const wakes = Array.from(waiting.values(), ({ wake, since }) => ({
      ...wake,
      delayMs: Math.max(0, wake.delayMs - Math.round(now - since)),
    }));
    waiting.clear();
    return wakes;
  }

  async function tellAll(): Promise<void> {
    while (waiting.size > 0) {
      const wakes = takeWaiting();
      try {
        let isTold = false;
        await atMost(
          patienceMs,
          engine.schedule(wakes).then(() => {
            isTold = true;
          }),
        );
        if (!isTold)
          throw new Error(`The engine has not answered for ${patienceMs} ms. The sweep finds what it was not told.`);
        hasFailed = false;
      } catch (error) {
        hasFailed = true;
        report(error);
      }
      if (flushes === 0 && ![...waiting.values()].some(isHurried)) await rests.rest(gatherMs);
    }
    telling = undefined;
  }

  return {
    tell(wake: JobWake): void {
      const told = { wake, since: performance.now() };
      waiting.set(wake.id, told);
      if (isHurried(told)) rests.endAll();
      telling ??= Promise.resolve().then(tellAll);
    },
    /** Whether the engine did not take what it was told last. */
    get hasFailed(): boolean {
      return hasFailed;
    },
    /** Resolves when everything is told, or after this time. */
    async flushed(patienceMs: number): Promise<void> {
      flushes += 1;
      rests.endAll();
      await atMost(patienceMs, telling);
      flushes -= 1;
    },
  };
}

const isHurried = ({ wake }: { readonly wake: JobWake }): boolean => wake.delayMs < gatherMs;

export type Wakes = ReturnType<typeof createWakes>;

/** Tells of a row that leaves a step to somebody. One that has an owner is that owner's business, also when it is given back. */
export function tellRow(row: StoredJob | undefined, { tell }: Pick<Wakes, 'tell'>): void {
  if (row && row.dueAt !== null && row.owner === null) tell(toWake(row));
}

/** A store whose writes are told: each that leaves a step to somebody. */
export function tellingStore(store: JobStore, wakes: Pick<Wakes, 'tell'>): JobStore {
  const told = (row: StoredJob | undefined): void => tellRow(row, wakes);
  const insert: JobStore['insert'] = async (...call) => {
    const result = await store.insert(...call);
    if (result.kind === 'inserted') told(result.job);
    return result;
  };
  const write: JobStore['write'] = async (...call) => {
    const row = await store.write(...call);
    told(row);
    return row;
  };
  return withReplaced(store, { insert, write });
}
