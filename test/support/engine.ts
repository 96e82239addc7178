import { inject, it } from 'vitest';

/** The browsers that tests run in, by the names in docs/browsers.md. */
export type Engine = 'Chromium' | 'Firefox' | 'WebKit';

declare module 'vitest' {
  interface ProvidedContext {
    /** The browser of the tests that drive whole pages. */
    engine: Engine;
  }
}

/**
 * A test that needs what only Chromium's own protocol can do to a page. Its name is a row of docs/browsers.md, which says
 * what is tested in the other browsers.
 */
export const itInChromium = (name: string, run: () => Promise<void>): void => {
  if (inject('engine') === 'Chromium') it(name, run);
};
