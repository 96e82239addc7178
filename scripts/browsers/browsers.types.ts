import type { Engine } from '../../test/support/engine.js';

/** How the tests of a file ended. */
export type Counts = { readonly passed: number; readonly failed: number };

/** What a run of a browser's tests has found, by the paths of the files. */
export type Found = { readonly [engine in Engine]: { readonly [file: string]: Counts } };

/** What a browser cannot do, or cannot be made to do in a test. */
export type Limit = {
  readonly engines: readonly Engine[];
  /** What it cannot do. */
  readonly what: string;
  /** What happens there instead, or what is tested instead. */
  readonly instead: string;
  /** The file that shows it, and a text in it: usually the name of a test. */
  readonly shownBy: readonly [file: string, text: string];
};
