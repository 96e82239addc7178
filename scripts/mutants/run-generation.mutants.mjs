/** @import { Mutant } from './mutant.types.js' */

const file = 'src/machines/generation/run-generation.ts';
const caughtBy = ['test/machines/generation/run-generation.test.ts'];

/** One generation as one promise. @type {readonly Mutant[]} */
export const runGenerationMutants = [
  {
    name: 'aborts a submit that may be charged',
    family: 'no paid job is lost',
    file,
    find: "const onAbort = () => actor.send({ type: 'DETACH' });",
    replace: 'const onAbort = () => reject(actor.stop() && new AbortError("", signal?.reason, token));',
    caughtBy,
  },
  {
    name: 'cancels the job when its caller goes',
    family: 'W6',
    file,
    find: "actor.send({ type: 'DETACH' })",
    replace: "actor.send({ type: 'CANCEL' })",
    caughtBy,
  },
  {
    name: 'resumes a failed generation until the deadline that has passed',
    family: 'L6',
    file: 'src/machines/generation/generation.token.ts',
    find: '  startedAt,\n}: ResumeToken): ResumeToken => ({\n  version: 2,',
    replace: '  startedAt,\n  deadlineAt,\n}: ResumeToken): ResumeToken => ({\n  version: 2,\n  deadlineAt,',
    caughtBy,
  },
];
