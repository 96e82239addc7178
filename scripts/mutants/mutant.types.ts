/** A fault, seeded into a copy of the sources. */
export type Mutant = {
  /** What the faulty library does. */
  readonly name: string;
  /** What it violates: the number of a regression, a law of the architecture, or a cause of the first bug. */
  readonly family: string;
  readonly file: string;
  /** A text that occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  readonly caughtBy: Detector;
  /** Whether something then never happens, so that the test that detects the fault waits for it in vain. */
  readonly hangs?: true | undefined;
};

/** What must detect the fault: the exploration of the generation machine, that of the client or of the server half, or these test files. */
export type Detector = 'exploration' | 'client-exploration' | 'server-exploration' | readonly string[];

/**
 * `broken`: a rule or an assertion failed. `timed-out`: a test waited in vain, or the program did not end; a slow machine
 * does this as well. `inconclusive`: something else failed. Both count as not detected, unless the fault hangs. `not-compiled`: the compiler
 * has refused the sources, so that nothing has looked for the fault.
 */
export type Verdict = {
  readonly kind: 'held' | 'broken' | 'timed-out' | 'inconclusive' | 'not-compiled';
  readonly evidence: string;
};

/** What is told of a fault. All but `caught` fail the run. */
export type MutantResult = 'caught' | 'survived' | 'timed out' | 'does not compile';

/** What a detector reads of a test run, as JSON between processes. Paths are absolute. */
export type TestReport = {
  readonly tests: readonly {
    readonly file: string;
    readonly name: string;
    readonly state: 'passed' | 'failed' | 'skipped' | 'pending';
    readonly errors: readonly TestFailure[];
    /** How many paths of a chart the test has walked. */
    readonly paths?: number;
  }[];
  /** The files that have run. */
  readonly files: readonly string[];
  /** Errors outside of tests: of a file, a hook, or the run. */
  readonly errors: readonly TestFailure[];
  readonly passed: boolean;
};

export type TestFailure = {
  /** With the stack, if there is one. */
  readonly text: string;
  readonly kind: 'assertion' | 'time-out' | 'other';
};

/** The figures of one exploration, as JSON between processes. */
export type ExplorationFigures = {
  readonly port: string;
  readonly arrivals: string;
  readonly states: number;
  readonly edges: number;
  readonly runs: number;
};

/** The figures of one exploration of the client or the server half, as JSON between processes. */
export type ModelFigures = {
  readonly name: string;
  /** In words. */
  readonly bounds: string;
  readonly states: number;
  readonly edges: number;
  readonly monitors: number;
  readonly seconds: number;
};
