import { createGenerationServer } from 'generation-lifecycle/server';
import { directoryResults } from 'generation-lifecycle/server/results';
import { sqliteJobs } from 'generation-lifecycle/server/sqlite';
import { hosts, origin, userOf } from './access';
import { image } from './image';

export const store = sqliteJobs({ url: 'file:generations.db' });

export const server = createGenerationServer({
  store,
  // Pictures outlive the vendor's answer.
  results: directoryResults('results'),
  authorize: userOf,
  backends: { image },
  origin,
  hosts,
  wishesPerMinute: 10,
  maxRunningPerUser: 4,
});
