/** @import { Mutant } from './mutant.types.js' */

const sealed = ['test/server/sealed-job.test.ts'];
const requests = ['test/server/requests.test.ts'];
const relay = ['test/server/relay.test.ts'];

/** What a server half lets through, and whom it charges. @type {readonly Mutant[]} */
export const serverMutants = [
  {
    name: 'server: binds a sealed job to no user',
    family: 'a job is its user’s alone',
    file: 'src/server/relay/sealed-job.ts',
    find: 'toBytes(JSON.stringify([version, userId, backend]))',
    replace: 'toBytes(JSON.stringify([version, userId && backend]))',
    caughtBy: sealed,
  },
  {
    name: 'server: opens a sealed job after its time',
    family: 'a job is its user’s alone',
    file: 'src/server/relay/sealed-job.ts',
    find: "|| !(Number(said['expiresAt']) > now())",
    replace: '',
    caughtBy: sealed,
  },
  {
    name: 'server: gives the vendor the key as the page has sent it',
    family: 'a job is its user’s alone',
    file: 'src/server/relay/relay.ts',
    find: "toHash('relay', user.id, backend.name, key)",
    replace: "toHash('relay', backend.name, key)",
    caughtBy: relay,
  },
  {
    name: 'server: takes an origin that begins like ours',
    family: 'pages of other sites change nothing',
    file: 'src/server/request/origins.ts',
    find: 'return origin !== ownOrigin(request, rules) &&',
    replace: 'return !origin.startsWith(ownOrigin(request, rules)) &&',
    caughtBy: requests,
  },
  {
    name: 'server: believes the length that a request says',
    family: 'a body is no larger than it may be',
    file: 'src/server/request/body.ts',
    find: 'if (length > maxBytes) {',
    replace: 'if (length < 0) {',
    caughtBy: requests,
  },
  {
    name: 'server: passes the words of the vendor on',
    family: 'what the vendor says stays here',
    file: 'src/server/request/failures.ts',
    find: 'const words = isShown',
    replace: 'const words = isShown || message',
    caughtBy: relay,
  },
];
