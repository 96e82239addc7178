/**
 * What the compiler allows at a client's call sites, and what it does not. Compiled with everything else; never run.
 */
import {
  type ClientView,
  createGenerationClient,
  createGenerationMachine,
  type Failure,
  type GenerationAdapter,
} from 'generation-lifecycle';
import { memoryStore } from 'generation-lifecycle/adapters';
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
