import { abortReasonOf, throwIfAborted } from '../../machines/abort.js';
import { GenerationError, isGenerationError } from '../../machines/generation/generation.errors.js';
import type { AdapterCall, GenerationAdapter, JobRef, JobUpdate } from '../../machines/generation/generation.port.js';
import { assertKnownOptions } from '../../machines/options.js';
import { longestDelayMs } from '../../machines/reads/delays.js';
import { toRequestError } from '../http/request-error.js';

/** How {@link sharedReads} reads many jobs with one request. */
export type SharedReadsOptions<TOutput> = {
  /**
   * Reads these jobs once; each is listed once. Resolves to a map with an entry per job id: its update, or its error.
   * If it throws, preferably a `GenerationError`, that is the error of all these jobs.
   */
  readMany(jobs: readonly JobRef[], call: AdapterCall): Promise<ReadonlyMap<string, JobUpdate<TOutput> | Error>>;
  /** How long the first read waits for others, in ms. @defaultValue 250 */
  readonly windowMs?: number | undefined;
};

/** Replaces an adapter's `read`. */
export type SharedReads<TOutput> = { read: GenerationAdapter<never, TOutput>['read'] };

/** One call of `read` that has not been answered yet. */
type PendingRead<TOutput> = {
  readonly job: JobRef;
  resolve(update: JobUpdate<TOutput>): void;
  reject(error: unknown): void;
};

/** The reads of one window. They become one request. */
type Batch<TOutput> = {
  readonly pendingReads: Set<PendingRead<TOutput>>;
  readonly controller: AbortController;
};

const optionNames = Object.keys({
  readMany: true,
  windowMs: true,
} satisfies Record<keyof SharedReadsOptions<unknown>, true>);

/**
 * Reads many jobs with one request per time window. It replaces an adapter's `read`. Create it once, at module scope,
 * next to its adapter.
 *
 * An aborted read leaves the request to the others. The request is aborted, or not made, when no read is left. A read
 * throws its job's error from the answer, or `invalid-response` if the answer has no entry for the job. If the whole
 * request fails, each read throws its error, with its `retryAfterMs`. A `not-found` or `bad-input` for the whole
 * request says nothing about a single job, so it becomes `invalid-response`.
 *
 * @throws TypeError if `windowMs` is not a time in ms (0 to 2,147,483,647), and for an unknown option
 * @example
 * const reads = sharedReads({
 *   async readMany(jobs, { signal }) {
 *     const answer = await post('/jobs/states', jobs.map(({ id }) => id), { signal });
 *     return new Map(jobs.map(({ id }) => [id, toUpdate(answer[id])]));
 *   },
 * });
 * const machine = createGenerationMachine({ ...adapter, read: reads.read });
 */
export function sharedReads<TOutput>(options: SharedReadsOptions<TOutput>): SharedReads<TOutput> {
  assertKnownOptions('sharedReads', options, optionNames);
  const { readMany, windowMs = 250 } = options;
  if (!(windowMs >= 0 && windowMs <= longestDelayMs)) {
    throw new TypeError(`sharedReads(): windowMs is ${windowMs}. It must be 0 to ${longestDelayMs} ms.`);
  }
  let openBatch: Batch<TOutput> | undefined;

  const send = async ({ pendingReads, controller }: Batch<TOutput>) => {
    const jobs = new Map(Array.from(pendingReads, ({ job }) => [job.id, job]));
    try {
      const answers = await readMany([...jobs.values()], { signal: controller.signal });
      for (const { job, resolve, reject } of [...pendingReads]) {
        const answer = answers.get(job.id) ?? toMissingEntryError(job);
        if (answer instanceof Error) reject(answer);
        else resolve(answer);
      }
    } catch (error) {
      for (const { reject } of [...pendingReads]) reject(toErrorOfEachJob(error));
    }
  };

  const createBatch = (): Batch<TOutput> => {
    const batch: Batch<TOutput> = { pendingReads: new Set(), controller: new AbortController() };
    const close = () => {
      openBatch = undefined;
      void send(batch);
    };
    const cancel = schedule(close, windowMs);
    batch.controller.signal.addEventListener('abort', cancel);
    return batch;
  };

  return {
    read: (job, { signal }) =>
      new Promise((resolve, reject) => {
        throwIfAborted(signal);
        openBatch ??= createBatch();
        const batch = openBatch;
        const { pendingReads, controller } = batch;
        const leave = () => {
          signal.removeEventListener('abort', abort);
          pendingReads.delete(pendingRead);
        };
        const abort = () => {
          leave();
          reject(abortReasonOf(signal));
          if (pendingReads.size > 0) return;
          if (openBatch === batch) openBatch = undefined;
          controller.abort();
        };
        const pendingRead: PendingRead<TOutput> = {
          job,
          resolve(update) {
            leave();
            resolve(update);
          },
          reject(error) {
            leave();
            reject(error);
          },
        };
        signal.addEventListener('abort', abort);
        pendingReads.add(pendingRead);
      }),
  };
}

/**
 * Calls back after a delay, unless the returned function is called before. Timers of a hidden page may run once a minute,
 * so there it calls back as soon as the reads of this moment have been collected.
 */
function schedule(callback: () => void, delayMs: number): () => void {
  if (globalThis.document?.visibilityState !== 'hidden') {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  }
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    callback();
  };
  port2.postMessage(undefined);
  return () => port1.close();
}

const toMissingEntryError = (job: JobRef) =>
  toRequestError({ action: 'read', job }, 'invalid-response', 'the result of readMany has no entry for it', {
    advice: 'Check that readMany returns an entry for each job id',
  });

/** The codes of a request that was wrong itself, and not one of its jobs. */
const requestCodes: readonly string[] = ['not-found', 'bad-input'];

function toErrorOfEachJob(error: unknown): unknown {
  if (!isGenerationError(error) || !requestCodes.includes(error.code)) return error;
  const { failure, retryAfterMs } = error;
  return new GenerationError(
    { ...failure, code: 'invalid-response', retryable: false, resumable: true, charged: 'maybe' },
    { cause: error, retryAfterMs },
  );
}
