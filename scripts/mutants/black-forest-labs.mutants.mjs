/** @import { Mutant } from './mutant.types.js' */

const adapter = 'src/adapters/black-forest-labs/black-forest-labs.ts';
const job = 'src/adapters/black-forest-labs/job.ts';
const result = 'src/adapters/black-forest-labs/result.ts';
const webhook = 'src/adapters/black-forest-labs/webhook.ts';
const ours = ['test/adapters/black-forest-labs/black-forest-labs.test.ts'];

/** What Black Forest Labs says, and what it does not mean by it. @type {readonly Mutant[]} */
export const blackForestLabsMutants = [
  {
    name: 'black forest labs: reads where any answer says',
    family: 'law 6; a URL from outside is data',
    file: job,
    find: 'const url = toTrustedUrl(given, origins)',
    replace: 'const url = (given as string | undefined)',
    caughtBy: ours,
  },
  {
    name: 'black forest labs: reads all jobs at the base, where another region is not known',
    family: 'what is paid is not lost',
    file: job,
    find: 'const url = toTrustedUrl(given, origins)',
    replace: 'const url = toTrustedUrl(undefined, origins)',
    caughtBy: ours,
  },
  {
    name: 'black forest labs: does not know content that was refused after the work',
    family: 'a refusal of content is told as one',
    file: result,
    find: "  'Content Moderated': 'moderated',",
    replace: '',
    caughtBy: ours,
  },
  {
    name: 'black forest labs: takes a status of HTTP 200 for a job that goes on',
    family: 'each end of the vendor is an end',
    file: result,
    find: "  Error: 'failed',",
    replace: '',
    caughtBy: ours,
  },
  {
    name: 'black forest labs: loses a job that cannot be found right after its submit',
    family: 'what is paid is not lost',
    file: adapter,
    find: "{ kind: 'pending', readAfterMs: 1_000 } as const",
    replace: "{ kind: 'pending' } as const",
    caughtBy: ours,
  },
  {
    name: 'black forest labs: ends a job that another region does not know',
    family: 'a failed read is no failed job',
    file: result,
    find: "if (state === 'missing') throw answer.toError({ code: 'not-found', said: statusOf(members) });",
    replace: "if (state === 'missing') return jobFailed(job, undefined, { code: 'expired' });",
    caughtBy: ours,
  },
  {
    name: 'black forest labs: says of a video that it is gone after 10 minutes',
    family: 'a result that is gone is told as gone',
    file: result,
    find: 'if (signed !== undefined) return signed;',
    replace: 'if (signed === 0) return signed;',
    caughtBy: ours,
  },
  {
    name: 'black forest labs: sends the key as the secret of deliveries',
    family: 'law 6; a secret reaches no other place',
    file: webhook,
    find: "return toHex(new Uint8Array(await crypto.subtle.sign('HMAC', await toKey(key, 'sign'), label)));",
    replace: 'return key;',
    caughtBy: ours,
  },
  {
    name: 'black forest labs: verifies only that a delivery has a signature',
    family: 'law 8; a webhook is verified',
    file: webhook,
    find: "isSigned('HMAC', keys, [signature], bytes))) ? toJob(id) : undefined;",
    replace: "isSigned('HMAC', keys, [signature], bytes))) || id ? toJob(id) : undefined;",
    caughtBy: ours,
  },
  {
    name: 'black forest labs: takes a read that is refused for news of the job',
    family: 'a failed read is no failed job',
    file: adapter,
    find: '!isRedirect(answer.status) && !isModerated(answer)) throw',
    replace: '!isRedirect(answer.status) && isModerated(answer)) throw',
    caughtBy: ours,
  },
  {
    name: 'black forest labs: asks for deliveries that nobody can verify',
    family: 'law 8; a webhook is verified',
    file: adapter,
    find: 'const body = secret && isObject(input)',
    replace: 'const body = own && isObject(input)',
    caughtBy: ours,
  },
];
