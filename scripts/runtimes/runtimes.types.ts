/** How the tests of an area ended. */
export type Counts = { readonly passed: number; readonly failed: number };

/** What a run in one runtime has found. */
export type FoundRuntime = {
  readonly version: string;
  /** Of the suites in Vitest, by their names; none where only the smoke suite runs. */
  readonly suites: { readonly [suite: string]: Counts };
  /** Of the smoke suite: whether each check passed, by its name. */
  readonly smoke: { readonly [check: string]: boolean };
};

/** By the names of the runtimes. */
export type Found = { readonly [runtime: string]: FoundRuntime };

/** A runtime, and the package that has its binary. */
export type Runtime = {
  readonly name: string;
  /** The package and its exact version. */
  readonly packageName: string;
  readonly version: string;
  /** Where the binary is, in the folder that it is installed in. */
  readonly binary: string;
  /** What stands before the script. */
  readonly args: readonly string[];
  /** Whether Vitest runs the tests of the repository in it. */
  readonly hasSuites: boolean;
};

/** What a runtime cannot do. */
export type Limit = {
  readonly runtimes: string;
  readonly what: string;
  readonly instead: string;
  /** The file that shows it, and a text in it. */
  readonly shownBy: readonly [file: string, text: string];
};
