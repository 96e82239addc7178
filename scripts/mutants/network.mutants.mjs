/** @import { Mutant } from './mutant.types.js' */

const connection = 'src/adapters/sharing/shared-connection.ts';
const shared = 'src/adapters/sharing/shared-events.ts';
const mailbox = 'src/adapters/sharing/coalescing-queue.ts';
const reads = 'src/adapters/sharing/shared-reads.ts';
const eventsTest = ['test/adapters/sharing/shared-events.test.ts'];
const readsTest = ['test/adapters/sharing/shared-reads.test.ts'];

/** Connections and reads that generations share, and what may come from outside. @type {readonly Mutant[]} */
export const networkMutants = [
  {
    name: 'gives what is about one job to each on its connection',
    family: 'networks; W3, W8',
    file: connection,
    find: 'return ids ? new Set(ids.flatMap(id => [...(byId.get(id) ?? [])])) : followers;',
    replace: 'return followers;',
    caughtBy: eventsTest,
  },
  {
    name: 'does not tell who joins that the connection is open',
    family: 'networks; L2',
    file: connection,
    find: 'if (isOpen) call.onOpen();',
    replace: '',
    caughtBy: eventsTest,
  },
  {
    name: 'forgets the last event id of a connection that is lost',
    family: 'networks; L2',
    file: connection,
    find: 'tellId(one);\n        one.mailbox.close(ending);',
    replace: 'one.mailbox.close(ending);',
    caughtBy: eventsTest,
  },
  {
    name: 'takes a refusal of the connection for its end',
    family: 'networks; L23',
    file: connection,
    find: 'return { error };',
    replace: 'return undefined;',
    caughtBy: eventsTest,
  },
  {
    name: 'ends the connection of all with the first who leaves',
    family: 'networks; L1',
    file: shared,
    find: 'if (!connection.isEmpty) return;',
    replace: '',
    caughtBy: eventsTest,
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
    find: '&& !sentToRead.has(job)) {',
    replace: '&& sentToRead.has(job)) {',
    caughtBy: eventsTest,
  },
  {
    name: 'lets a later outcome replace a success that waits',
    family: 'networks; L1',
    file: mailbox,
    find: "else if (update.kind !== 'ignored' && outcome?.kind !== 'succeeded') outcome = update;",
    replace: "else if (update.kind !== 'ignored') outcome = update;",
    caughtBy: eventsTest,
  },
  {
    name: 'makes a request for each read',
    family: 'networks; K11',
    file: reads,
    find: 'open ??= openBatch();\n        const batch = open;',
    replace: 'const batch = openBatch();\n        open = batch;',
    caughtBy: readsTest,
  },
  {
    name: 'fails each read of a window for the error of one',
    family: 'networks; L15',
    file: reads,
    find: 'if (said instanceof Error) refuse(said);',
    replace: 'if (said instanceof Error) throw said;',
    caughtBy: readsTest,
  },
  {
    name: 'aborts the request of all with the first who leaves',
    family: 'networks; L4',
    file: reads,
    find: 'if (readings.size > 0) return;',
    replace: '',
    caughtBy: readsTest,
  },
  {
    name: 'takes the 404 of a route for that of each job',
    family: 'networks; L15',
    file: reads,
    find: 'refuse(toErrorOfEach(error));',
    replace: 'refuse(error);',
    caughtBy: readsTest,
  },
  {
    name: 'quotes what was sent in headers',
    family: 'networks; law 6',
    file: 'src/adapters/http/credentials.ts',
    find: '.match(/[^\\s,;="]{6,}/g)',
    replace: '.match(/[^\\s,;="]{600,}/g)',
    caughtBy: ['test/adapters/file-backend/security.test.ts'],
  },
  {
    name: 'lets an id lead a channel out of its path',
    family: 'networks; law 6',
    file: 'src/adapters/file-backend/address.ts',
    find: 'toSegment(id, errand)}`;',
    replace: 'id}`;',
    caughtBy: ['test/adapters/file-backend/security.test.ts'],
  },
];
