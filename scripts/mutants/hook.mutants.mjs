/** @import { Mutant } from './mutant.types.js' */

const controller = 'src/react/generation-controller.ts';

/** Faults of `useGeneration`. Their tests run in Chromium. @type {readonly Mutant[]} */
export const hookMutants = [
  {
    name: 'submits twice on a double click',
    family: 'D9',
    file: controller,
    find: "if (current().status !== 'active') renew();",
    replace: 'renew();',
    caughtBy: ['test/browser/use-generation.browser.test.tsx'],
  },
  {
    name: 'keeps following after the component has unmounted',
    family: 'K1; law 5',
    file: controller,
    find: 'keep(current());\n          following.stop();',
    replace: 'keep(current());',
    caughtBy: ['test/browser/use-generation-leaving.browser.test.tsx'],
  },
  {
    name: 'reports events of a generation that was reset',
    family: 'W1, W6',
    file: controller,
    find: 'if (actor === launched) tell(emitted',
    replace: 'if (launched) tell(emitted',
    caughtBy: ['test/browser/use-generation-reset.browser.test.tsx'],
  },
];
