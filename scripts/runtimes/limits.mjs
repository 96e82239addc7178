/**
 * What a runtime cannot do, and what happens instead.
 * @type {readonly import('./runtimes.types.ts').Limit[]}
 */
export const limits = [
  {
    runtimes: 'Bun, Deno',
    what: 'They do not say which address a connection is made to, so a copy of a result from any host of the web could be one from your own network',
    instead:
      '`pinnedDownload()` throws, and `createGenerationServer` asks for `resultOrigins`: [list the hosts of results](guide/files.md#keep-the-results). From these they are copied',
    shownBy: ['test/runtimes/checks/server-half.mjs', 'needs Node.*resultOrigins'],
  },
  {
    runtimes: 'Bun',
    what: 'Bun’s server closes a connection on which nothing was sent for 10 s, and a stream of the server half may be silent for 15 s',
    instead:
      'With `idleTimeout: 30`, as in [the guide](guide/server.md#bun), streams stay open. Without it, a page loses its stream, polls, and opens it again',
    shownBy: ['test/runtimes/runtime.mjs', 'idleTimeout: 30'],
  },
  {
    runtimes: 'Deno',
    what: '`request.signal` aborts also when an answer has been sent whole, and Deno prints a sentence about it',
    instead: 'Nothing is lost: the server half ignores it then. `--unstable-no-legacy-abort` turns both off',
    shownBy: ['test/runtimes/runtime.mjs', 'deno.serve'],
  },
  {
    runtimes: 'Node 20',
    what: '`eventsource-parser` declares Node 22.12',
    instead: 'It runs. npm and pnpm warn, and Yarn 1 refuses to install: pass it `--ignore-engines`',
    shownBy: ['docs/guide/start.md', '--ignore-engines'],
  },
  {
    runtimes: 'Node, under Yarn’s Plug’n’Play',
    what: '`require()` of an ES module finds no file in an archive of Yarn 4, which has no `node_modules` by default',
    instead:
      '`import` works, for each entry point. With `nodeLinker: node-modules`, and with npm, pnpm and Yarn 1, `require()` works, too. `npm run test:apps` installs and loads the package with all of them',
    shownBy: ['scripts/apps/manager-apps.mjs', 'cannotRequire: '],
  },
  {
    runtimes: 'Node 26, Bun, Deno',
    what: 'The tests of the repository do not run there, and neither PostgreSQL, pg-boss, BullMQ nor S3 is tried',
    instead: 'The smoke suite runs, with SQLite and the memory',
    shownBy: ['test/runtimes/checks/server-half.mjs', 'sqliteJobs'],
  },
];
