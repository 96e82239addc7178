import { createGenerationTool, type GenerationPolicy, type ToolEmitted } from 'generation-lifecycle';
import { type FileMetadata, type ImageInput, memoryStore } from 'generation-lifecycle/adapters';
import { virtualSurroundings } from 'generation-lifecycle/testing';
import { onTestFinished, vi } from 'vitest';
import { sharedClaims } from './client-bench.js';
import { wiredMachine } from './scheduled-generation.js';
import { scheduledWire, type WireSchedule } from './scheduled-wire.js';

export const lighthouse: ImageInput = { prompt: 'a lighthouse', model: { name: 'flux-dev' }, seed: 7 };

type Draft = { readonly url: string; readonly metadata: FileMetadata };

/**
 * The backend's own adapter on a wire that keeps to one schedule per submit, and pages with one store and one set of
 * locks. Time is `setTimeout`, which the test has replaced.
 */
export function wiredTool(schedules: readonly WireSchedule[], policy: Partial<GenerationPolicy> = {}) {
  const wire = scheduledWire(...schedules);
  const store = memoryStore<Draft & { readonly id: string }>();
  const surroundings = virtualSurroundings();
  const generation = wiredMachine(wire, { surroundings, policy });
  const locks = sharedClaims();

  function open() {
    const tool = createGenerationTool({
      name: 'pictures',
      generation,
      toItems: ({ files }): Draft[] => files.map(({ url, metadata }) => ({ url, metadata })),
      describe: ({ prompt }: ImageInput) => ({ prompt }),
      store,
      claims: locks.claims,
      surroundings,
      isServer: false,
    });
    const news: ToolEmitted<Draft & { readonly id: string }>[] = [];
    onTestFinished(() => tool.stop());
    return {
      tool,
      /** As a component does that is shown. */
      mount() {
        const leaves = [tool.subscribe(() => {}), tool.on('*', told => news.push(told))];
        return () => {
          for (const leave of leaves) leave();
        };
      },
      generate: (id: string, input = lighthouse) => tool.generate(input, { id }),
      generation: (id: string) => tool.getView().generations.find(shown => shown.id === id),
      items: () => tool.getView().items.map(({ id }) => id),
      /** One entry for each toast. */
      toasts: () =>
        news.flatMap(({ type, id }) =>
          type === 'generation.completed' || type === 'generation.failed' || type === 'generation.cancelled'
            ? [`${type.replace('generation.', '')} ${id}`]
            : [],
        ),
    };
  }

  return {
    wire,
    store,
    open,
    /** A page that is shown. */
    openShown() {
      const page = open();
      page.mount();
      return page;
    },
    records: async () => (await store.readRecords()).map(({ token }) => token.id),
  };
}

export const advance = (ms: number) => vi.advanceTimersByTimeAsync(ms);
