/** @import { Mutant } from './mutant.types.js' */

const connection = 'src/adapters/sharing/shared-connection.ts';
const shared = 'src/adapters/sharing/shared-events.ts';
const queue = 'src/adapters/sharing/coalescing-queue.ts';
const reads = 'src/adapters/sharing/shared-reads.ts';
const eventsTest = ['test/adapters/sharing/shared-events.test.ts'];
const readsTest = ['test/adapters/sharing/shared-reads.test.ts'];

/** Connections and reads that generations share, and data from outside. @type {readonly Mutant[]} */
export const networkMutants = [
  {
    name: "delivers one job's message to every follower of its connection",
    family: 'networks; W3, W8',
    file: connection,
    find: 'return new Set(ids.flatMap(id => [...(followersById.get(id) ?? [])]));',
    replace: 'return followers;',
    caughtBy: eventsTest,
  },
  {
    name: 'does not report an open connection to a follower that joins',
    family: 'networks; L2',
    file: connection,
    find: 'if (isOpen) call.onOpen();',
    replace: '',
    caughtBy: eventsTest,
    hangs: true,
  },
  {
    name: 'forgets the last event id of a connection that is lost',
    family: 'networks; L2',
    file: connection,
    find: 'reportId(follower);\n        follower.queue.close(end);',
    replace: 'follower.queue.close(end);',
    caughtBy: eventsTest,
  },
  {
    name: 'takes an error of the connection for its end',
    family: 'networks; L23',
    file: connection,
    find: 'return { error };',
    replace: 'return undefined;',
    caughtBy: eventsTest,
  },
  {
    name: 'closes a connection when its first follower leaves',
    family: 'networks; L1',
    file: shared,
    find: 'if (!connection.isEmpty) return;',
    replace: '',
    caughtBy: eventsTest,
    hangs: true,
  },
  {
    name: 'opens as many connections as there are channels',
    family: 'networks; K11',
    file: shared,
    find: 'if (running.size < maxConnections) void run(connection);',
    replace: 'void run(connection);',
    caughtBy: eventsTest,
  },
  {
    name: 'lets a job without a connection wait and does not send it to read',
    family: 'networks; K11, L1',
    file: shared,
    find: 'if (hasToWait && !jobsDeferredOnce.has(job)) {',
    replace: 'if (hasToWait && jobsDeferredOnce.has(job)) {',
    caughtBy: eventsTest,
    hangs: true,
  },
  {
    name: 'lets a later outcome replace a success that waits',
    family: 'networks; L1',
    file: queue,
    find: "else if (update.kind !== 'ignored' && outcome?.kind !== 'succeeded') outcome = update;",
    replace: "else if (update.kind !== 'ignored') outcome = update;",
    caughtBy: eventsTest,
  },
  {
    name: 'makes a request for each read',
    family: 'networks; K11',
    file: reads,
    find: 'openBatch ??= createBatch();\n        const batch = openBatch;',
    replace: 'const batch = createBatch();\n        openBatch = batch;',
    caughtBy: readsTest,
  },
  {
    name: 'fails each read of a window for the error of one',
    family: 'networks; L15',
    file: reads,
    find: 'if (answer instanceof Error) reject(answer);',
    replace: 'if (answer instanceof Error) throw answer;',
    caughtBy: readsTest,
  },
  {
    name: 'aborts a shared request when its first read is aborted',
    family: 'networks; L4',
    file: reads,
    find: 'if (pendingReads.size > 0) return;',
    replace: '',
    caughtBy: readsTest,
    hangs: true,
  },
  {
    name: 'takes the 404 of a whole request for that of each job',
    family: 'networks; L15',
    file: reads,
    find: 'reject(toErrorOfEachJob(error));',
    replace: 'reject(error);',
    caughtBy: readsTest,
  },
  {
    name: 'quotes what was sent in headers',
    family: 'networks; law 6',
    file: 'src/adapters/http/credentials.ts',
    find: 'const secretParts = /[^\\s,;="]{6,}/g;',
    replace: 'const secretParts = /[^\\s,;="]{600,}/g;',
    caughtBy: ['test/adapters/file-backend/security.test.ts'],
  },
  {
    name: 'lets an id lead a channel out of its path',
    family: 'networks; law 6',
    file: 'src/adapters/file-backend/address.ts',
    find: 'toSegment(id, context)}`;',
    replace: 'id}`;',
    caughtBy: ['test/adapters/file-backend/security.test.ts'],
  },
];
