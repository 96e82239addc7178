/** @import { Mutant } from './mutant.types.js' */

const generator = 'src/react/drop-in/generator.ts';
const commands = 'src/react/drop-in/generator-commands.ts';
const regressions = ['test/browser/drop-in-regressions.browser.test.tsx'];
const behaviour = ['test/browser/drop-in.browser.test.tsx'];
const fields = 'src/react/drop-in/form-fields.ts';
const forms = ['test/browser/drop-in-forms.browser.test.tsx'];
const mounting = ['test/browser/drop-in-mounting.browser.test.tsx'];
const clockAndStorage = ['test/browser/drop-in-clock-and-storage.browser.test.tsx'];
const galleries = ['test/browser/drop-in-galleries.browser.test.tsx'];
const clientHook = ['test/browser/use-generations.browser.test.tsx'];

/** The drop-ins, a client in a component, and what they found in the client. All but the last two run in Chromium. @type {readonly Mutant[]} */
export const dropInMutants = [
  {
    name: 'the drop-in submits twice on a double click',
    family: 'D9',
    file: commands,
    find: 'if (!isMounted() || waiting.id() !== undefined || shown()?.isRunning) return;',
    replace: 'if (!isMounted() || waiting.id() !== undefined) return;',
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
    find: "if (event.type === 'generation.completed' && session.stopped.has(id)) {",
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
    name: 'the drop-in submits before it has read what is stored',
    family: 'E4',
    file: commands,
    find: 'if (!client.getSnapshot().isReady && !(await mayBeNew(newGenerationId, input))) return;',
    replace: '',
    caughtBy: mounting,
  },
  {
    name: 'the drop-in pays again for a stored failure that can be followed',
    family: 'E4',
    file: commands,
    find: 'return known === undefined && isMounted()',
    replace: 'return isMounted()',
    caughtBy: mounting,
  },
  {
    name: 'the drop-in orders generations by their clocks',
    family: 'E1',
    file: 'src/react/drop-in/generator-session.ts',
    find: 'const rank = ({ id }: { readonly id: string }) => seen.get(id) ?? 0;',
    replace: 'const rank = ({ startedAt }: { readonly id: string; readonly startedAt: number }) => startedAt;',
    caughtBy: ['test/browser/drop-in.page.test.ts'],
  },
  {
    name: 'the drop-in shows an old failure again after a reload',
    family: 'E1',
    file: 'src/react/drop-in/generator-session.ts',
    find: 'hiddenFailures.add(failures);',
    replace: '',
    caughtBy: ['test/browser/drop-in.page.test.ts'],
  },
  {
    name: 'the drop-in keeps it to itself that a result is not stored',
    family: 'E2',
    file: generator,
    find: 'items: event.items, failed, storageError }',
    replace: 'items: event.items, failed, storageError: undefined }',
    caughtBy: clockAndStorage,
  },
  {
    name: 'a callback of the hook gets the input of an ignored call',
    family: 'E6',
    file: 'src/react/generation-controller.ts',
    find: '        ownInput = input;\n      }\n',
    replace: '      }\n      ownInput = input;\n',
    caughtBy: ['test/browser/use-generation-callbacks.browser.test.tsx'],
  },
  {
    name: 'the drop-in takes two old pictures with one id for one',
    family: 'S24',
    file: 'src/react/drop-in/stored-items.ts',
    find: 'const id = ownId === undefined || isTaken ? toMadeId(entry) : ownId;',
    replace: 'const id = ownId ?? toMadeId(isTaken ? entry : { ...entry });',
    caughtBy: galleries,
  },
  {
    name: 'the drop-in sets old entries aside and tells nobody',
    family: 'S24',
    file: generator,
    find: 'if (asideKey === key) notify(notices.setAside(key));',
    replace: 'if (asideKey !== key) notify(notices.setAside(key));',
    caughtBy: galleries,
  },
  {
    name: 'the drop-in downloads what its cache has',
    family: 'S25',
    file: 'src/react/drop-in/saved-file.ts',
    find: "return fetch(address, { cache: 'reload' })",
    replace: 'return fetch(address)',
    caughtBy: behaviour,
  },
  {
    name: 'the drop-in says that a blocked tab was opened',
    family: 'S25',
    file: 'src/react/drop-in/saved-file.ts',
    find: 'if (!tab) {',
    replace: 'if (!tab) return;\n  if (!window) {',
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
