/** @import { Mutant } from './mutant.types.js' */

const options = ['test/server/options.test.ts'];
const file = 'src/server/serverless.ts';
const family = 'no job is left behind where no process lives on';

/** What a serverless half refuses when it is made. @type {readonly Mutant[]} */
export const serverlessMutants = [
  {
    name: 'serverless: takes a job that no process holds',
    family,
    file,
    find: 'if (stream?.isJob) {',
    replace: "if (stream?.tells === 'outcome') {",
    caughtBy: options,
  },
  {
    name: 'serverless: takes a webhook that nobody is told of',
    family,
    file,
    find: 'if (webhook && hasWebhooks) return undefined;',
    replace: 'if (webhook) return undefined;',
    caughtBy: options,
  },
  {
    name: 'serverless: takes an address for a webhook that the adapter does not have',
    family,
    file,
    find: 'if (webhook && hasWebhooks) return undefined;',
    replace: 'if (hasWebhooks) return undefined;',
    caughtBy: options,
  },
  {
    name: 'serverless: takes a sweep that comes when the results have gone',
    family,
    file,
    find: 'sweepEveryMs >= resultsLiveMs',
    replace: 'sweepEveryMs > resultsLiveMs',
    caughtBy: options,
  },
  {
    name: 'serverless: starts an engine',
    family,
    file: 'src/server/generation-server.ts',
    find: 'if (isServerless) {',
    replace: 'if (isServerless && leaseMs < 0) {',
    caughtBy: options,
  },
  {
    name: 'serverless: is not checked',
    family,
    file: 'src/server/backends.ts',
    find: 'if (serverless) assertServerless(name, adapter, serverless);',
    replace: '',
    caughtBy: options,
  },
  {
    name: 'serverless: tells a relay nothing of what it cannot do',
    family,
    file: 'src/server/settings.ts',
    find: "  'serverless',\n  'sweepEveryMs',\n  'results',\n] as const;",
    replace: '] as const;',
    caughtBy: options,
  },
];
