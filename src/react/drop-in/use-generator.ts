import { useSelector } from '@xstate/react';
import { useEffect, useInsertionEffect, useState } from 'react';
import type { Observer } from 'xstate';
import { useHydrated } from '../use-hydrated.js';
import type { Generator } from './generator.js';
import type { GeneratorOptions } from './generator.types.js';

/** A generator in the form that `useSelector` takes. */
function observable<TItem, TResult>({ subscribe, getResult, idleResult }: Generator<TItem, TResult>) {
  return {
    live: {
      getSnapshot: getResult,
      subscribe(observer: Partial<Observer<TResult>> | ((result: TResult) => void)) {
        const listen = () => (typeof observer === 'function' ? observer : observer.next)?.(getResult());
        const unsubscribe = subscribe(listen);
        // React before 19.3 looks again after a first subscription, but not after one that comes back.
        listen();
        return { unsubscribe };
      },
    },
    idle: { getSnapshot: () => idleResult, subscribe: () => ({ unsubscribe() {} }) },
  };
}

const identity = <TResult>(result: TResult): TResult => result;

/** What a generator shows, in a component; all components of one generator show the same. */
export function useGenerator<TItem, TResult>(
  generator: Generator<TItem, TResult>,
  options: GeneratorOptions<TItem>,
): TResult {
  const [component] = useState(() => ({ options }));
  // Before any effect could call them, and not undone by hiding.
  useInsertionEffect(() => {
    component.options = options;
  });
  const [kept, keep] = useState(() => ({ generator, ...observable(generator) }));
  let shown = kept;
  if (shown.generator !== generator) {
    shown = { generator, ...observable(generator) };
    keep(shown);
  }
  // Before it is subscribed to, so that the first of its requests has these options.
  useEffect(() => generator.join(component), [generator, component]);
  return useSelector(useHydrated() ? shown.live : shown.idle, identity);
}
