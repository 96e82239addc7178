import type { Page } from 'playwright-core';

/** A tab of any browser. */
export type Tab = {
  /** Runs a function in the page, which sees nothing of the test but its argument, and waits for its promise. */
  evaluate<TResult>(run: () => TResult): Promise<Awaited<TResult>>;
  evaluate<TArgument, TResult>(run: (argument: TArgument) => TResult, argument: TArgument): Promise<Awaited<TResult>>;
  goto(url: string): Promise<unknown>;
  reload(): Promise<unknown>;
  close(): Promise<unknown>;
};

/** A browser with tabs of one profile. */
export type TabBrowser = {
  newTab(): Promise<Tab & { readonly page?: Page | undefined }>;
  close(): Promise<void>;
};
