import { createGenerationMachine, type GenerationAdapter } from 'generation-lifecycle';
import { type UseGenerationOptions, useGeneration } from 'generation-lifecycle/react';
import {
  type GeneratedImage,
  type GeneratorOptions,
  useImageGenerator,
  useVideoGenerator,
} from 'generation-lifecycle/react/drop-in';
import { renderToString } from 'react-dom/server';
import { describe, expect, it } from 'vitest';

const adapter: GenerationAdapter<string, string> = {
  submit: async () => ({ job: { id: 'job-1' } }),
  read: async () => ({ kind: 'pending' }),
};
const machine = createGenerationMachine(adapter);

const pages = {
  useGeneration: (options: object) => useGeneration(machine, options).status,
  useImageGenerator: (options: object) => useImageGenerator(options).generationStatus.status,
  useVideoGenerator: (options: object) => useVideoGenerator(options).generationStatus.status,
};

type PageProps = { readonly usePage: (options: object) => string; readonly options: object };
const Page = ({ usePage, options }: PageProps) => usePage(options);

const callback = () => {};
const allOfGeneration: Required<UseGenerationOptions<string>> = {
  onSubmitted: callback,
  onCompleted: callback,
  onFailed: callback,
  onCancelled: callback,
  inspect: callback,
  resume: undefined,
};
const allOfGenerator: Required<GeneratorOptions<GeneratedImage>> = {
  notify: callback,
  baseUrl: '',
  scope: '',
  fetch,
  headers: {},
};

describe('an option', () => {
  it.each([
    { hook: 'useGeneration', unknown: 'onComplete', known: 'onCompleted' },
    { hook: 'useImageGenerator', unknown: 'baseURL', known: 'baseUrl' },
    { hook: 'useVideoGenerator', unknown: 'header', known: 'headers' },
  ] as const)('of $hook that is misspelt throws, and the message names the right one', ({ hook, unknown, known }) => {
    const message = `${hook}() has no option "${unknown}". Did you mean "${known}"?`;
    expect(() => renderToString(<Page usePage={pages[hook]} options={{ [unknown]: callback }} />)).toThrow(
      new TypeError(message),
    );
  });

  it.each([
    { hook: 'useGeneration', options: allOfGeneration },
    { hook: 'useImageGenerator', options: allOfGenerator },
    { hook: 'useVideoGenerator', options: allOfGenerator },
  ] as const)('of $hook that exists is accepted', ({ hook, options }) => {
    expect(renderToString(<Page usePage={pages[hook]} options={options} />)).toBe('idle');
  });
});
