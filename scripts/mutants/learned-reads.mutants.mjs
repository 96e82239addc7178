/** @import { Mutant } from './mutant.types.js' */

const learned = ['test/server/learned-reads.test.ts'];
const stores = ['test/server/store/conformance.test.ts'];
const family = 'what all jobs took decides when one is read';

/** What a server half learns from its jobs, and who asks the vendor. @type {readonly Mutant[]} */
export const learnedReadsMutants = [
  {
    name: 'learned reads: tells a page only what the vendor expects',
    family,
    file: 'src/server/steps/job-state.ts',
    find: 'const expectedAt = token.expectedAt ?? toldAt;',
    replace: 'const expectedAt = toldAt;',
    caughtBy: learned,
  },
  {
    name: 'learned reads: a step has no history',
    family,
    file: 'src/server/steps/job-state.ts',
    find: 'context: { ...position.context, history: earlier } });',
    replace: 'context: { ...position.context } });',
    caughtBy: learned,
  },
  {
    name: 'learned reads: stores the history with each row',
    family,
    file: 'src/server/steps/job-state.ts',
    find: 'context: { ...context, history: undefined },',
    replace: 'context,',
    caughtBy: learned,
  },
  {
    name: 'learned reads: learns from each write after the end',
    family,
    file: 'src/server/durations/learned-durations.ts',
    find: 'if (!duration || toJobState(before).duration) return;',
    replace: 'if (!duration) return;',
    caughtBy: learned,
  },
  {
    name: 'learned reads: learns from whoever only cancels',
    family,
    file: 'src/server/durations/learned-durations.ts',
    find: 'if (!isTelling(getOwn(histories, label), duration)) return;',
    replace: '',
    caughtBy: learned,
  },
  {
    name: 'learned reads: a store that does not answer holds up a submit',
    family,
    file: 'src/server/durations/learned-durations.ts',
    find: 'if (isFirst && found.reading) await atMost(patienceMs, found.reading);',
    replace: 'if (isFirst && found.reading) await found.reading;',
    caughtBy: learned,
    hangs: true,
  },
  {
    name: 'learned reads: a label that cannot be made fails the submit',
    family,
    file: 'src/server/backends.ts',
    find: "log.report('label.failed', error, { backend: name });\n      return undefined;",
    replace: "log.report('label.failed', error, { backend: name });\n      throw error;",
    caughtBy: learned,
  },
  {
    name: 'learned reads: each page asks about a job that was given up',
    family,
    file: 'src/server/steps/advance.ts',
    find: "if (reason === 'again' && chart && at - row.updatedAt < chart.policy.minReadGapMs) return undefined;",
    replace: '',
    caughtBy: learned,
  },
  {
    name: 'learned reads: a store keeps each job that ever ran',
    family,
    file: 'src/server/sqlite/durations.ts',
    find: 'where place <= ',
    replace: 'where 1 or place <= ',
    // What it tells is the same: its table grows.
    caughtBy: ['test/server/store/stored-durations.test.ts'],
  },
  {
    name: 'learned reads: a store drops a label that is in use',
    family,
    file: 'src/server/store/memory-jobs.ts',
    find: 'byLabel.delete(one.label);',
    replace: '',
    caughtBy: stores,
  },
];
