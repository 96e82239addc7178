import { createGenerationClient, createGenerationMachine } from 'generation-lifecycle';
import { memoryStore } from 'generation-lifecycle/adapters';
import { useGeneration, useGenerations } from 'generation-lifecycle/react';
import { act, Component, type ReactNode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Input, modes, type Output, playedMachine, testRoot } from '../support/painter.js';

const { adapter } = playedMachine();
const createMachine = () => createGenerationMachine<Input, Output>(adapter);
const createClient = () =>
  createGenerationClient({
    name: 'pictures',
    generation: createMachine(),
    toItems: url => [url],
    store: memoryStore(),
  });

/** Each hook with what it takes: created by `Own` in its own render, or passed to `Child` by its parent. */
const hooks = [
  {
    hook: 'useGeneration',
    argument: 'machine',
    place: 'in useMemo',
    create: () => {
      const machine = createMachine();
      return { Child: <ShowMachine machine={machine} /> };
    },
    Own: () => useGeneration(createMachine()).status,
  },
  {
    hook: 'useGenerations',
    argument: 'client',
    place: 'in a Map at module scope',
    create: () => {
      const client = createClient();
      return { Child: <ShowClient client={client} /> };
    },
    Own: () => String(useGenerations(createClient()).items.length),
  },
] as const;

function ShowMachine({ machine }: { readonly machine: ReturnType<typeof createMachine> }) {
  const [round, setRound] = useState(0);
  return (
    <button type="button" onClick={() => setRound(round + 1)}>
      {useGeneration(machine).status}
    </button>
  );
}

function ShowClient({ client }: { readonly client: ReturnType<typeof createClient> }) {
  const [round, setRound] = useState(0);
  return (
    <button type="button" onClick={() => setRound(round + 1)}>
      {useGenerations(client).items.length}
    </button>
  );
}

class ErrorMessage extends Component<{ readonly children: ReactNode }, { readonly message: string }> {
  override state = { message: '' };
  static getDerivedStateFromError({ message }: Error) {
    return { message };
  }
  override render() {
    return this.state.message || this.props.children;
  }
}

const warnings = () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  onTestFinished(() => warn.mockRestore());
  return () => warn.mock.calls.map(([text]) => String(text));
};

describe.each(modes)('what is created in a render, with $mode', ({ Wrapper }) => {
  const page = (node: ReactNode) => (
    <Wrapper>
      <ErrorMessage>{node}</ErrorMessage>
    </Wrapper>
  );

  describe.each(hooks)('a $argument for $hook', ({ hook, argument, place, create, Own }) => {
    it('by the component itself is an error that says what to do', async () => {
      const container = document.body.appendChild(document.createElement('div'));
      const root = createRoot(container, { onCaughtError: () => {} });
      onTestFinished(async () => {
        await act(() => root.unmount());
        container.remove();
      });
      // StrictMode renders twice. Without it, the first render of all is like any other.
      for (const round of [1, 2])
        await act(async () =>
          root.render(
            <Wrapper>
              <ErrorMessage>
                <Own key="own" />
                {round}
              </ErrorMessage>
            </Wrapper>,
          ),
        );
      expect(container.textContent).toBe(
        `${hook}() got another ${argument} each time that its component rendered, so it can show none. ` +
          `Create the ${argument} once, at module scope. If it depends on props such as a baseUrl, ` +
          `keep it ${place}, keyed by them.`,
      );
    });

    it('by a parent is a warning, once, that says what to do', async () => {
      const warned = warnings();
      const { render } = testRoot();
      for (let round = 1; round <= 5; round += 1) await render(page(create().Child));
      expect(warned()).toEqual([]);
      for (let round = 6; round <= 20; round += 1) await render(page(create().Child));
      expect(warned()).toEqual([
        `generation-lifecycle: ${hook}() got another ${argument} with each of the last 5 renders. ` +
          `The component does not show what the ${argument}s before are doing. ` +
          `Create the ${argument} once, at module scope. If it depends on props such as a baseUrl, ` +
          `keep it ${place}, keyed by them.`,
      ]);
    });

    it('only when a prop changes is right, however often', async () => {
      const warned = warnings();
      const { container, render } = testRoot();
      for (let round = 1; round <= 20; round += 1) {
        await render(page(create().Child));
        await act(async () => container.querySelector('button')?.click());
      }
      expect(warned()).toEqual([]);
      expect(container.textContent).toMatch(/^(idle|0)$/);
    });
  });
});
