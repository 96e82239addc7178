import { setup } from 'xstate';
import { type Environment, serverEnvironment } from '../environment.js';
import type { GenerationMachine } from '../generation/generation.machine.js';
import { metaOf } from '../generation/generation.meta.js';
import type { JsonObject } from '../generation/generation.port.js';
import { checkedStore } from './checked-store.js';
import { clientActions, initialClient } from './client.actions.js';
import { clientActors } from './client.actors.js';
import type { ClientContext, ClientEvent } from './client.context.js';
import { clientGuards } from './client.guards.js';
import type { GenerationLocks, GenerationStore, StoredItem } from './client.port.js';
import type { ClientEmitted, GalleryItem, GenerationSource } from './client.types.js';
import { createRunMachine } from './run.machine.js';

/** What a client is made of. */
export type ClientMachineOptions<TInput, TOutput, TDraft extends object> = {
  /** Names the client among the tabs of its origin: two clients with two stores have two names. */
  readonly name: string;
  /** Made once, by `createGenerationMachine`. */
  readonly generation: GenerationMachine<TInput, TOutput>;
  /**
   * Makes the items of an output, as plain JSON; a batch of n outputs gives n of them. Each gets its `id` from the client:
   * that of the job, then `<job>/1`, `<job>/2`, …, so that it is the same in every tab and life. One that throws makes
   * the generation fail with `invalid-response`; nothing is lost, it can be followed again.
   */
  readonly toItems: (output: TOutput, source: GenerationSource<TInput>) => readonly TDraft[];
  /**
   * Where items and running generations outlive the page. What it reads is taken for items of this client: a key that held
   * something else before needs another key, or a migration.
   */
  readonly store: GenerationStore<NoInfer<GalleryItem<TDraft>>> | GenerationStore<StoredItem>;
  /** Who of several tabs follows. @defaultValue each, and the store decides what is new */
  readonly locks?: GenerationLocks | undefined;
  /** How many run here at once. @defaultValue 3 */
  readonly concurrency?: number | undefined;
  /** How many items are read and shown. @defaultValue 100 */
  readonly limit?: number | undefined;
  /** What a page shows of an input after a reload, and in other tabs: its prompt, its settings. @defaultValue nothing */
  readonly describe?: ((input: TInput) => JsonObject) | undefined;
  /** The clock; in a browser, `browserEnvironment()`. @defaultValue `serverEnvironment()` */
  readonly environment?: Environment | undefined;
};

const atLeastOne = (name: string, value: number): number => {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new TypeError(`${name} must be a whole number above 0`);
};

/**
 * The statechart of a client: many generations, one gallery, over reloads and tabs. Each generation is a `run` of its own;
 * what is seen of all is {@link viewClient}. An actor of it begins to work when it is started, so that in a browser
 * `createGenerationClient` is what most pages want.
 *
 * @throws TypeError if `concurrency` or `limit` is no whole number above 0
 * @example
 * const machine = createClientMachine({
 *   name: 'pictures',
 *   generation: createGenerationMachine(fileBackend({ kind: 'image' })),
 *   toItems: ({ files }, { description }) => files.map(({ url }) => ({ url, prompt: description?.['prompt'] })),
 *   describe: ({ prompt }) => ({ prompt }),
 *   store: localStore({ key: 'pictures' }),
 *   locks: browserLocks(),
 * });
 */
export function createClientMachine<TInput, TOutput, TDraft extends object>({
  name,
  generation,
  toItems,
  store: given,
  locks,
  concurrency = 3,
  limit = 100,
  describe,
  environment = serverEnvironment(),
}: ClientMachineOptions<TInput, TOutput, TDraft>) {
  type Item = GalleryItem<TDraft>;
  // A store knows of its items that they have ids; that they are this client's is what its key says.
  const store = checkedStore(given as GenerationStore<Item>);
  const now = () => environment.now();
  const canRepeat = metaOf(generation)?.adapter.idempotentSubmit === true;
  const run = createRunMachine<TInput, TOutput, TDraft>({ name, generation, toItems, store, locks, canRepeat, now });

  return setup({
    types: {} as {
      context: ClientContext<TInput, TOutput, Item>;
      events: ClientEvent<TInput, TOutput, Item>;
      emitted: ClientEmitted<Item>;
    },
    actors: { ...clientActors<Item>(store, atLeastOne('limit', limit)), run },
    actions: clientActions<TInput, TOutput, TDraft, Item>({
      describe,
      canRepeat,
      now,
      limit,
      concurrency: atLeastOne('concurrency', concurrency),
    }),
    guards: clientGuards<TInput, TOutput, Item>(),
    delays: { attend: 0, patience: 2_000, rest: 250, retry: 30_000 },
  }).createMachine({
    id: 'client',
    context: initialClient<TInput, TOutput, Item>(),
    invoke: [
      { id: 'watch', src: 'watch' },
      { id: 'storeWriter', src: 'storeWriter' },
    ],
    on: {
      '*': {},
      GENERATE: [{ guard: 'isNew', actions: 'generate' }, { actions: 'warn' }],
      CANCEL: [
        { guard: 'isRunning', actions: 'cancel' },
        { guard: 'isUnknown', actions: 'warn' },
      ],
      CHECK: [
        { guard: 'isResumable', actions: 'resume' },
        { guard: 'isElsewhere', actions: 'noteStale' },
        { guard: 'isRunning', actions: 'check' },
        { guard: 'isUnknown', actions: 'warn' },
      ],
      RETRY: [{ guard: 'isRepeatable', actions: 'retry' }, { actions: 'warn' }],
      RESUME: [{ guard: 'isResumable', actions: 'resume' }, { actions: 'warn' }],
      DISMISS: [{ guard: 'isEnded', actions: 'dismiss' }, { actions: 'warn' }],
      REMOVE: [{ guard: 'isItem', actions: 'remove' }, { actions: 'warn' }],
      CLEAR: { actions: 'clear' },

      'run.changed': { actions: 'showRun' },
      'run.started': { actions: 'announceRun' },
      'run.ended': { actions: 'endRun' },
      'run.gone': { actions: 'vanishRun' },
      'run.left': { actions: 'leaveRun' },
      'store.told': { actions: 'noteWriting' },
      'store.changed': { actions: 'noteStale' },
      'items.removed': { actions: ['noteRemoved', 'tryAgain'] },
    },
    initial: 'attending',
    states: {
      /** Whoever listens in the same moment hears of what is recovered. */
      attending: { after: { attend: 'reading' } },
      reading: {
        entry: 'noteReading',
        invoke: { id: 'look', src: 'look' },
        after: { patience: { actions: 'noteUnread' } },
        on: {
          'store.read': [
            { guard: 'needsReload', target: 'resting' },
            { target: 'resting', actions: 'reconcile' },
          ],
          'store.failed': { target: 'failed', actions: 'noteUnread' },
        },
      },
      resting: { after: { rest: 'calm' } },
      calm: { always: { guard: 'needsReload', target: 'reading' } },
      failed: { after: { retry: 'reading' }, on: { 'store.changed': 'reading' } },
    },
  });
}

/** A machine of {@link createClientMachine}. */
export type ClientMachine<TInput, TOutput, TDraft extends object> = ReturnType<
  typeof createClientMachine<TInput, TOutput, TDraft>
>;
