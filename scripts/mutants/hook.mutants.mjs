/** @import { Mutant } from './mutant.types.js' */

const attachment = 'src/react/generation-controller.ts';

/** How a component holds its generation. These run in Chromium. @type {readonly Mutant[]} */
export const hookMutants = [
  {
    name: 'submits twice on a double click',
    family: 'D9',
    file: attachment,
    find: "if (current().status !== 'active') renew();",
    replace: 'renew();',
    caughtBy: ['test/browser/use-generation.browser.test.tsx'],
  },
  {
    name: 'leaves stream and reads running when the component has gone',
    family: 'K1; law 5',
    file: attachment,
    find: 'keep(current());\n          following.stop();',
    replace: 'keep(current());',
    caughtBy: ['test/browser/use-generation-leaving.browser.test.tsx'],
  },
  {
    name: 'tells what a generation says that was reset',
    family: 'W1, W6',
    file: attachment,
    find: 'if (actor === launched) tell(emitted',
    replace: 'if (launched) tell(emitted',
    caughtBy: ['test/browser/use-generation-reset.browser.test.tsx'],
  },
];
