import { createGenerationMachine, type GenerationAdapter } from 'generation-lifecycle';
import { type UseGenerationOptions, useGeneration } from 'generation-lifecycle/react';
import { Fragment, StrictMode } from 'react';
import { renderToString } from 'react-dom/server';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

const job = { id: 'job-1' };
const asked: string[] = [];
const adapter: GenerationAdapter<string, string> = {
  submit: async () => {
    asked.push('submit');
    return { job };
  },
  read: async () => {
    asked.push('read');
    return { kind: 'pending' };
  },
};
const machine = createGenerationMachine(adapter);

function Page({ options }: { readonly options: UseGenerationOptions<string> }) {
  const view = useGeneration(machine, options);
  return <p>{`[${view.id}] ${view.status} ${view.connection} ${Object.isFrozen(view)}`}</p>;
}

describe.each([
  { mode: 'StrictMode', Wrapper: StrictMode },
  { mode: 'no StrictMode', Wrapper: Fragment },
])('useGeneration on a server with $mode', ({ Wrapper }) => {
  it.each([
    { page: 'a new page', options: {} },
    {
      page: 'a page that resumes',
      options: { resume: { version: 1, id: 'generation-1', idempotencyKey: 'key-1', job, cancelRequested: false } },
    },
  ] as const)('renders $page idle, asks the backend nothing and makes up nothing', ({ options }) => {
    const warned = vi.spyOn(console, 'error');
    const random = vi.spyOn(crypto, 'randomUUID');
    onTestFinished(() => {
      vi.restoreAllMocks();
    });

    const html = renderToString(
      <Wrapper>
        <Page options={options} />
      </Wrapper>,
    );
    expect(html).toBe('<p>[] idle none true</p>');
    expect(asked).toEqual([]);
    expect(warned).not.toHaveBeenCalled();
    expect(random).not.toHaveBeenCalled();
  });
});
