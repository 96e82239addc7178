/** A fault, seeded into a copy of the sources. */
export type Mutant = {
  /** What the faulty library does. */
  readonly name: string;
  /** What it violates: a number of the regression catalogue, a law of the architecture, or a cause of the first bug. */
  readonly family: string;
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** Who must notice: the exploration, or these test files. */
  readonly caughtBy: 'exploration' | readonly string[];
};

/** What a judge says of the sources it was given. An `inconclusive` one has no assertion to show for its failure. */
export type Verdict = { readonly kind: 'held' | 'broken' | 'inconclusive'; readonly evidence: string };

/** One exploration, as it is told from process to process. */
export type ExplorationFigures = {
  readonly port: string;
  readonly environment: string;
  readonly states: number;
  readonly edges: number;
  readonly runs: number;
};
