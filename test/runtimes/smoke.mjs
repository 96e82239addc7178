import { fillsGallery } from './checks/client.mjs';
import { closesStreamWhenStopped, followsStream, keepsSilentStream, pollsAfterLostStream } from './checks/core.mjs';
import { importsEntryPoints, requiresCommonJs } from './checks/modules.mjs';
import * as half from './checks/server-half.mjs';
import { inTime } from './patience.mjs';
import { runtime } from './runtime.mjs';

/** What each runtime has to do with the packed library. @type {Readonly<Record<string, () => Promise<void>>>} */
const checks = {
  'Follows a stream over a socket to its end, which comes once': followsStream,
  'Keeps a stream on which nothing comes for 15 s': keepsSilentStream,
  'Polls after the stream is lost': pollsAfterLostStream,
  'Closes the stream when it is stopped, and the server hears it': closesStreamWhenStopped,
  'A client with `memoryStore`: two wishes of three clicks, and a gallery': fillsGallery,
  'Server half behind its own server, jobs in memory': half.keepsJobsInMemory,
  'Server half behind its own server, jobs in SQLite': half.keepsJobsInSqlite,
  'Server half behind `serve`, over `node:http`': half.servesByNodeHttp,
  'Copies of results in a folder, with `resultOrigins`': half.copiesListedResults,
  'Copies of results from any public address': half.pinsDownloads,
  '`import` of each entry point that needs no other package': importsEntryPoints,
  '`require()` has the same modules': requiresCommonJs,
};

const [, , only = ''] = process.argv;

// Each line is a result, which scripts/runtimes reads.
for (const [name, check] of Object.entries(checks)) {
  if (!name.includes(only)) continue;
  /** @type {string | undefined} */
  let error;
  try {
    await inTime(check());
  } catch (thrown) {
    error = thrown instanceof Error ? `${thrown.stack}` : String(thrown);
  }
  console.log(JSON.stringify({ runtime: runtime.name, version: runtime.version, name, error }));
}
// A check that has failed may have left a server.
process.exit(0);
