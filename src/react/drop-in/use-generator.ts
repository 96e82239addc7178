import { useEffect, useInsertionEffect, useState } from 'react';
import { assertKnownOptions } from '../../machines/options.js';
import { useSnapshot, wholeSnapshot } from '../use-snapshot.js';
import type { Generator } from './generator.js';
import type { GeneratorOptions } from './generator.types.js';

const optionNames: { readonly [name in keyof Required<GeneratorOptions<unknown>>]: true } = {
  notify: true,
  baseUrl: true,
  scope: true,
  fetch: true,
  headers: true,
};

/**
 * What a generator shows, in a component. All components of one generator show the same.
 *
 * @param hook named in messages
 * @throws TypeError for an unknown option
 */
export function useGenerator<TItem, TResult>(
  hook: string,
  generator: Generator<TItem, TResult>,
  options: GeneratorOptions<TItem>,
): TResult {
  const [component] = useState(() => {
    assertKnownOptions(hook, options, Object.keys(optionNames));
    return { options };
  });
  // Before any effect can call them, and not undone by hiding.
  useInsertionEffect(() => {
    component.options = options;
  });
  // Before the subscription, so that the first request has these options.
  useEffect(() => generator.join(component), [generator, component]);
  return useSnapshot(generator, wholeSnapshot);
}
