/** @import { Mutant } from './mutant.types.js' */

const vue = ['test/browser/bindings/vue.browser.test.ts'];
const svelte = ['test/browser/bindings/svelte.browser.test.ts'];
const solid = ['test/browser/bindings/solid.browser.test.tsx'];

/** Faults of the bindings for Vue, Svelte and Solid. All tests run in Chromium. @type {readonly Mutant[]} */
export const bindingMutants = [
  {
    name: 'Vue: keeps following after the scope was disposed',
    family: 'K1; law 5',
    file: 'src/vue/use-source.ts',
    find: 'onScopeDispose(stop);',
    replace: '',
    caughtBy: vue,
  },
  {
    name: 'Vue: follows nothing again when a kept component is activated',
    family: 'L4; law 5',
    file: 'src/vue/use-source.ts',
    find: 'onActivated(start);',
    replace: '',
    caughtBy: vue,
  },
  {
    name: 'Vue: shows what only the page knows before it has hydrated',
    family: 'hydration',
    file: 'src/vue/use-source.ts',
    find: 'shallowRef(source.getServerSnapshot())',
    replace: 'shallowRef(source.getSnapshot())',
    caughtBy: vue,
  },
  {
    name: 'Vue: keeps the callbacks of the first render',
    family: 'callbacks',
    file: 'src/vue/use-generation.ts',
    find: 'controller.value.update(currentMachine, newOptions);',
    replace: '',
    caughtBy: vue,
  },
  {
    name: 'Svelte: keeps following after the component has unmounted',
    family: 'K1; law 5',
    file: 'src/svelte/use-generation.ts',
    find: 'unwatchMachine();\n      unsubscribe();',
    replace: 'unwatchMachine();',
    caughtBy: svelte,
  },
  {
    name: 'Svelte: keeps the first machine',
    family: 'another machine',
    file: 'src/svelte/use-generation.ts',
    find: 'if (newMachine === currentMachine) return;',
    replace: 'if (newMachine) return;',
    caughtBy: svelte,
  },
  {
    name: 'Svelte: shows what only the page knows while it hydrates',
    family: 'hydration',
    file: 'src/svelte/reactive-source.ts',
    find: 'isServer || (isSubscribed && !hasHydrated)',
    replace: 'isServer',
    caughtBy: svelte,
  },
  {
    name: 'Svelte: tells nobody that the client has changed',
    family: 'runes',
    file: 'src/svelte/reactive-source.ts',
    find: 'subscribe(update);',
    replace: 'subscribe(() => {});',
    caughtBy: svelte,
  },
  {
    name: 'Solid: creates all rows again with each progress',
    family: 'rows',
    file: 'src/solid/use-generations.ts',
    find: "reconcile(plainCopy(view[key]), { key: 'id' })",
    replace: "reconcile(plainCopy(view[key]), { key: 'none' })",
    caughtBy: solid,
  },
  {
    name: 'Solid: keeps following after the component has unmounted',
    family: 'K1; law 5',
    file: 'src/solid/create-source.ts',
    find: 'onCleanup(source.subscribe(() => show(source)));',
    replace: 'source.subscribe(() => show(source));',
    caughtBy: solid,
  },
  {
    name: 'Solid: lets a store change the snapshots of a client',
    family: 'rows',
    file: 'src/solid/plain-copy.ts',
    find: 'if (Array.isArray(value)) return value.map(plainCopy) as T;',
    replace: 'if (Array.isArray(value)) return value as T;',
    caughtBy: solid,
  },
  {
    name: 'Solid: shows what only the page knows before it has hydrated',
    family: 'hydration',
    file: 'src/solid/create-source.ts',
    find: 'createSignal(untrack(getSource).getServerSnapshot())',
    replace: 'createSignal(untrack(getSource).getSnapshot())',
    caughtBy: solid,
  },
];
