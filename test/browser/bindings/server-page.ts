import { createGenerationClient, createGenerationMachine, type GalleryItem } from 'generation-lifecycle';
import { memoryStore } from 'generation-lifecycle/adapters';
import type { Input, Output } from '../../support/played-machine.js';
import type { PageName, ServerPage } from '../../support/render-on-server.js';
import { scriptedAdapter } from '../../support/scripted-adapter.js';
import type { GalleryProps, PainterProps, Picture } from './binding.js';

// Runs in Node, outside of a test.

const clocks: readonly (readonly [object, string])[] = [
  [Date, 'now'],
  [performance, 'now'],
  [Math, 'random'],
  [crypto, 'randomUUID'],
  [crypto, 'getRandomValues'],
];

/** Replaces clocks and chance, and notes who of the library reads them. The returned function restores them. */
function watchClocks(reads: string[]): () => void {
  const restores = clocks.map(([owner, name]) => {
    const original: unknown = Reflect.get(owner, name);
    if (typeof original !== 'function') throw new TypeError(`There is no ${name}`);
    const watched = (...given: readonly unknown[]) => {
      const { stack = '' } = new Error(name);
      if (/\/src\/(?:bindings|machines|vue|svelte|solid)\//.test(stack)) reads.push(name);
      return Reflect.apply(original, owner, given);
    };
    Reflect.defineProperty(owner, name, { value: watched, configurable: true, writable: true });
    return () => Reflect.defineProperty(owner, name, { value: original, configurable: true, writable: true });
  });
  return () => {
    for (const restore of restores) restore();
  };
}

type Renderers = {
  readonly painter: (props: PainterProps) => string | Promise<string>;
  readonly gallery: (props: GalleryProps) => string | Promise<string>;
};

/** Renders a page with a backend that is never asked. The painter resumes a generation, which a server must not do. */
export async function toServerPage(renderers: Renderers, page: PageName): Promise<ServerPage> {
  const nothing = () => {};
  const { adapter, calls } = scriptedAdapter<Input, Output>({
    now: () => 0,
    script: { submit: nothing, read: nothing, events: nothing, cancel: nothing },
  });
  const machine = createGenerationMachine(adapter);
  const client = createGenerationClient<Input, Output, Picture>({
    name: 'pictures',
    generation: machine,
    toItems: ({ url }) => [{ url }],
    store: memoryStore<GalleryItem<Picture>>(),
  });
  const resume = {
    version: 1,
    id: 'generation-1',
    idempotencyKey: 'key-1',
    job: { id: 'job-1' },
    cancelRequested: false,
  } as const;
  const reads: string[] = [];
  const restore = watchClocks(reads);
  try {
    const html =
      page === 'painter'
        ? await renderers.painter({ machine, options: { resume } })
        : await renderers.gallery({ client, onRow: nothing });
    // What a render starts by itself starts by now.
    await new Promise(resolve => setTimeout(resolve));
    return { html, reads, calls: calls().map(({ kind }) => kind) };
  } finally {
    restore();
  }
}
