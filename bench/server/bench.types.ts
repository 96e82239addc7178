/** Where the jobs of a run are kept. */
export type StoreChoice =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly schema: string };

export type EngineName = 'in-process' | 'pg-boss' | 'bullmq';

/** One run: so many jobs on so many processes, each with a step as often as this. */
export type Scenario = {
  readonly group: 'http' | 'http-often' | 'function' | 'saturated' | 'pages';
  readonly engine: EngineName;
  readonly store: StoreChoice['kind'];
  readonly processes: number;
  readonly jobs: number;
  readonly stepEveryMs: number;
  /** How long is measured, in ms, after one step of each job. */
  readonly measuredMs: number;
};

/** What a process with a server half has to know. */
export type HalfInput = {
  readonly store: StoreChoice;
  readonly engine: EngineName;
  readonly redisPort: number | undefined;
  /** Where the vendor is; `undefined` for a vendor that is a function. */
  readonly vendorUrl: string | undefined;
  readonly stepEveryMs: number;
};

export type HalfOrder =
  | { readonly do: 'migrate' | 'weigh' | 'serve' | 'start' | 'begin' | 'end' | 'stop' }
  | { readonly do: 'seed'; readonly jobs: number; readonly overMs: number };

/** What one process has done in the measured time. */
export type HalfFigures = {
  readonly steps: number;
  /** From when a step was wanted to the read of the vendor, in ms, sorted. */
  readonly lateMs: readonly number[];
  readonly cpuMs: number;
  readonly rssMiB: number;
  /** Of the heap, after the garbage was collected. */
  readonly heapKiB: number;
  /** Calls of the store, by name. */
  readonly calls: Readonly<Record<string, number>>;
};

export type PagesInput = { readonly urls: readonly string[]; readonly clients: number };
export type PagesFigures = { readonly events: number; readonly ms: readonly number[] };

/** What a run has shown. Times are of all its processes. */
export type Measured = {
  readonly scenario: Scenario;
  readonly stepsPerSecond: number;
  readonly lateP50: number;
  readonly lateP95: number;
  /** Of the processes with a server half, in ms a step. */
  readonly cpuMs: number;
  /** Of PostgreSQL, in ms a step; `undefined` for SQLite, which is within the processes. */
  readonly databaseMs: number | undefined;
  /** What PostgreSQL was asked, by the store and the engine; of SQLite the calls of the store. */
  readonly statements: number;
  readonly rssMiB: number;
  /** Heap that a running job takes, in KiB. */
  readonly heapKiB: number;
  readonly load: number;
  /** When it was measured, and where. */
  readonly date: string;
  readonly machine: string;
  /** How many processes wanted a core before its run, over a minute. */
  readonly loadBefore: string;
  readonly pages?:
    | { readonly clients: number; readonly events: number; readonly p50: number; readonly p99: number }
    | undefined;
};
