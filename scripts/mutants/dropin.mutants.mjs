/** @import { Mutant } from './mutant.types.js' */

const generator = 'src/react/drop-in/generator.ts';
const commands = 'src/react/drop-in/generator-commands.ts';
const regressions = ['test/browser/drop-in-regressions.browser.test.tsx'];
const behaviour = ['test/browser/drop-in.browser.test.tsx'];
const fields = 'src/react/drop-in/form-fields.ts';
const forms = ['test/browser/drop-in-forms.browser.test.tsx'];
const clientHook = ['test/browser/use-generations.browser.test.tsx'];

/** The drop-ins, a client in a component, and what they found in the client. All but the last two run in Chromium. @type {readonly Mutant[]} */
export const dropInMutants = [
  {
    name: 'the drop-in submits twice on a double click',
    family: 'D9',
    file: commands,
    find: 'if (!isMounted() || shown()?.isRunning) return;',
    replace: 'if (!isMounted()) return;',
    caughtBy: regressions,
  },
  {
    name: 'the drop-in keeps its client running after the last component has unmounted',
    family: 'K1',
    file: generator,
    find: 'queueMicrotask(stopIfUnused);',
    replace: '',
    caughtBy: regressions,
  },
  {
    name: 'the drop-in shows what a stopped generation brings',
    family: 'W6',
    file: generator,
    find: "if (event.type === 'generation.completed' && session.stopped.has(event.id)) {",
    replace: "if (event.type === 'generation.completed' && event.items.length < 0) {",
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
    name: 'the drop-in waits for a stream before it reads a failed job again',
    family: 'L6',
    file: commands,
    find: 'if (generation.canResume) session.checkOnceFollowed(generation.id);',
    replace: '',
    caughtBy: behaviour,
  },
  {
    name: 'the drop-in resolves generate before the submit is answered',
    family: 'L20',
    file: commands,
    find: '      submitted.add(id);\n',
    replace: '',
    caughtBy: behaviour,
  },
  {
    name: 'the drop-in sends a ratio as pixels',
    family: 'S22',
    file: fields,
    find: ' && Math.min(width, height) >= minPixels ?',
    replace: ' ?',
    caughtBy: forms,
  },
  {
    name: 'the drop-in rounds a seed that a number cannot hold',
    family: 'S22',
    file: fields,
    find: 'return wholeNumber.exec(String(value).trim())?.[1] ?? amount;',
    replace: 'return amount;',
    caughtBy: forms,
  },
  {
    name: 'renders every component of a client for every event',
    family: 'law 5',
    file: 'src/react/use-generations.ts',
    find: 'selector, isEqual);',
    replace: 'selector, () => false);',
    caughtBy: clientHook,
  },
  {
    name: 'hydrates with the current snapshot instead of the server snapshot',
    family: 'law 5',
    file: 'src/react/use-snapshot.ts',
    find: 'useIsHydrated() ? live : server',
    replace: 'useIsHydrated() ? live : live',
    caughtBy: clientHook,
  },
  {
    name: 'forgets a submit that broke because its page was left',
    family: 'reload; L6',
    file: 'src/machines/client/run.machine.ts',
    find: "{ guard: 'isSubmitUnanswered', target: 'waitingForUnload', actions: 'reportEnd' },",
    replace: '',
    caughtBy: ['test/machines/client/leaving.test.ts'],
  },
  {
    name: 'says between its making and its start that it does not run',
    family: 'D9',
    file: 'src/machines/client/run.view.ts',
    find: "isRunning: view.isRunning || view.status === 'idle',",
    replace: '',
    caughtBy: ['test/machines/client/leaving.test.ts'],
  },
];
