import { inject, vi } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    readonly mode: 'dry-run' | 'mutant';
    readonly mutantActivation: 'static' | 'runtime';
    readonly activeMutant: string | undefined;
    readonly globalNamespace: string;
  }
}

/** The thread has run another mutant before. It must not act while the next test file is loaded, nor may its clock stay. */
if (inject('mode') === 'mutant' && inject('mutantActivation') !== 'static') {
  const space = Reflect.get(globalThis, inject('globalNamespace'));
  space.activeMutant = undefined;
  vi.useRealTimers();
}

/** What a mutant keeps away never comes. The run without a mutant takes as long as it takes. */
const patienceMs = process.env['MUTATION_PATIENCE_MS'];
if (inject('mode') === 'mutant' && patienceMs !== undefined) {
  vi.setConfig({ testTimeout: Number(patienceMs), hookTimeout: Number(patienceMs) });
}
