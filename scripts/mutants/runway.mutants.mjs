/** @import { Mutant } from './mutant.types.js' */

const adapter = 'src/adapters/runway/runway.ts';
const task = 'src/adapters/runway/task.ts';
const ours = ['test/adapters/runway/runway.test.ts'];
const table = ['test/adapters/vendors/table.test.ts'];

/** What Runway says, and what it does not mean by it. @type {readonly Mutant[]} */
export const runwayMutants = [
  {
    name: 'runway: a cancel that comes too late deletes the paid result',
    family: 'what is paid is not lost',
    file: adapter,
    find: "if (update && update.kind !== 'pending') return update;",
    replace: "if (update && update.kind === 'failed') return update;",
    caughtBy: ours,
  },
  {
    name: 'runway: does not stop a task that is too new to be found',
    family: 'what is cancelled is stopped',
    file: adapter,
    find: 'const update = isGone(before) ? undefined : told(job, before);',
    replace: 'if (isGone(before)) return gone;\n      const update = told(job, before);',
    caughtBy: ours,
  },
  {
    name: 'runway: takes a cancel that was only accepted for the end',
    family: 'a cancel that is accepted is no end',
    file: adapter,
    find: "if (end.kind === 'pending')",
    replace: "if (end.kind === 'ignored')",
    caughtBy: table,
  },
  {
    name: 'runway: takes the page of a proxy for the end of a task',
    family: 'a failed read is no failed job',
    file: adapter,
    find: "if (/^text\\/html\\b/i.test(answer.headers.get('content-type') ?? '')) throw answer.toError();",
    replace: "if (/^text\\/html\\b/i.test(answer.headers.get('content-type') ?? '')) return true;",
    caughtBy: ours,
  },
  {
    name: 'runway: says that what its client calls refunded is paid',
    family: 'what is paid is told as Runway tells it',
    file: task,
    find: "credits > 0 ? 'yes' : 'no'",
    replace: "credits >= 0 ? 'yes' : 'no'",
    caughtBy: ours,
  },
  {
    name: 'runway: looks for the reason of a failure in its words alone',
    family: 'a refusal of content is told as one',
    file: task,
    find: '{ failure: failure || type, failureCode }',
    replace: '{ failure }',
    caughtBy: ours,
  },
  {
    name: 'runway: gives a result that is not there',
    family: 'an outcome has its result',
    file: task,
    find: 'if (!hasOutput(output)) throw answer.toError(noResult);',
    replace: '',
    caughtBy: ours,
  },
  {
    name: 'runway: says that all URLs live as long as the last one',
    family: 'a result that is gone is told as gone',
    file: 'src/adapters/http/url-expiry.ts',
    find: 'Math.min(...times)',
    replace: 'Math.max(...times)',
    caughtBy: ours,
  },
  {
    name: 'runway: sends no version',
    family: 'what is sent is what the vendor asks for',
    file: adapter,
    find: "const headers = { 'x-runway-version': version };",
    replace: "const headers = { 'x-version': version };",
    caughtBy: ours,
  },
];
