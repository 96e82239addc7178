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
  readonly caughtBy: Judge;
};

/** Who must notice: the exploration of a generation, that of the client, or these test files. */
export type Judge = 'exploration' | 'tool-exploration' | readonly string[];

/** What a judge says of the sources it was given. An `inconclusive` one has no assertion to show for its failure. */
export type Verdict = { readonly kind: 'held' | 'broken' | 'inconclusive'; readonly evidence: string };

/** One exploration, as it is told from process to process. */
export type ExplorationFigures = {
  readonly port: string;
  readonly arrivals: string;
  readonly states: number;
  readonly edges: number;
  readonly runs: number;
};

/** One exploration of the client, as it is told from process to process. */
export type ClientExplorationFigures = {
  readonly name: string;
  /** What it was explored within, in words. */
  readonly bounds: string;
  readonly states: number;
  readonly edges: number;
  readonly monitors: number;
  readonly seconds: number;
};
