import type { BrowserContext, Page } from 'playwright-core';

/** How a page keeps what it has. `drop-in` is `useImageGenerator` in a component; the others are clients. */
export type Keeping = 'localStore' | 'indexedStore' | 'drop-in';

/**
 * `close`: as a user closes a tab, whose handlers are heard. `crash`: its process dies, nothing is heard. `browser`: all
 * processes of the browser are killed at once, and it is started again over its profile.
 */
export type Kill = 'close' | 'crash' | 'browser';

/** Something that a page does, named in the probes; `write 7` is just before its 7th single write. */
export type Mark = string;

/** When to kill: so long after Generate, or after a mark. At the mark itself (0 ms) the page stands still. */
export type Instant = { readonly mark?: Mark | undefined; readonly afterMs: number };

/** How and when the first life ends of a page that generates one picture. */
export type Death = { readonly keeping: Keeping; readonly kill: Kill; readonly instant: Instant };

/** What stands in an origin's storage, read past the library. */
export type Kept = {
  readonly records: readonly { readonly hasJob: boolean }[];
  /** Their ids. */
  readonly items: readonly string[];
};

/** What a page shows, and what it was told since it was opened. */
export type Shown = {
  /** Nothing runs in it, as far as it shows. */
  readonly isSettled: boolean;
  /** Their ids. */
  readonly items: readonly string[];
  /** What ended: `completed`, `cancelled`, or the code of a failure. */
  readonly told: readonly string[];
  /** That it says that it cannot store. */
  readonly storageError: string | undefined;
};

/** Where a death takes place: an origin that nobody has been to, and what counts there since it began. */
export type Site = {
  readonly death: Death;
  readonly url: string;
  posts(): number;
  charges(): number;
};

/** A first life under way. What it does is still heard of a little later. */
export type Life = {
  readonly site: Site;
  readonly page: Page;
  /** What it is known to have done, oldest first; it may have done a little more. */
  readonly marks: Mark[];
  readonly told: string[];
  /** Resolves at the instant, or when the generation is over and the instant has not come. */
  readonly reached: Promise<unknown>;
};

/** All that is known of a death, and of the lives after it. */
export type Autopsy = {
  readonly death: Death;
  /** What the page is known to have done before it died. */
  readonly marks: readonly Mark[];
  /** What the first life was told. */
  readonly told: readonly string[];
  /** What was there after the death. */
  readonly left: Kept;
  /** The second life at its end, and what it left behind. */
  readonly shown: Shown;
  readonly kept: Kept;
  /** The third life, in which nothing may happen any more. */
  readonly later: Shown;
  /** Counted at the server, over all lives. */
  readonly posts: number;
  readonly charges: number;
};

/** What came of a generation. `lost`: submitted, and nothing knows it; allowed where the browser lost the storage itself. */
export type End = 'item' | 'interrupted' | 'nothing' | 'lost' | 'wrong';

export type Verdict = { readonly end: End; readonly complaints: readonly string[] };

export type { BrowserContext, Page };
