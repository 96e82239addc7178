import { setup } from 'xstate';
import { type Environment, serverEnvironment } from '../environment.js';
import type { GenerationMachine } from '../generation/generation.machine.js';
import { metaOf } from '../generation/generation.meta.js';
import type { JsonObject } from '../generation/generation.port.js';
import { checkedStore } from './checked-store.js';
import { clientActions } from './client.actions.js';
import { clientActors } from './client.actors.js';
import { type ClientContext, type ClientEvent, initialClient } from './client.context.js';
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
 * The statechart of a client: several generations and one gallery, which survive reloads and are shared among tabs. Each
 * generation is a child `run`; {@link viewClient} shows all of them. An actor of this machine works from its start on. Most
 * pages want `createGenerationClient` instead.
 *
 * Commands and reports are handled in every state. The states say how the store is read, and what each waits for:
 *
 * - `starting`: the listeners that are added in the same moment, so that they receive what is recovered.
 * - `reading`: the answer of the store.
 * - `throttled`: a short time, so that a burst of changes is read once.
 * - `idle`: a change of the store.
 * - `failed`: a change of the store, or the next attempt.
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
    delays: { startDelay: 0, timeout: 2_000, readGap: 250, retryDelay: 30_000 },
  }).createMachine({
    id: 'client',
    context: initialClient<TInput, TOutput, Item>(),
    invoke: [
      { id: 'storeChanges', src: 'storeChanges' },
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
        { guard: 'isFollowedElsewhere', actions: 'setNeedsReload' },
        { guard: 'isRunning', actions: 'check' },
        { guard: 'isUnknown', actions: 'warn' },
      ],
      RETRY: [{ guard: 'isRepeatable', actions: 'retry' }, { actions: 'warn' }],
      RESUME: [{ guard: 'isResumable', actions: 'resume' }, { actions: 'warn' }],
      DISMISS: [{ guard: 'isEnded', actions: 'dismiss' }, { actions: 'warn' }],
      REMOVE: [{ guard: 'isItem', actions: 'remove' }, { actions: 'warn' }],
      CLEAR: { actions: 'clear' },

      'run.changed': { actions: 'showRun' },
      'run.started': { actions: 'emitStarted' },
      'run.ended': { actions: 'endRun' },
      'run.endedElsewhere': { actions: 'endRunElsewhere' },
      'run.done': { actions: 'stopRun' },
      'store.written': { actions: 'setWritten' },
      'store.writeFailed': { actions: 'setWriteFailed' },
      'store.changed': { actions: 'setNeedsReload' },
      'items.removed': { actions: ['removeOthers', 'commitAgain'] },
    },
    initial: 'starting',
    states: {
      starting: { after: { startDelay: 'reading' } },
      reading: {
        entry: 'beginReading',
        invoke: { id: 'storeReader', src: 'storeReader' },
        after: { timeout: { actions: 'setReadFailed' } },
        on: {
          'store.read': [
            { guard: 'needsReload', target: 'throttled' },
            { target: 'throttled', actions: 'reconcile' },
          ],
          'store.readFailed': { target: 'failed', actions: 'setReadFailed' },
        },
      },
      throttled: { after: { readGap: 'idle' } },
      idle: { always: { guard: 'needsReload', target: 'reading' } },
      failed: { after: { retryDelay: 'reading' }, on: { 'store.changed': 'reading' } },
    },
  });
}

/** A machine of {@link createClientMachine}. */
export type ClientMachine<TInput, TOutput, TDraft extends object> = ReturnType<
  typeof createClientMachine<TInput, TOutput, TDraft>
>;
