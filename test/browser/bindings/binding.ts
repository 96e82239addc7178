import {
  createGenerationClient,
  type GalleryItem,
  type GenerationClient,
  type GenerationMachine,
} from 'generation-lifecycle';
import { memoryStore } from 'generation-lifecycle/adapters';
import type { UseGenerationOptions } from 'generation-lifecycle/react';
import { onTestFinished } from 'vitest';
import { type Input, type Output, type PlayedMachine, playedMachine } from '../../support/played-machine.js';

export type Picture = { readonly url: string };
export type Client = GenerationClient<Input, Output, GalleryItem<Picture>>;
export type Machine = GenerationMachine<Input, Output>;
export type Generation = ReturnType<Client['getSnapshot']>['generations'][number];
type Options = UseGenerationOptions<Output, Input>;

/** What a test gives to a painter: `useGeneration` and `useTimeLeft`. */
export type PainterProps = { readonly machine: Machine; readonly options?: Options | undefined };

/** What a test gives to a gallery: `useGenerations`, and a row with `useTimeLeft` for each generation. */
export type GalleryProps = { readonly client: Client; readonly onRow: (id: string) => void };

export type Shown = { readonly container: HTMLElement; readonly unmount: () => void };

/**
 * A framework, as the tests of all frameworks use it. A painter is a `<p title={id}>` with the status, the progress and the time
 * left, and the buttons Generate, Cancel, Check and Reset; Generate submits `{ prompt: 'a lighthouse' }` from the framework's own
 * reactive state. A gallery is a button Generate, a `<ul>` with a `<li title={id}>` for each generation, which has its status, progress,
 * time left and a button Cancel, and an `<ol>` with a `<li>` and an image for each item.
 */
export type Binding = {
  readonly name: string;
  readonly showPainter: (props: PainterProps) => Shown & {
    readonly change: (props: Partial<PainterProps>) => void;
    /** Hides it and keeps it, where the framework can. */
    readonly setHidden?: (isHidden: boolean) => void;
  };
  readonly showGallery: (props: GalleryProps) => Shown;
  readonly hydratePainter: (container: HTMLElement, props: PainterProps) => Shown;
  readonly hydrateGallery: (container: HTMLElement, props: GalleryProps) => Shown;
  /** It shows what the page knows in the call that hydrates, after it has hydrated. */
  readonly runsEffectsAtOnce?: boolean;
  /** A module that renders both on a server. */
  readonly server: string;
};

/** A client whose backend the test controls. */
export function playedClient(backend: PlayedMachine = playedMachine()) {
  const client: Client = createGenerationClient<Input, Output, Picture>({
    name: 'pictures',
    generation: backend.machine,
    toItems: ({ url }) => [{ url }],
    describe: ({ prompt }) => ({ prompt }),
    store: memoryStore(),
    concurrency: 100,
  });
  onTestFinished(() => client.stop());
  let listenerCount = 0;
  const subscribe: Client['subscribe'] = listener => {
    const unsubscribe = client.subscribe(listener);
    listenerCount += 1;
    return () => {
      listenerCount -= 1;
      unsubscribe();
    };
  };
  return { ...backend, client: { ...client, subscribe }, listenerCount: () => listenerCount };
}
