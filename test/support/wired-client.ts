import { type ClientEmitted, createGenerationClient, type GenerationPolicy } from 'generation-lifecycle';
import { type FileMetadata, type ImageInput, memoryStore } from 'generation-lifecycle/adapters';
import { virtualEnvironment } from 'generation-lifecycle/testing';
import { onTestFinished, vi } from 'vitest';
import { sharedLocks } from './client-bench.js';
import { wiredMachine } from './scheduled-generation.js';
import { scheduledWire, type WireSchedule } from './scheduled-wire.js';

export const lighthouse: ImageInput = { prompt: 'a lighthouse', model: { name: 'flux-dev' }, seed: 7 };

type Draft = { readonly url: string; readonly metadata: FileMetadata };

/**
 * The backend's own adapter on a wire that keeps to one schedule per submit, and pages with one store and one set of
 * locks. Time is `setTimeout`, which the test has replaced.
 */
export function wiredClient(schedules: readonly WireSchedule[], policy: Partial<GenerationPolicy> = {}) {
  const wire = scheduledWire(...schedules);
  const store = memoryStore<Draft & { readonly id: string }>();
  const environment = virtualEnvironment();
  const generation = wiredMachine(wire, { environment, policy });
  const locks = sharedLocks();

  function open() {
    const client = createGenerationClient({
      name: 'pictures',
      generation,
      toItems: ({ files }): Draft[] => files.map(({ url, metadata }) => ({ url, metadata })),
      describe: ({ prompt }: ImageInput) => ({ prompt }),
      store,
      locks: locks.locks,
    });
    const emitted: ClientEmitted<Draft & { readonly id: string }>[] = [];
    onTestFinished(() => client.stop());
    return {
      client,
      /** As a component does that is shown. */
      mount() {
        const leaves = [client.subscribe(() => {}), client.on('*', event => emitted.push(event))];
        return () => {
          for (const leave of leaves) leave();
        };
      },
      generate: (id: string, input = lighthouse) => client.generate(input, { id }),
      generation: (id: string) => client.getSnapshot().generations.find(shown => shown.id === id),
      items: () => client.getSnapshot().items.map(({ id }) => id),
      /** One entry for each toast. */
      toasts: () =>
        emitted.flatMap(({ type, id }) =>
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
    storedGenerations: async () =>
      (await store.readGenerations()).filter(({ ended }) => !ended).map(({ token }) => token.id),
  };
}

export const advance = (ms: number) => vi.advanceTimersByTimeAsync(ms);
