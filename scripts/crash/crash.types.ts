import type { BrowserContext, Page } from 'playwright-core';

/** What the page stores its generations and gallery in. `drop-in` is `useImageGenerator` in a component; the others are clients. */
export type PageKind = 'localStore' | 'indexedStore' | 'drop-in';

/**
 * `close`: a user closes the tab, and its event handlers run. `crash`: its process ends, and no handler runs. `browser`: all
 * processes of the browser are killed at once, and the browser starts again with the same profile.
 */
export type Kill = 'close' | 'crash' | 'browser';

/** A step of the page, named in the probes; `write 7` is just before its 7th write to storage. */
export type Mark = string;

/** When to kill: this long after Generate, or after a mark. At the mark itself (0 ms) the page is paused. */
type CrashPoint = { readonly mark?: Mark | undefined; readonly afterMs: number };

/** How and when the first session of a page ends. The page generates one image. */
export type Crash = { readonly pageKind: PageKind; readonly kill: Kill; readonly point: CrashPoint };

/** What an origin's storage holds, read without the library. */
export type StoredData = {
  readonly generations: readonly { readonly hasJob: boolean }[];
  /** Their ids. */
  readonly items: readonly string[];
};

/** What a page shows, and the outcomes it received in this session. */
export type PageState = {
  /** No generation is running. */
  readonly isSettled: boolean;
  /** Their ids. */
  readonly items: readonly string[];
  /** `completed`, `cancelled`, or the code of a failure. */
  readonly outcomes: readonly string[];
  readonly storageError: string | undefined;
};

/** An origin of its own for one crash, and what its backend counts there. */
export type Site = {
  readonly crash: Crash;
  readonly url: string;
  posts(): number;
  charges(): number;
};

/** The first session, while it runs. Its last marks and outcomes may arrive after its end. */
export type Session = {
  readonly site: Site;
  readonly page: Page;
  /** The steps it is known to have reached, oldest first; it may have gone a little further. */
  readonly marks: Mark[];
  readonly outcomes: string[];
  /** Resolves at the crash point, or when the generation is over and never reached it. */
  readonly reached: Promise<unknown>;
};

/** What is known of a crash, and of the two sessions after it. */
export type CrashReport = {
  readonly crash: Crash;
  /** The steps that the first session is known to have reached. */
  readonly marks: readonly Mark[];
  /** The outcomes that the first session received. */
  readonly outcomes: readonly string[];
  /** The storage after the crash. */
  readonly storedAfterCrash: StoredData;
  /** The second session at its end, and the storage then. */
  readonly secondSession: PageState;
  readonly storedAtEnd: StoredData;
  /** The third session, in which nothing more may happen. */
  readonly thirdSession: PageState;
  /** Counted at the server, over all sessions. */
  readonly posts: number;
  readonly charges: number;
};

/** What the generation ended as. `lost`: submitted, and not in storage; allowed where the browser itself lost the storage. */
export type Result = 'item' | 'interrupted' | 'nothing' | 'lost' | 'wrong';

export type Verdict = { readonly result: Result; readonly problems: readonly string[] };

export type { BrowserContext, Page };
