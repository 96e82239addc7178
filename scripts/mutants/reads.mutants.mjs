/** @import { Mutant } from './mutant.types.js' */

const learned = 'src/machines/reads/learned.ts';
const distribution = 'src/machines/reads/duration-distribution.ts';
const schedule = 'src/machines/reads/schedule.ts';
const delays = 'src/machines/generation/generation.delays.ts';
const duration = 'src/machines/generation/generation.duration.ts';
const clock = 'src/machines/generation/generation.clock.ts';

/** When a job is read next, and what is learned of its duration. @type {readonly Mutant[]} */
export const readsMutants = [
  {
    name: 'reads a job more often than each second once it has learned',
    family: 'issue 13: the smallest gap',
    file: learned,
    find: 'return Math.max(minMs, gapMs ** trust',
    replace: 'return Math.max(0, gapMs ** trust',
    caughtBy: ['test/machines/reads/schedules.test.ts'],
  },
  {
    name: 'believes a history of one job as much as one of twenty',
    family: 'issue 13: shrinks to proportional',
    file: learned,
    find: 'const trust = jobCount ** 2 / (jobCount ** 2 + doubtfulJobs ** 2);',
    replace: 'const trust = 1;',
    caughtBy: ['test/machines/reads/schedules.test.ts'],
  },
  {
    name: 'takes the durations of running jobs for the time in the queue',
    family: 'issue 13: queues do not spoil it',
    file: learned,
    find: "if (context.phase === 'queued') return proportionalMs;",
    replace: '',
    caughtBy: ['test/machines/reads/schedules.test.ts'],
  },
  {
    name: 'never expects what no job of the history took',
    family: 'issue 13: the heavy tail',
    file: distribution,
    find: 'const tailJobs = 0.5;',
    replace: 'const tailJobs = 0;',
    caughtBy: ['test/machines/reads/schedules.test.ts'],
  },
  {
    name: 'makes one hump of warm and cold starts',
    family: 'issue 13: two humps',
    file: distribution,
    find: 'widthOf(center, centers) * 0.8, blur)',
    replace: '1, blur)',
    caughtBy: ['test/machines/reads/schedules.test.ts'],
  },
  {
    name: 'counts old jobs as much as recent ones',
    family: 'issue 13: drift',
    file: distribution,
    find: 'const weightOfAge = (age: number): number => 2 ** (-age / halfLife);',
    replace: 'const weightOfAge = (age: number): number => 2 ** (-(age * 0) / halfLife);',
    caughtBy: ['test/machines/reads/schedules.test.ts'],
  },
  {
    name: "lets a user's schedule end the generation",
    family: 'law 3: callbacks of users are isolated',
    file: schedule,
    find: '      console.error(error);\n      return fallbackMs;',
    replace: '      throw error;',
    caughtBy: ['test/machines/generation/polling-schedule.test.ts'],
  },
  {
    name: 'counts the submit to the age of a job',
    family: 'issue 13: an upload says nothing of the job',
    file: clock,
    find: 'return Math.min(Math.max(0, budgetMs - (Number(deadlineAt) - now)), budgetMs);',
    replace: 'return Math.min(Math.max(0, budgetMs - (Number(deadlineAt) - now) + 20_000), budgetMs);',
    caughtBy: ['test/machines/generation/polling-schedule.test.ts'],
  },
  {
    name: 'asks the schedule, and forgets the history',
    family: 'issue 13: reads by the history',
    file: delays,
    find: '        history,\n',
    replace: '        history: history && undefined,\n',
    caughtBy: ['test/machines/generation/polling-schedule.test.ts'],
  },
  {
    name: 'counts the age of a resumed job from when it was resumed',
    family: 'issue 13: history',
    file: duration,
    find: 'return submitMs >= -1_000 && submitMs <=',
    replace: 'return submitMs >= -1_000 || submitMs <=',
    caughtBy: ['test/machines/generation/duration.test.ts'],
  },
  {
    name: 'takes the night in which the page slept for the duration of a job',
    family: 'issue 13: outliers do not spoil a history',
    file: duration,
    find: 'endMs - pendingMs > sleptMs && endMs > 2 * pendingMs ? [pendingMs, null]',
    replace: 'endMs - pendingMs > sleptMs * 1e9 ? [pendingMs, null]',
    caughtBy: ['test/machines/generation/duration.test.ts'],
  },
  {
    name: 'takes what a stream tells on opening for news',
    family: 'issue 13: history',
    file: 'src/machines/generation/generation.events.ts',
    find: '>= snapshotMs;',
    replace: '>= 0;',
    caughtBy: ['test/machines/generation/duration.test.ts'],
  },
  {
    name: 'keeps the duration of a job once for each tab',
    family: 'issue 13: history',
    file: 'src/machines/client/run.reports.ts',
    find: '...(result?.duration && isAnyNew && {',
    replace: '...(result?.duration && {',
    caughtBy: ['test/machines/client/durations.test.ts'],
  },
];
