/** @import { Mutant } from './mutant.types.js' */

const sealed = ['test/server/sealed-job.test.ts'];
const requests = ['test/server/requests.test.ts'];
const relay = ['test/server/relay.test.ts'];
const durable = ['test/server/durable.test.ts'];
const stores = ['test/server/store/conformance.test.ts'];

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
  {
    name: 'server: answers a known key with the job of another wish',
    family: 'a key is one wish',
    file: 'src/server/durable/submit.ts',
    find: 'if (known.wishHash !== null && known.wishHash !== wishHash) {',
    replace: 'if (known.wishHash === wishHash && known.id === id) {',
    caughtBy: durable,
  },
  {
    name: 'server: submits again what may have been charged',
    family: 'never paid twice',
    file: 'src/server/durable/submit.ts',
    find: "outcome?.kind === 'failed' && outcome.failure.charged === 'no';",
    replace: "outcome?.kind === 'failed';",
    caughtBy: durable,
  },
  {
    name: 'server: submits a key that was forbidden',
    family: 'never paid twice',
    file: 'src/server/durable/submit.ts',
    find: 'return !token.job && !isForbidden &&',
    replace: 'return !token.job && isForbidden !== undefined &&',
    caughtBy: durable,
  },
  {
    name: 'server: tells the job of another user',
    family: 'a job is its user’s alone',
    file: 'src/server/durable/jobs.ts',
    find: 'if (row?.userId !== user.id || row.backend !== backend.name) throw unknownJob(id);',
    replace: 'if (!row || row.userId.length !== user.id.length) throw unknownJob(id);',
    caughtBy: durable,
  },
  {
    name: 'server: makes a step whose time has not come',
    family: 'steps are safe at any time',
    file: 'src/server/steps/advance.ts',
    find: "if (!isDue && !isMail && reason !== 'check') return undefined;",
    replace: "if (!isDue && !isMail && reason === 'again') return undefined;",
    caughtBy: durable,
  },
  {
    name: 'server: forgets a cancel that came during the submit',
    family: 'a cancel is carried out',
    file: 'src/server/durable/submit.ts',
    find: "stance = chart.send(stance, { type: 'CANCEL' }, now());",
    replace: 'stance = { ...stance };',
    caughtBy: durable,
  },
  {
    name: 'server: keeps a lease that nobody renews for ever',
    family: 'a dead process leaves its jobs',
    file: 'src/server/store/memory-jobs.ts',
    find: 'owner === null || Number(leaseUntil) <= at;',
    replace: 'owner === null && Number(leaseUntil) <= at;',
    caughtBy: [...stores, ...durable],
  },
  {
    name: 'sqlite: writes over what another process has written',
    family: 'a write knows what it changes',
    file: 'src/server/sqlite/sqlite-jobs.ts',
    find: 'where id = ? and version = ? and (? is null or owner = ?)`',
    replace: 'where id = ? and version >= ? and (? is null or owner = ?)`',
    caughtBy: stores,
  },
  {
    name: 'sqlite: gives a due job to two processes',
    family: 'a lease has one owner',
    file: 'src/server/sqlite/sqlite-jobs.ts',
    find: 'where due_at <= ? and (owner is null or lease_until <= ?) order',
    replace: 'where due_at <= ? and (owner is null or lease_until <> ?) order',
    caughtBy: stores,
  },
];
