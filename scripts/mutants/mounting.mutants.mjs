/** @import { Mutant } from './mutant.types.js' */

const listener = ['test/server/to-listener.test.ts'];
const compression = ['test/server/compression.test.ts'];

/** What happens between the server half and a socket. @type {readonly Mutant[]} */
export const mountingMutants = [
  {
    name: 'mounting: reads of a body before anybody asks',
    family: 'a body is no larger than it may be',
    file: 'src/server/node/to-listener.ts',
    find: '{ highWaterMark: 0 }',
    replace: '{ highWaterMark: 1 }',
    caughtBy: listener,
  },
  {
    name: 'mounting: drops the connection with the rest of a body',
    family: 'each request is answered',
    file: 'src/server/node/to-listener.ts',
    find: '{ destroyOnReturn: false }',
    replace: '{ destroyOnReturn: true as false }',
    caughtBy: listener,
  },
  {
    name: 'mounting: writes to a client that has gone',
    family: 'no socket ends the process',
    file: 'src/server/node/to-listener.ts',
    find: 'if (outgoing.destroyed) return leave();',
    replace: '',
    caughtBy: listener,
  },
  {
    name: 'mounting: leaves a stream open whose client has gone',
    family: 'one user cannot hold all connections',
    file: 'src/server/node/to-listener.ts',
    find: "signal.addEventListener('abort', leave);",
    replace: '',
    caughtBy: listener,
    hangs: true,
  },
  {
    name: 'mounting: ends an answer in order whose stream has failed',
    family: 'half an answer is none',
    file: 'src/server/node/to-listener.ts',
    find: 'if (outgoing.headersSent) outgoing.destroy();',
    replace: 'if (outgoing.headersSent) outgoing.end();',
    caughtBy: listener,
  },
  {
    name: 'mounting: lets compression hold events back',
    family: 'events come as they happen',
    file: 'src/server/request/event-stream.ts',
    find: ', no-transform`',
    replace: '`',
    caughtBy: compression,
  },
];
