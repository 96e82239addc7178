import { useEffect, useInsertionEffect, useState } from 'react';
import { useSnapshot, wholeSnapshot } from '../use-snapshot.js';
import type { Generator } from './generator.js';
import type { GeneratorOptions } from './generator.types.js';

/** What a generator shows, in a component. All components of one generator show the same. */
export function useGenerator<TItem, TResult>(
  generator: Generator<TItem, TResult>,
  options: GeneratorOptions<TItem>,
): TResult {
  const [component] = useState(() => ({ options }));
  // Before any effect can call them, and not undone by hiding.
  useInsertionEffect(() => {
    component.options = options;
  });
  // Before the subscription, so that the first request has these options.
  useEffect(() => generator.join(component), [generator, component]);
  return useSnapshot(generator, wholeSnapshot);
}
