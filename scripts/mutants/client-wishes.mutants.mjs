/** @import { Mutant } from './mutant.types.js' */

const generations = 'src/machines/client/client.generations.ts';
const wishesFile = 'src/machines/client/client.wishes.ts';
const input = 'src/machines/input.ts';

const wishes = ['test/machines/client/wishes.test.ts'];
const misbehaving = ['test/machines/client/misbehaving.test.ts'];
const waiting = ['test/machines/client/waiting.test.ts'];
const queue = 'src/machines/client/client.queue.ts';
const caughtBy = 'client-exploration';

/** Second clicks, retries and inputs. @type {readonly Mutant[]} */
export const clientWishMutants = [
  {
    name: 'submits a second click on one button',
    family: 'never paid twice; A2',
    file: 'src/machines/client/client.guards.ts',
    find: 'return !isKnown(context, id) && !(isIdNew && findWish(context, { input, key, count }));',
    replace: 'return !isKnown(context, id) || (isIdNew && count === 0 && !findWish(context, { input, key, count }));',
    caughtBy,
  },
  {
    name: 'retries one generation twice at the same time',
    family: 'never paid twice; A2',
    file: generations,
    find: 'return begin(updateGeneration(context, id, { retriedAs: as }), as, getInput, {',
    replace: 'return begin(updateGeneration(context, id, {}), as, getInput, {',
    caughtBy,
  },
  {
    name: 'takes a second click in a listener for another wish',
    family: 'never paid twice; A2',
    file: 'src/machines/client/generation-client.ts',
    find: 'sentWishes.add(sent);',
    replace: 'sentWishes.delete(sent);',
    caughtBy: wishes,
  },
  {
    name: 'takes the same input with another key for the same wish',
    family: 'A2',
    file: wishesFile,
    find: 'entry.wish?.key === key &&',
    replace: '',
    caughtBy: wishes,
  },
  {
    name: 'retries a submit that may have been charged with a new key',
    family: 'never paid twice; M2',
    file: generations,
    find: 'unanswered: isSameKey ? unanswered : undefined,',
    replace: 'unanswered: isSameKey ? undefined : unanswered,',
    caughtBy: wishes,
  },
  {
    name: 'repeats a key that the backend has forgotten',
    family: 'never paid twice; M2',
    file: 'src/machines/generation/generation.replay.ts',
    find: 'return passedMs >= 0 && passedMs < idempotencyWindowMs;',
    replace: 'return passedMs >= 0;',
    caughtBy: wishes,
  },
  {
    name: 'reads the input of the caller late',
    family: 'A6',
    file: input,
    find: 'if (Array.isArray(value)) return Array.from(value, part => copyOf(part));',
    replace: 'if (Array.isArray(value)) return value;',
    caughtBy: wishes,
  },
  {
    name: 'takes two files for one',
    family: 'A2',
    file: input,
    find: 'if (!isPlain(one) || !isPlain(other)) return false;',
    replace: '',
    caughtBy: wishes,
  },
  {
    name: 'waits without end for a reading of the store',
    family: 'A9',
    file: 'src/machines/client/client.machine.ts',
    find: "after: { timeout: { target: 'unanswered', actions: 'setReadFailed' } },",
    replace: "after: { timeout: { actions: 'setReadFailed' } },",
    caughtBy,
  },
  {
    name: 'drops a late answer of the store',
    family: 'A9',
    file: 'src/machines/client/client.actors.ts',
    find: 'if (own < answered || (isOutdated && own < begun)) return;',
    replace: 'if (own < begun) return;',
    caughtBy: ['test/machines/client/late-store.test.ts'],
  },
  {
    name: 'shows a run that has stopped with an error as running',
    family: 'law 3; A8',
    file: 'src/machines/client/client.machine.ts',
    find: "'xstate.error.actor.*': { actions: ['failRun', 'stopOrphans'] },",
    replace: '',
    caughtBy: misbehaving,
  },
  {
    name: 'holds the lock of a run that has stopped with an error',
    family: 'no paid job is lost; A8',
    file: 'src/machines/client/client.machine.ts',
    find: "'xstate.error.actor.*': { actions: ['failRun', 'stopOrphans'] },",
    replace: "'xstate.error.actor.*': { actions: 'failRun' },",
    caughtBy: misbehaving,
  },
  {
    name: 'takes a list with a hole for a list of items',
    family: 'law 3; A8',
    file: 'src/machines/client/gallery-item.ts',
    find: 'if (strange >= 0)',
    replace: 'if (strange < -1)',
    caughtBy,
  },
  {
    name: 'ends when inspect throws',
    family: 'law 3; A8',
    file: 'src/machines/client/generation-client.ts',
    find: '...(inspect && { inspect: isolatedInspect(inspect) })',
    replace: '...(inspect && { inspect })',
    caughtBy: misbehaving,
  },
  {
    name: 'submits while the backend asks to wait',
    family: 'M4',
    file: queue,
    find: 'const granted = queue.filter(({ job }) => !context.hold || job).slice(0, freeCount);',
    replace: 'const granted = queue.slice(0, freeCount);',
    caughtBy: waiting,
  },
  {
    name: 'never opens the queue again',
    family: 'M4; a queue is a queue',
    file: queue,
    find: 'releaseQueue: (context: Context): Next => ({ context: { ...context, hold: undefined } }),',
    replace: 'releaseQueue: (context: Context): Next => ({ context }),',
    caughtBy,
  },
  {
    name: 'keeps a refused submit stored while it waits',
    family: 'never paid twice; M4',
    file: 'src/machines/client/run.child-inputs.ts',
    find: 'withdraw: change(() => found => (found?.token.cancelRequested ? found : undefined)),',
    replace: 'withdraw: change(() => found => found),',
    caughtBy: waiting,
  },
  {
    name: 'takes its own refused submit for that of another tab',
    family: 'M4',
    file: 'src/machines/client/run.guards.ts',
    find: 'event.wasStored === true && !(context.isSentAgain && event.stored?.createdAt === context.stored.createdAt)',
    replace: 'event.wasStored === true',
    caughtBy: waiting,
  },
  {
    name: 'sends a submit again that may have been charged',
    family: 'never paid twice; M4',
    file: 'src/machines/client/run.guards.ts',
    find: "charged === 'no' && (retryAfterMs",
    replace: "charged !== 'yes' && (retryAfterMs",
    caughtBy: waiting,
  },
];
