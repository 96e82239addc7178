/** @import { Mutant } from './mutant.types.js' */

const adapter = 'src/adapters/fal/fal.ts';
const outcome = 'src/adapters/fal/outcome.ts';
const webhook = 'src/adapters/fal/webhook.ts';
const ours = ['test/adapters/fal/fal.test.ts'];
const doubles = ['test/testing/vendor-doubles.test.ts'];
const table = ['test/adapters/vendors/table.test.ts'];

/** What vendors say, and what they do not mean by it. @type {readonly Mutant[]} */
export const vendorMutants = [
  {
    name: 'fal: takes COMPLETED for success',
    family: 'a failure is told as one',
    file: adapter,
    find: 'return toStatusOutcome(job, said, jobFailed) ?? readResult(job, said, call);',
    replace: 'return readResult(job, said, call);',
    caughtBy: ours,
  },
  {
    name: 'fal: ends a paid job by the error page of a proxy',
    family: 'a failed read is no failed job',
    file: adapter,
    find: 'if (answer.status < 400 || !isModelsAnswer(answer))',
    replace: 'if (answer.status < 400)',
    caughtBy: ours,
  },
  {
    name: 'fal: takes a page of HTML for the refusal of the model',
    family: 'a failed read is no failed job',
    file: outcome,
    find: "(status < 500 && (isObject(body) || headers.has('x-fal-request-id')));",
    replace: 'status < 500;',
    caughtBy: ours,
  },
  {
    name: 'fal: takes any words about a cancel for the cancel of the job',
    family: 'a failure is told as one',
    file: outcome,
    find: 'if (type ? /cancel/i.test(type) : isCancelled(error))',
    replace: 'if (/cancel/i.test(type || String(error)))',
    caughtBy: ours,
  },
  {
    name: 'fal: shows the key that a model prints',
    family: 'law 6; no key in what is shown and stored',
    file: 'src/adapters/http/json-exchange.ts',
    find: 'toShownText: (text, maxBytes) => toShownText(text, [...secrets], maxBytes),',
    replace: 'toShownText: (text, maxBytes) => toShownText(text, [], maxBytes),',
    caughtBy: ours,
  },
  {
    name: 'fal: shows half of a key where the log is cut',
    family: 'law 6; no key in what is shown and stored',
    file: 'src/adapters/http/log-progress.ts',
    find: "(end === log ? end : end.replace(/^\\S+/, ''))",
    replace: 'end',
    caughtBy: ours,
  },
  {
    name: 'fal: takes each delivery for a forged one while its keys cannot be had',
    family: 'a delivery is not lost',
    file: webhook,
    find: "if (known.length === 0) throw answer.toError({ code: 'invalid-response' });",
    replace: '',
    caughtBy: ours,
  },
  {
    name: 'fal: takes a cancel that was only accepted for the end',
    family: 'a cancel that is accepted is no end',
    file: adapter,
    find: "if (answer.ok && status === 'OK')",
    replace: 'if (answer.ok)',
    caughtBy: ours,
  },
  {
    name: 'fal: takes the status of another request for its own',
    family: 'W8',
    file: adapter,
    find: "(said['request_id'] === undefined || String(said['request_id']) === job.id)",
    replace: "said['request_id'] !== null",
    caughtBy: ours,
  },
  {
    name: 'fal: says that a refused input can be paid again',
    family: 'a button that cannot help',
    file: outcome,
    find: "const isRefused = status === 422 || headers.get('x-fal-retryable') === 'false';",
    replace: "const isRefused = headers.get('x-fal-retryable') === 'never';",
    caughtBy: ours,
  },
  {
    name: 'fal: believes an old delivery',
    family: 'law 8; a webhook is verified',
    file: webhook,
    find: 'if (!id || !signature || !isTimely(time)) return undefined;',
    replace: 'if (!id || !signature) return undefined;',
    caughtBy: ours,
  },
  {
    name: 'fal: verifies only that a delivery has a signature',
    family: 'law 8; a webhook is verified',
    file: webhook,
    find: '[signature], message))) ? toJob(id) : undefined;',
    replace: '[signature], message))) || id ? toJob(id) : undefined;',
    caughtBy: ours,
  },
  {
    name: 'fal: follows a url to another host when it stores the job',
    family: 'a key goes only where it belongs',
    file: 'src/adapters/fal/job.ts',
    find: 'toStored(toTrustedUrl(given[name], origins) ?? own, origins)',
    replace: 'toStored(String(given[name] ?? own), origins)',
    caughtBy: ours,
  },
  {
    name: 'fal: reads the result only after the stream has ended',
    family: 'the result comes within the stream',
    file: adapter,
    find: 'else yield await toUpdate(job, members, call).catch(toChanged);',
    replace: 'else yield toPending(members, toShownText);',
    caughtBy: ours,
  },
  {
    name: 'a double: a job that is stopped goes on',
    family: 'a double is no better than the vendor',
    file: 'src/testing/vendors/timeline.ts',
    find: "if (passed >= end && stopsAt(job) < endsAt) return { phase: 'cancelled', position: 0, progress: 0, ...times };",
    replace: '',
    caughtBy: table,
  },
  {
    name: 'double: forgets a cancel when it ends',
    family: 'a vendor keeps its jobs',
    file: 'src/testing/vendors/double.ts',
    find: 'jobs.set(job.id, job);\n      return protocol.cancel',
    replace: 'return protocol.cancel',
    caughtBy: doubles,
  },
  {
    name: 'double: posts what has ended once more after a restart',
    family: 'a vendor keeps its jobs',
    file: 'src/testing/vendors/double.ts',
    find: 'if (!isOver(stateAt(job, createdAt))) schedule(job);',
    replace: 'schedule(job);',
    caughtBy: doubles,
  },
];
