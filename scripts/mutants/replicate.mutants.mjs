/** @import { Mutant } from './mutant.types.js' */

const adapter = 'src/adapters/replicate/replicate.ts';
const prediction = 'src/adapters/replicate/prediction.ts';
const signed = 'src/adapters/http/standard-webhook.ts';
const ours = ['test/adapters/replicate/replicate.test.ts'];
const deliveries = ['test/adapters/replicate/webhook.test.ts'];
const table = ['test/adapters/vendors/table.test.ts'];

/** What Replicate says, and what it does not mean by it. @type {readonly Mutant[]} */
export const replicateMutants = [
  {
    name: 'replicate: takes the output of a job that runs for its result',
    family: 'an outcome is told by a status alone',
    file: prediction,
    find: "return toPending(state === 'pending' ? undefined : state, said, reading);",
    replace:
      "return said['output'] ? toSuccess(said) : toPending(state === 'pending' ? undefined : state, said, reading);",
    caughtBy: ours,
  },
  {
    name: 'replicate: reads a job for ever that its deadline has stopped',
    family: 'each end of the vendor is an end',
    file: prediction,
    find: "  aborted: 'aborted',",
    replace: "  abort: 'aborted',",
    caughtBy: ours,
  },
  {
    name: 'replicate: says of any model that a stop before the start is free',
    family: 'what is paid is not told as free',
    file: prediction,
    find: "charged: reading.isPublic ? 'no' : undefined",
    replace: "charged: 'no'",
    caughtBy: ours,
  },
  {
    name: 'replicate: loses deliveries while the secret cannot be had again',
    family: 'a delivery is not lost',
    file: 'src/adapters/http/webhook-keys.ts',
    find: 'if (known) return known.keys;\n      throw error;',
    replace: 'throw error;',
    caughtBy: deliveries,
  },
  {
    name: 'replicate: ends the following of a paid job by the page of a proxy',
    family: 'a failed read is no failed job',
    file: 'src/adapters/http/error-response.ts',
    find: "if (isPage && toCode(status) === 'bad-input')",
    replace: "if (isPage && toCode(status) === 'expired')",
    caughtBy: ours,
  },
  {
    name: 'replicate: gives a removed result as one that is empty',
    family: 'a result that is gone is told as gone',
    file: prediction,
    find: 'isGone === true || (isGone !== false && (output ?? null) === null)',
    replace: 'isGone === undefined && output === undefined',
    caughtBy: table,
  },
  {
    name: 'replicate: says that a job is free which ran until it was stopped',
    family: 'what is paid is not told as free',
    file: prediction,
    find: "charged: typeof said['started_at'] === 'string' ? 'yes' : undefined",
    replace: "charged: typeof said['started_at'] === 'string' ? 'no' : undefined",
    caughtBy: ours,
  },
  {
    name: 'replicate: says that a refused input can be paid again',
    family: 'a button that cannot help',
    file: prediction,
    find: 'retryable: failure.retryable && !isRefused',
    replace: 'retryable: failure.retryable || isRefused',
    caughtBy: ours,
  },
  {
    name: 'replicate: takes another prediction for its own',
    family: 'W8',
    file: prediction,
    find: "(said['id'] === undefined || String(said['id']) === id)",
    replace: "said['id'] !== null && id !== ''",
    caughtBy: ours,
  },
  {
    name: 'replicate: takes a cancel that was only accepted for the end',
    family: 'a cancel that is accepted is no end',
    file: adapter,
    find: "return update && update.kind !== 'pending' ? update : { kind: 'changed' };",
    replace: "return update && update.kind !== 'pending' ? update : { kind: 'cancelled' };",
    caughtBy: ours,
  },
  {
    name: 'replicate: lets an id lead to another path',
    family: 'law 6; ids are encoded in paths',
    file: adapter,
    find: 'encodeURIComponent(id)',
    replace: 'id',
    caughtBy: ours,
  },
  {
    name: 'replicate: holds each submit, so that nobody knows its job for a minute',
    family: 'a paid job is known as soon as it can be',
    file: adapter,
    find: 'waitSeconds !== undefined && { prefer:',
    replace: '{ prefer:',
    caughtBy: ours,
  },
  {
    name: 'replicate: reads at once what the answer to the submit has told',
    family: 'requests that nobody needs',
    file: adapter,
    find: 'return { job, update: told(job, answer, firstReadMs) };',
    replace: 'return { job, update: told(job, answer) };',
    caughtBy: ours,
  },
  {
    name: 'replicate: verifies only that a delivery has a signature',
    family: 'law 8; a webhook is verified',
    file: 'src/adapters/replicate/webhook.ts',
    find: 'return (await isVerified(delivery.isSignedBy)) ? { id } : undefined;',
    replace: 'return (await isVerified(delivery.isSignedBy)) || id ? { id } : undefined;',
    caughtBy: deliveries,
  },
  {
    name: 'Standard Webhooks: believes an old delivery',
    family: 'law 8; a webhook is verified',
    file: signed,
    find: ' || !isTimely(time)',
    replace: '',
    caughtBy: deliveries,
  },
  {
    name: 'Standard Webhooks: reads the first signature alone',
    family: 'a secret may change',
    file: signed,
    find: 'const maxSignatures = 10;',
    replace: 'const maxSignatures = 1;',
    caughtBy: deliveries,
  },
  {
    name: 'webhooks: a forged delivery causes a request each time',
    family: 'what anybody may send costs nothing',
    file: 'src/adapters/http/webhook-keys.ts',
    find: 'const keysRestMs = 60_000;',
    replace: 'const keysRestMs = 0;',
    caughtBy: deliveries,
  },
  {
    name: 'a double: a delivery says of a late job what is no longer so',
    family: 'a webhook is a hint; a read decides',
    file: 'src/testing/vendors/timeline.ts',
    find: "const isGone = ends === 'succeeded' && passed - endsAt >= resultLivesMs;",
    replace: "const isGone = ends === 'succeeded' && resultLivesMs === 0;",
    caughtBy: ['test/adapters/vendors/webhooks.test.ts'],
  },
];
