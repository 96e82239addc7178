/** @import { Mutant } from './mutant.types.js' */

const generator = 'src/react/drop-in/generator.ts';
const regressions = ['test/browser/drop-in-regressions.browser.test.tsx'];
const behaviour = ['test/browser/drop-in.browser.test.tsx'];
const clientHook = ['test/browser/use-generations.browser.test.tsx'];

/** Faults of the drop-ins, of `useGenerations`, and of the client that the drop-ins revealed. All but the last two tests run in Chromium. @type {readonly Mutant[]} */
export const dropInMutants = [
  {
    name: 'the drop-in submits twice on a double click',
    family: 'D9',
    file: generator,
    find: 'if (listeners.size === 0 || shown()?.isRunning) return;',
    replace: 'if (listeners.size === 0) return;',
    caughtBy: regressions,
  },
  {
    name: 'the drop-in keeps following after the last component has unmounted',
    family: 'K1',
    file: generator,
    find: 'queueMicrotask(leaveIfAlone);',
    replace: '',
    caughtBy: regressions,
  },
  {
    name: 'the drop-in shows the result of a stopped generation',
    family: 'W6',
    file: generator,
    find: "if (news.type === 'generation.completed' && stopped.has(news.id)) {",
    replace: "if (news.type === 'generation.completed' && hidden.has(news.id) && stopped.size < 0) {",
    caughtBy: regressions,
  },
  {
    name: 'the drop-in shows the last result under the next generation',
    family: 'W1',
    file: 'src/react/drop-in/generator-view.ts',
    find: 'current: shown?.items[0] ?? null,',
    replace: 'current: gallery.items[0] ?? null,',
    caughtBy: regressions,
  },
  {
    name: 'the drop-in waits for a stream before it reads a resumed job',
    family: 'L6',
    file: generator,
    find: 'if (wanted.canResume) impatient = wanted.id;',
    replace: '',
    caughtBy: behaviour,
  },
  {
    name: 'the drop-in reports a submit as answered when it is sent',
    family: 'L20',
    file: generator,
    find: '      asked.add(id);\n',
    replace: '',
    caughtBy: behaviour,
  },
  {
    name: 'renders every component of a client on every event',
    family: 'law 5',
    file: 'src/react/use-generations.ts',
    find: 'selector, isEqual);',
    replace: 'selector, () => false);',
    caughtBy: clientHook,
  },
  {
    name: 'hydrates with the current state of the client',
    family: 'law 5',
    file: 'src/react/use-generations.ts',
    find: 'useHydrated() ? shown.live : shown.idle',
    replace: 'useHydrated() ? shown.live : shown.live',
    caughtBy: clientHook,
  },
  {
    name: 'forgets a submit that failed because its page was closed',
    family: 'reload; L6',
    file: 'src/machines/client/run.machine.ts',
    find: "{ guard: 'isSubmitUnclear', target: 'waitingForUnload', actions: 'reportEnd' },",
    replace: '',
    caughtBy: ['test/machines/client/leaving.test.ts'],
  },
  {
    name: 'shows a generation as not running between its creation and its start',
    family: 'D9',
    file: 'src/machines/client/run.view.ts',
    find: "isRunning: view.isRunning || view.status === 'idle',",
    replace: '',
    caughtBy: ['test/machines/client/leaving.test.ts'],
  },
];
