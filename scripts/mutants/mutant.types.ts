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
};

/** What must detect the fault: the exploration of the generation machine, that of the client, or these test files. */
export type Detector = 'exploration' | 'client-exploration' | readonly string[];

/** `broken`: a rule or an assertion failed. `inconclusive`: something else failed, so the fault counts as not detected. */
export type Verdict = { readonly kind: 'held' | 'broken' | 'inconclusive'; readonly evidence: string };

/** The figures of one exploration, as JSON between processes. */
export type ExplorationFigures = {
  readonly port: string;
  readonly arrivals: string;
  readonly states: number;
  readonly edges: number;
  readonly runs: number;
};

/** The figures of one exploration of the client, as JSON between processes. */
export type ClientExplorationFigures = {
  readonly name: string;
  /** In words. */
  readonly bounds: string;
  readonly states: number;
  readonly edges: number;
  readonly monitors: number;
  readonly seconds: number;
};
