import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { alias, node } from '../../vitest.node.config.js';

const here = fileURLToPath(new URL('../../node_modules/.cache/react-18/node_modules/', import.meta.url));

/** The tests of the hooks with React 18, which scripts/runtimes/react-18.mjs installs. */
export default defineConfig({
  ...node,
  root: fileURLToPath(new URL('../..', import.meta.url)),
  resolve: {
    alias: [
      ...alias,
      // Its own react-dom and @xstate/react require its own react, so all of them have one.
      { find: /^(react|react-dom|@xstate\/react)(?=$|\/)/, replacement: `${here}$1` },
    ],
  },
});
