/** @import { Mutant } from './mutant.types.js' */

const kit = 'src/testing/conformance';
const wrongAdapters = ['test/testing/conformance/wrong-adapters.test.ts'];
const ours = ['test/adapters/file-backend/conformance.test.ts'];

/** The kit that holds adapters to the port, and what it finds in ours. @type {readonly Mutant[]} */
export const conformanceMutants = [
  {
    name: 'reports no requirement that is violated',
    family: 'conformance kit',
    file: `${kit}/bench.ts`,
    find: "if (!isMet) throw Object.assign(new Error(message), { name: 'AssertionError' });",
    replace: '',
    caughtBy: wrongAdapters,
  },
  {
    name: 'counts a situation that is not given as passed',
    family: 'conformance kit',
    file: `${kit}/test-adapter.ts`,
    find: 'else it.skip(',
    replace: 'else it(',
    caughtBy: ['test/testing/conformance/test-adapter.test.ts'],
  },
  {
    name: 'counts no request that is sent after the first one',
    family: 'conformance kit',
    file: `${kit}/loopback-server.ts`,
    find: 'list.push(seen);',
    replace: 'if (list.length === 0) list.push(seen);',
    caughtBy: wrongAdapters,
  },
  {
    name: 'takes a stream that is ended by its backend for one that was aborted',
    family: 'conformance kit',
    file: `${kit}/loopback-server.ts`,
    find: 'if (!isOpen) outgoing.end();',
    replace: 'outgoing.end();',
    caughtBy: wrongAdapters,
  },
  {
    name: 'sends a body at once that has to arrive in parts',
    family: 'conformance kit',
    file: `${kit}/loopback-server.ts`,
    find: 'halfway ? halvesOf(given.body, halfway) : partsOf(given.body)',
    replace: 'partsOf(given.body)',
    caughtBy: wrongAdapters,
  },
  {
    name: 'takes a failed cancel by key for a submit that never was',
    family: 'law 8; a lookup is believed',
    file: 'src/adapters/file-backend/file-backend.ts',
    find: 'return answer.response.status === 204 ? undefined : toSubmission(answer);',
    replace: 'return answer.response.ok && answer.response.status !== 204 ? toSubmission(answer) : undefined;',
    caughtBy: ours,
  },
  {
    name: 'does not send the idempotency key',
    family: 'law 2',
    file: 'src/adapters/file-backend/requests.ts',
    find: 'if (key && keyHeader) headers.set(keyHeader, toHeaderKey(key));',
    replace: '',
    caughtBy: ours,
  },
];
