import { GenerationError, isGenerationError } from '../../machines/generation/generation.errors.js';
import type { AdapterCall, GenerationAdapter, JobRef, JobUpdate } from '../../machines/generation/generation.port.js';
import { toError } from '../http/failure.js';

/** How to read many jobs with one request. */
export type SharedReadsOptions<TOutput> = {
  /**
   * Reads these jobs, once; each is there once. What it resolves to says how each is, by its id, or why that one could
   * not be read. What it throws, a `GenerationError` by preference, concerns all.
   */
  readMany(jobs: readonly JobRef[], call: AdapterCall): Promise<ReadonlyMap<string, JobUpdate<TOutput> | Error>>;
  /** How long the first read waits for others, in ms. @defaultValue 250 */
  readonly windowMs?: number | undefined;
};

/** What takes the place of an adapter's `read`. */
export type SharedReads<TOutput> = { read: GenerationAdapter<never, TOutput>['read'] };

type Reading<TOutput> = {
  readonly job: JobRef;
  answer(update: JobUpdate<TOutput>): void;
  refuse(error: unknown): void;
};

/** The reads of one window, on their way to one request. */
type Batch<TOutput> = {
  readonly readings: Set<Reading<TOutput>>;
  readonly controller: AbortController;
};

/**
 * Reads many jobs with one request for each window, in place of an adapter's own `read`. Made once, at module scope,
 * beside its adapter.
 *
 * An abort takes one read out; the request is aborted, or not made, when none is left. A read throws the error that the
 * answer has for its job, `invalid-response` where it has nothing for it, and else the error of the whole request, with
 * its `retryAfterMs`. A request that is not found or malformed as a whole says nothing of any one job, so
 * `not-found` and `bad-input` become `invalid-response` then.
 *
 * @throws TypeError when `windowMs` is no time in ms
 * @example
 * const reads = sharedReads({
 *   async readMany(jobs, { signal }) {
 *     const answer = await post('/jobs/states', jobs.map(({ id }) => id), { signal });
 *     return new Map(jobs.map(({ id }) => [id, toUpdate(answer[id])]));
 *   },
 * });
 * const machine = createGenerationMachine({ ...adapter, read: reads.read });
 */
export function sharedReads<TOutput>({ readMany, windowMs = 250 }: SharedReadsOptions<TOutput>): SharedReads<TOutput> {
  if (!(windowMs >= 0 && windowMs < 2 ** 31)) throw new TypeError('windowMs must be a time in ms');
  let open: Batch<TOutput> | undefined;

  const send = async ({ readings, controller }: Batch<TOutput>) => {
    const jobs = new Map(Array.from(readings, ({ job }) => [job.id, job]));
    try {
      const answers = await readMany([...jobs.values()], { signal: controller.signal });
      for (const { job, answer, refuse } of [...readings]) {
        const said =
          answers.get(job.id) ?? toError({ doing: 'Reading', job }, 'invalid-response', 'it is not answered');
        if (said instanceof Error) refuse(said);
        else answer(said);
      }
    } catch (error) {
      for (const { refuse } of [...readings]) refuse(toErrorOfEach(error));
    }
  };

  const openBatch = (): Batch<TOutput> => {
    const batch: Batch<TOutput> = { readings: new Set(), controller: new AbortController() };
    const close = () => {
      open = undefined;
      void send(batch);
    };
    const stop = soon(close, windowMs);
    batch.controller.signal.addEventListener('abort', stop);
    return batch;
  };

  return {
    read: (job, { signal }) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        open ??= openBatch();
        const batch = open;
        const { readings, controller } = batch;
        const leave = () => {
          signal.removeEventListener('abort', abort);
          readings.delete(reading);
        };
        const abort = () => {
          leave();
          reject(signal.reason);
          if (readings.size > 0) return;
          if (open === batch) open = undefined;
          controller.abort();
        };
        const reading: Reading<TOutput> = {
          job,
          answer(update) {
            leave();
            resolve(update);
          },
          refuse(error) {
            leave();
            reject(error);
          },
        };
        signal.addEventListener('abort', abort);
        readings.add(reading);
      }),
  };
}

/** Calls back after a window, unless it is stopped. A hidden page's timers may run once a minute: there, when they have. */
function soon(close: () => void, windowMs: number): () => void {
  if (globalThis.document?.visibilityState !== 'hidden') {
    const timer = setTimeout(close, windowMs);
    return () => clearTimeout(timer);
  }
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    close();
  };
  port2.postMessage(undefined);
  return () => port1.close();
}

/** What is wrong with the request is not what is wrong with a job. */
function toErrorOfEach(error: unknown): unknown {
  if (!isGenerationError(error) || !['not-found', 'bad-input'].includes(error.code)) return error;
  const { failure, retryAfterMs } = error;
  return new GenerationError(
    { ...failure, code: 'invalid-response', retryable: false, resumable: true, charged: 'maybe' },
    { cause: error, retryAfterMs },
  );
}
