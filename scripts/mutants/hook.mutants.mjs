/** @import { Mutant } from './mutant.types.js' */

const controller = 'src/bindings/generation-controller.ts';
const source = 'src/react/use-source-for.ts';

/** Faults of `useGeneration`. The tests of all but the last run in Chromium. @type {readonly Mutant[]} */
export const hookMutants = [
  {
    name: 'submits twice on a double click',
    family: 'D9',
    file: controller,
    find: 'if (actor && !activeActor()) release();',
    replace: 'release();',
    caughtBy: ['test/browser/use-generation.browser.test.tsx'],
  },
  {
    name: 'keeps following after the component has unmounted',
    family: 'K1; law 5',
    file: controller,
    find: 'listener = undefined;\n        detach();',
    replace: 'listener = undefined;',
    caughtBy: ['test/browser/use-generation-leaving.browser.test.tsx'],
  },
  {
    name: 'does not follow again when the component returns',
    family: 'L4; law 5',
    file: controller,
    find: "activeActor()?.send({ type: 'ATTACH' });",
    replace: '{}',
    caughtBy: ['test/browser/use-generation-leaving.browser.test.tsx'],
  },
  {
    name: 'opens two streams when StrictMode runs the effects twice',
    family: 'D7; law 5',
    file: controller,
    find: 'queueMicrotask(attach);',
    replace: 'attach();',
    caughtBy: ['test/browser/use-generation-resume.browser.test.tsx'],
  },
  {
    name: 'loses an outcome that came while the component was hidden',
    family: 'L6',
    file: controller,
    find: 'if (outcome) notify(outcome);',
    replace: '',
    caughtBy: ['test/browser/use-generation-leaving.browser.test.tsx'],
  },
  {
    name: 'calls the callbacks of a generation that was reset',
    family: 'W1, W6',
    file: controller,
    find: 'if (actor === started) receive(emitted',
    replace: 'if (started) receive(emitted',
    caughtBy: ['test/browser/use-generation-reset.browser.test.tsx'],
  },
  {
    name: 'leaves it to React to stop a component that creates its machine in a render',
    family: 'law 4',
    file: source,
    find: 'if (changesInRender > maxChanges)',
    replace: 'if (changesInRender > 1_000)',
    caughtBy: ['test/browser/use-generation-in-render.browser.test.tsx'],
  },
  {
    name: 'refuses a machine because many came before it',
    family: 'law 4',
    file: source,
    find: 'entry.changesInRender = 0;',
    replace: '',
    caughtBy: ['test/browser/use-generation-in-render.browser.test.tsx'],
  },
  {
    name: 'makes an id in a render',
    family: 'law 5',
    file: controller,
    find: "context: initialContext<TOutput>({ input: { id: '' } })",
    replace: 'context: initialContext<TOutput>({ input: { id: newId() } })',
    caughtBy: ['test/react/render-reads.test.tsx'],
  },
  {
    name: 'forgets with a reset that a submit may have been charged',
    family: 'never paid twice; M2',
    file: 'src/bindings/generation-controller.ts',
    find: 'actor = resumeToken = pendingOutcome = undefined;',
    replace: 'actor = resumeToken = pendingOutcome = undefined;\n    attempts = [];',
    caughtBy: ['test/browser/use-generation.browser.test.tsx'],
  },
  {
    name: 'sends the key of a submit again that was answered meanwhile',
    family: 'shown once; M2',
    file: 'src/bindings/generation-controller.ts',
    find: 'other.key !== attempt.key && ',
    replace: '',
    caughtBy: ['test/browser/use-generation.browser.test.tsx'],
  },
];
