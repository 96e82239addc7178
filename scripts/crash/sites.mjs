/** @typedef {import('../../examples/studio/server/index.js').Backend} Backend */

/** A submit and a rendering that are slow enough to be interrupted. */
export const crashFaults = { submitDelayMs: 300, renderMs: 1_000 };

/**
 * A site for one crash, at a backend that serves one crash at a time. Chromium resolves every name under `localhost`, and
 * each name is an origin of its own.
 * @param {Backend} backend @param {import('./crash.types.ts').Crash} crash @param {string} name
 * @returns {import('./crash.types.ts').Site}
 */
export function siteAt(backend, crash, name) {
  const submits = () => backend.requests.filter(({ kind }) => kind === 'submit').length;
  const before = { posts: submits(), charges: backend.charges() };
  return {
    crash,
    url: `http://${name}.localhost:${new URL(backend.url).port}`,
    posts: () => submits() - before.posts,
    charges: () => backend.charges() - before.charges,
  };
}
