/**
 * What the compiler allows at a client's call sites, and what it does not. Compiled with everything else; never run.
 */
import {
  type ClientView,
  createGenerationClient,
  createGenerationMachine,
  type Failure,
  type GalleryItem,
  type GenerationAdapter,
  type GenerationStore,
  type JsonObject,
} from 'generation-lifecycle';
import { indexedStore, localStore, memoryStore } from 'generation-lifecycle/adapters';
import { expectTypeOf } from 'vitest';
import { createActor } from 'xstate';
import { createClientMachine } from '../../../src/machines/client/client.machine.js';
import { viewClient } from '../../../src/machines/client/client.view.js';

type Input = { readonly prompt: string };
type Output = { readonly url: string };
type Item = { readonly id: string; readonly url: string; readonly prompt: string };

declare const adapter: GenerationAdapter<Input, Output>;
const generation = createGenerationMachine(adapter);
const toItems = ({ url }: Output, { input }: { readonly input?: Input | undefined }) => [
  { url, prompt: input?.prompt ?? '' },
];

// Items are what toItems makes, and an id; a store need not name them, and may.
const client = createGenerationClient({ name: 'pictures', generation, toItems, store: memoryStore() });
createGenerationClient({ name: 'pictures', generation, toItems, store: memoryStore<Item>() });
// @ts-expect-error a client has a store
createGenerationClient({ name: 'pictures', generation, toItems });
const ofAnother = ({ href }: { readonly href: string }) => [{ href }];
const noJson = () => ({ at: new Date() });
// @ts-expect-error the output is the generation's
createGenerationClient({ name: 'pictures', generation, toItems: ofAnother, store: memoryStore() });
// @ts-expect-error a description is JSON
createGenerationClient({ name: 'pictures', generation, toItems, store: memoryStore(), describe: noJson });

// A17: a store has a client's items: those that it was made for, or the client's own where it names none.
const options = { name: 'pictures', generation, toItems };
createGenerationClient({ ...options, store: localStore({ key: 'pictures' }) });
createGenerationClient({
  ...options,
  store: indexedStore({ name: 'pictures', importFrom: localStore({ key: 'old' }) }),
});
createGenerationClient({ name: 'pictures', store: memoryStore(), generation, toItems: ({ url }) => [{ url }] });
createGenerationClient({ name: 'pictures', store: memoryStore<Item>(), generation, toItems: () => [] });
createGenerationClient({ ...options, store: memoryStore<Item & { readonly note?: string }>() });
createGenerationClient({
  ...options,
  store: localStore({ key: 'a', migrate: () => [{ id: '', url: '', prompt: '' }] }),
});
const unnamed = memoryStore();
createGenerationClient({ ...options, store: unnamed });
type Other = { readonly id: string; readonly href: string };
type More = Item & { readonly width: number };
// @ts-expect-error A17: a store of other items
createGenerationClient({ ...options, store: memoryStore<Other>() });
// @ts-expect-error A17: and in place
createGenerationClient({ name: 'a', generation, toItems: ({ url }) => [{ url }], store: memoryStore<Other>() });
// @ts-expect-error A17: a store of items with a member that the client's items lack
createGenerationClient({ ...options, store: localStore<More>({ key: 'pictures' }) });
// @ts-expect-error A17: a store of items with a member of another type
createGenerationClient({ ...options, store: indexedStore<Omit<Item, 'url'> & { url: URL }>({ name: 'pictures' }) });
// @ts-expect-error A17: a store that brings other items from an older version
createGenerationClient({ ...options, store: localStore({ key: 'a', migrate: () => [{ id: '', href: '' }] }) });
declare const ownStore: GenerationStore<Other>;
// @ts-expect-error A17: a store of one's own
createClientMachine({ ...options, store: ownStore });

