/** When a job's next step is wanted. Only a hint: the job's row says whether the step is due. */
export type JobWake = {
  /** The generation's id. */
  readonly id: string;
  readonly backend: string;
  /** The row's version. Pass it back to `advance`. */
  readonly version: number;
  /** When the step is wanted, in ms since the epoch by the store's clock, which may differ from yours. */
  readonly dueAt: number;
  /** The time until then, in ms, 0 or more. */
  readonly delayMs: number;
  /** The same each time the same wake is scheduled: letters, digits, `-` and `_`. */
  readonly wakeKey: string;
};

/** What an engine calls. */
export type EngineWorker = {
  /** The names of all backends. */
  readonly backends: readonly string[];
  /**
   * Makes a job's step, if it is due, and resolves when it is made. Never rejects. Safe at any time, any number of
   * times, late and out of order: a wake that is delivered twice costs one look at the row.
   */
  readonly advance: (wake: Pick<JobWake, 'id' | 'version'>) => Promise<void>;
  /** Writes a fault of the engine to the server's log. */
  readonly report: (error: unknown) => void;
};

/**
 * Wakes a server half's jobs in time, using an existing queue. It stores nothing essential: the sweep of `start()`
 * finds what it forgets, and the row shows what it delivers twice. `pgBossEngine` and `bullmqEngine` implement it.
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
   * Stores when the next steps are wanted. Called after rows were written, also in processes that are not started, with
   * all wakes gathered since the last call. If it throws, the error is logged and no request fails.
   */
  schedule(wakes: readonly JobWake[]): Promise<void>;
  /**
   * Starts waking: calls `advance` for each wake whose time has come. A rejection is logged, and the next sweep tries
   * again.
   *
   * @throws TypeError for options that do not fit the server
   */
  start?(worker: EngineWorker): Promise<void>;
  /** Starts no more steps, and resolves when the running ones are done. */
  stop?(): Promise<void>;
  /** Closes its own connections. Called last, when every wake has been scheduled. */
  close?(): Promise<void>;
  /**
   * Whether it limits this backend's wakes. If so, the sweep hands it forgotten wakes instead of making the steps
   * itself.
   */
  isPaced?(backend: string): boolean;
}
