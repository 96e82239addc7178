/** @typedef {import('../../examples/studio/server/index.js').Backend} Backend */

/** A submit and a rendering that take long enough to die in. */
export const crashFaults = { submitDelayMs: 300, renderMs: 1_000 };

/**
 * A place for one death, at a backend that serves one death at a time. Chromium knows every name under `localhost`, and
 * each is an origin of its own.
 * @param {Backend} backend @param {import('./crash.types.ts').Death} death @param {string} name
 * @returns {import('./crash.types.ts').Site}
 */
export function siteAt(backend, death, name) {
  const submits = () => backend.requests.filter(({ kind }) => kind === 'submit').length;
  const before = { posts: submits(), charges: backend.charges() };
  return {
    death,
    url: `http://${name}.localhost:${new URL(backend.url).port}`,
    posts: () => submits() - before.posts,
    charges: () => backend.charges() - before.charges,
  };
}