// A17: items are JSON. An interface is, too, and so is what may be absent.
interface Draft {
  url: string;
  size?: { readonly width: number; readonly height: number | null } | undefined;
  tags: readonly string[];
  corners: readonly [number, number];
  parts?: Draft[];
}
declare const draft: Draft;
declare const json: JsonObject;
const store = memoryStore();
const ofDrafts = createGenerationClient({ name: 'a', generation, store, toItems: () => [draft] });
expectTypeOf(ofDrafts.getSnapshot().items).toEqualTypeOf<readonly GalleryItem<Draft>[]>();
const inPlace = createGenerationClient({
  name: 'a',
  generation,
  store,
  toItems: ({ url }, { input, description }) => [{ url, input, description, json, kind: 'image', n: 1 }],
});
expectTypeOf(inPlace.getSnapshot().items[0]?.kind).toEqualTypeOf<string | undefined>();
// @ts-expect-error A17: a Date comes back as a text
createGenerationClient({ name: 'a', generation, store, toItems: () => [{ at: new Date() }] });
// @ts-expect-error A17: a function does not come back
createGenerationClient({ name: 'a', generation, store, toItems: () => [{ open: () => {} }] });
// @ts-expect-error A17: nor does a method of an interface
createGenerationClient({ name: 'a', generation, store, toItems: (): { close?(): void }[] => [] });
// @ts-expect-error A17: however deep it is
createGenerationClient({ name: 'a', generation, store, toItems: () => [{ deep: { list: [{ at: new Date() }] } }] });
// @ts-expect-error A17: a url object
createGenerationClient({ name: 'a', generation, store, toItems: ({ url }) => [{ url: new URL(url) }] });
// @ts-expect-error A17: a map
createGenerationClient({ name: 'a', generation, store, toItems: () => [{ sizes: new Map([['a', 1]]) }] });
// @ts-expect-error A17: a blob
createGenerationClient({ name: 'a', generation, store, toItems: () => [{ blob: new Blob() }] });
// @ts-expect-error A17: bytes
createGenerationClient({ name: 'a', generation, store, toItems: () => [{ bytes: new Uint8Array() }] });
// @ts-expect-error A17: a bigint
createGenerationClient({ name: 'a', generation, store, toItems: () => [{ seed: 1n }] });
// @ts-expect-error A17: a symbol
createGenerationClient({ name: 'a', generation, store, toItems: () => [{ key: Symbol() }] });
// @ts-expect-error A17: a list with holes
createGenerationClient({ name: 'a', generation, store, toItems: () => [{ list: ['a', undefined] }] });
// @ts-expect-error A17: what is one of several
createGenerationClient({ name: 'a', generation, store, toItems: ({ url }) => [{ at: url ? url : new Date() }] });
// @ts-expect-error A17: what nobody knows
createGenerationClient({ name: 'a', generation, store, toItems: (): { raw: unknown }[] => [] });
// @ts-expect-error A17: the bare machine takes the same
createClientMachine({ name: 'a', generation, store, toItems: () => [{ at: new Date() }] });

const view: ClientView<Output, Item> = client.getSnapshot();
for (const { status, items, output, failure } of view.generations) {
  if (status === 'queued') items.map(({ prompt }) => prompt.trim());
  const parts: [string | undefined, Failure | undefined] = [output?.url, failure];
  parts.reverse();
}

// Commands.
client.send({ type: 'GENERATE', input: { prompt: 'fog' } });
client.send({ type: 'RETRY', id: 'a', as: 'b' });
client.send({ type: 'CLEAR' });
// @ts-expect-error the input is the adapter's
client.send({ type: 'GENERATE', input: { text: 'fog' } });
// @ts-expect-error it says which
client.send({ type: 'CANCEL' });
// @ts-expect-error only runs send their reports
client.send({ type: 'run.done', id: 'a', runId: 'run/1' });

// Emitted.
client.on('item.added', ({ item }) => item.prompt.trim());
client.on('generation.completed', ({ items }) => items.map(({ url }) => url));
client.on('*', emitted => emitted.type === 'generation.failed' && emitted.failure.code);
// @ts-expect-error there is no such emitted
client.on('generation.done', () => {});
// @ts-expect-error a started one has no items
client.on('generation.started', ({ items }) => items);

const { id, items } = client.generate({ prompt: 'fog' }, { id: 'a', signal: AbortSignal.timeout(1) });
const handle: [string, Promise<readonly Item[]>] = [id, items];
handle.reverse();

// The bare machine.
const actor = createActor(createClientMachine({ name: 'pictures', generation, toItems, store: memoryStore<Item>() }));
actor.on('item.removed', ({ id }): string => id);
const bare: ClientView<Output, Item> = viewClient(actor.getSnapshot());
bare.items.at(0)?.url.trim();
