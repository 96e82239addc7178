/** When the next step of a job is wanted. A hint: the row of the job says whether it is due. */
export type JobWake = {
  /** The id of the generation. */
  readonly id: string;
  readonly backend: string;
  /** Of the row. Give it back to `advance`. */
  readonly version: number;
  /** When the step is wanted, in ms since the epoch by the clock of the store, which may be another than yours. */
  readonly dueAt: number;
  /** How long it is until then, in ms, 0 or more. */
  readonly delayMs: number;
  /** The same for the same wake, however often it is told: letters, digits, `-` and `_`. */
  readonly wakeKey: string;
};

/** What an engine wakes. */
export type EngineWorker = {
  /** The names of all backends. */
  readonly backends: readonly string[];
  /**
   * Makes the step of a job, if it is due, and resolves when it is made. Never rejects. Safe at any time, any number of times, also late and out of
   * order: a wake that is delivered twice costs a look at the row.
   */
  readonly advance: (wake: Pick<JobWake, 'id' | 'version'>) => Promise<void>;
  /** Tells the log of the server that the engine does not work as it should. */
  readonly report: (error: unknown) => void;
};

/**
 * What wakes the jobs of a server half in time: a queue that exists. It keeps nothing that counts. What it forgets, a sweep of `start()` finds, and
 * what it delivers twice is seen in the row. `pgBossEngine` and `bullmqEngine` are two.
 *
 * @example
 * const timers: GenerationEngine = {
 *   async schedule(wakes) {
 *     // A route of yours, which calls server.advance(id).
 *     for (const { id, delayMs } of wakes) setTimeout(() => void fetch(`https://app.example.com/wake/${id}`), delayMs);
 *   },
 * };
 */
export interface GenerationEngine {
  /**
   * Keeps when the next steps are wanted. Called after rows were written, also in processes that are not started, with all that gathered meanwhile.
   * What it throws is told to the log, and fails no request.
   */
  schedule(wakes: readonly JobWake[]): Promise<void>;
  /**
   * Begins to wake: `advance` for each wake whose time has come. A rejection is told to the log, and it is tried again with the next sweep.
   *
   * @throws TypeError for options that do not fit the server
   */
  start?(worker: EngineWorker): Promise<void>;
  /** Begins no more, and resolves when the steps that were begun are made. */
  stop?(): Promise<void>;
  /** Ends connections of its own. Called last, when everything is told. */
  close?(): Promise<void>;
  /** Whether it limits how often this backend is woken. Then the sweep tells it what it forgot, instead of making the steps by itself. */
  isPaced?(backend: string): boolean;
}
