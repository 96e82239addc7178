/** @import { Mutant } from './mutant.types.js' */

const estimate = 'src/machines/reads/estimate.ts';
const steady = 'src/machines/reads/steady-estimate.ts';
const distribution = 'src/machines/reads/duration-distribution.ts';
const state = 'src/machines/generation/generation.estimate.ts';
const following = 'src/machines/generation/generation.following.ts';
const token = 'src/machines/generation/generation.token.ts';
const view = 'src/machines/generation/generation.view.ts';
const ticker = 'src/bindings/ticker.ts';
const hook = 'src/react/use-time-left.ts';
const timeLeft = 'src/machines/time-left.ts';

/** When a result is expected, and when it is late. @type {readonly Mutant[]} */
export const etaMutants = [
  {
    name: 'expects of a job that has outlived the warm starts that it is one of them',
    family: 'issue 13: ETA, bimodal',
    file: estimate,
    find: 'const among = ended + share * (1 - ended);',
    replace: 'const among = share;',
    caughtBy: ['test/machines/reads/estimate.test.ts'],
  },
  {
    name: 'takes jobs that were given up for short ones',
    family: 'issue 13: ETA, censored',
    file: distribution,
    find: 'reached: seen / (seen + beyond),',
    replace: 'reached: 1,',
    caughtBy: ['test/machines/reads/estimate.test.ts'],
  },
  {
    name: 'believes an estimate of the backend whose moment has passed',
    family: "issue 13: ETA, a wrong backend's estimate",
    file: estimate,
    find: 'if (etaMs > 0 && etaMs <= longestEtaMs)',
    replace: 'if (etaMs !== 0 && etaMs <= longestEtaMs)',
    caughtBy: ['test/machines/reads/estimate.test.ts'],
  },
  {
    name: 'believes a line through the first tenth of the progress as much as the history',
    family: 'issue 13: ETA, progress',
    file: estimate,
    find: 'progress * one + (1 - progress) * other',
    replace: '0.5 * one + 0.5 * other',
    caughtBy: ['test/machines/reads/estimate.test.ts'],
  },
  {
    name: 'expects a queued job by what jobs take that run',
    family: 'issue 13: ETA, queue',
    file: estimate,
    find: 'const seen = isQueued ? undefined : fromHistory(facts);',
    replace: 'const seen = fromHistory(facts);',
    caughtBy: ['test/machines/reads/estimate.test.ts'],
  },
  {
    name: 'calls the second job of a kind late after a few seconds',
    family: 'issue 13: late, few jobs',
    file: estimate,
    find: 'quantileOf(seen.doubtfulCdf, usualShare)',
    replace: 'quantileOf(seen.cdf, usualShare)',
    caughtBy: ['test/machines/reads/estimate.test.ts'],
  },
  {
    name: 'moves what is shown with each event',
    family: 'issue 13: ETA, steady',
    file: steady,
    find: 'if (known && Math.abs(moveMs) <= leastMs) return known;',
    replace: '',
    caughtBy: ['test/machines/reads/steady-estimate.test.ts'],
  },
  {
    name: 'shows a moment that has passed until there is news',
    family: 'issue 13: ETA, steady',
    file: steady,
    find: 'const known = shown && shown.expectedAt > now ? shown : undefined;',
    replace: 'const known = shown;',
    caughtBy: ['test/machines/reads/steady-estimate.test.ts'],
  },
  {
    name: 'makes the estimate anew with each event of the stream',
    family: 'issue 13: ETA, at most each second',
    file: state,
    find: 'return isRecent && !isFirstWord && !isFirstSpeed ? estimate',
    replace: 'return isRecent && isTold === undefined && !isFirstWord && !isFirstSpeed ? estimate',
    caughtBy: ['test/machines/generation/estimate.test.ts'],
  },
  {
    name: 'keeps the expectation of a job that is queued again',
    family: 'issue 13: ETA, queue',
    file: state,
    find: '(estimate.isTold || !(isQueued || isLate))',
    replace: '(estimate.isTold || !isLate)',
    caughtBy: ['test/machines/generation/estimate.test.ts'],
  },
  {
    name: 'keeps an expectation from a session whose clock was ahead',
    family: 'E7, E8: ETA',
    file: state,
    find: 'Number(estimate.shown?.expectedAt) <= Number(deadlineAt)',
    replace: 'estimate.shown !== undefined',
    caughtBy: ['test/machines/generation/estimate.test.ts'],
  },
  {
    name: 'takes the age of a job that is followed again after its deadline for its duration',
    family: 'issue 13: ETA, resumed',
    file: state,
    find: '!isQueued && isAgeTrue(context, policy, now, elapsedMs) ? context',
    replace: '!isQueued ? context',
    caughtBy: ['test/machines/generation/estimate.test.ts'],
  },
  {
    name: 'notices only with the next event that a job is late',
    family: 'issue 13: late, a drawn timer',
    file: following,
    find: "{ guard: 'isLate', target: 'late', actions: 'setEstimate' },\n              { target: 'usual', reenter: true, actions: 'setEstimate' },",
    replace: "{ guard: 'isLate', target: 'late', actions: 'setEstimate' },",
    caughtBy: ['test/machines/generation/estimate.test.ts'],
  },
  {
    name: 'arms the deadline anew with each estimate',
    family: 'issue 12: a clock that is set back',
    file: following,
    find: "{ target: 'usual', reenter: true, actions: 'setEstimate' }",
    replace: "{ target: '#generation.following.clock.running', reenter: true, actions: 'setEstimate' }",
    caughtBy: ['test/machines/generation/deadline.test.ts'],
  },
  {
    name: 'forgets over a reload when the backend expects the result',
    family: 'issue 13: ETA, reload',
    file: token,
    find: '...(estimate.shown && { expectedAt: estimate.shown.expectedAt }),',
    replace: '',
    caughtBy: ['test/machines/generation/estimate.test.ts'],
  },
  {
    name: 'counts down while the job is cancelled',
    family: 'issue 13: ETA, cancelling',
    file: view,
    find: 'const expected = canCancel ?',
    replace: 'const expected = isRunning ?',
    caughtBy: ['test/machines/generation/estimate.test.ts'],
  },
  {
    name: 'counts down by the clock of the device, which somebody may set',
    family: 'E7, E8: the hook',
    file: ticker,
    find: 'const now = steadyClock();',
    replace: 'steadyClock();\nconst now = () => Date.now();',
    caughtBy: ['test/browser/use-time-left.browser.test.tsx'],
  },
  {
    name: 'ticks on when the last component has unmounted',
    family: 'issue 13: the hook',
    file: ticker,
    find: 'if (listeners.size > 0) return;',
    replace: 'return;',
    caughtBy: ['test/browser/use-time-left.browser.test.tsx'],
  },
  {
    name: 'ticks where nothing is expected',
    family: 'issue 13: the hook',
    file: hook,
    find: 'view?.expectedAt === undefined ? stoppedTicker : ticker',
    replace: 'stoppedTicker === undefined ? stoppedTicker : ticker',
    caughtBy: ['test/browser/use-time-left.browser.test.tsx'],
  },
  {
    name: 'says that a job is almost done long after its range has passed',
    family: 'issue 13: the formatter',
    file: timeLeft,
    find: 'at < Math.max(expectedAt, highAt) ?',
    replace: 'at > 0 ?',
    caughtBy: ['test/machines/time-left.test.ts'],
  },
];
