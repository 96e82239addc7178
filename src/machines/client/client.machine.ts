import { setup } from 'xstate';
import { inertSurroundings, type Surroundings } from '../environment.js';
import type { GenerationMachine } from '../generation/generation.machine.js';
import type { JsonObject } from '../generation/generation.port.js';
import { strictStore } from './checked-store.js';
import { initialTool, toolActions } from './client.actions.js';
import { toolActors } from './client.actors.js';
import type { ToolContext, ToolEvent } from './client.context.js';
import { toolGuards } from './client.guards.js';
import type { StoredItem, ToolClaims, ToolStore } from './client.port.js';
import type { ToolEmitted, ToolItem, ToolSource } from './client.types.js';
import { createRunMachine } from './run.machine.js';

/** What a tool is made of. */
export type ToolMachineOptions<TInput, TOutput, TDraft extends object> = {
  /** Names the tool among the tabs of its origin: two tools with two stores have two names. */
  readonly name: string;
  /** Made once, by `createGenerationMachine`. */
  readonly generation: GenerationMachine<TInput, TOutput>;
  /**
   * Makes the items of an output, as plain JSON; a batch of n outputs gives n of them. Each gets its `id` from the tool:
   * that of the job, then `<job>/1`, `<job>/2`, …, so that it is the same in every tab and life. One that throws makes
   * the generation fail with `invalid-response`; nothing is lost, it can be followed again.
   */
  readonly toItems: (output: TOutput, source: ToolSource<TInput>) => readonly TDraft[];
  /**
   * Where items and running generations outlive the page. What it reads is taken for items of this tool: a key that held
   * something else before needs another key, or a migration.
   */
  readonly store: ToolStore<NoInfer<ToolItem<TDraft>>> | ToolStore<StoredItem>;
  /** Who of several tabs follows. @defaultValue each, and the store decides what is new */
  readonly claims?: ToolClaims | undefined;
  /** How many run here at once. @defaultValue 3 */
  readonly concurrency?: number | undefined;
  /** How many items are read and shown. @defaultValue 100 */
  readonly limit?: number | undefined;
  /** What a page shows of an input after a reload, and in other tabs: its prompt, its settings. @defaultValue nothing */
  readonly describe?: ((input: TInput) => JsonObject) | undefined;
  /** The clock; in a browser, `browserSurroundings()`. @defaultValue `inertSurroundings()` */
  readonly surroundings?: Surroundings | undefined;
};

const atLeastOne = (name: string, value: number): number => {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new TypeError(`${name} must be a whole number above 0`);
};

/**
 * The statechart of a tool: many generations, one gallery, over reloads and tabs. Each generation is a `run` of its own;
 * what is seen of all is {@link viewTool}. An actor of it begins to work when it is started, so that in a browser
 * `createGenerationTool` is what most pages want.
 *
 * @throws TypeError if `concurrency` or `limit` is no whole number above 0
 * @example
 * const machine = createToolMachine({
 *   name: 'pictures',
 *   generation: createGenerationMachine(fileBackend({ kind: 'image' })),
 *   toItems: ({ files }, { description }) => files.map(({ url }) => ({ url, prompt: description?.['prompt'] })),
 *   describe: ({ prompt }) => ({ prompt }),
 *   store: localStore({ key: 'pictures' }),
 *   claims: browserClaims(),
 * });
 */
export function createToolMachine<TInput, TOutput, TDraft extends object>({
  name,
  generation,
  toItems,
  store: given,
  claims,
  concurrency = 3,
  limit = 100,
  describe,
  surroundings = inertSurroundings(),
}: ToolMachineOptions<TInput, TOutput, TDraft>) {
  type Item = ToolItem<TDraft>;
  // A store knows of its items that they have ids; that they are this tool's is what its key says.
  const store = strictStore(given as ToolStore<Item>);
  const now = () => surroundings.now();
  const canRepeat = generation.config.meta?.['idempotentSubmit'] === true;
  const run = createRunMachine<TInput, TOutput, TDraft>({ name, generation, toItems, store, claims, canRepeat, now });

  return setup({
    types: {} as {
      context: ToolContext<TInput, TOutput, Item>;
      events: ToolEvent<TInput, TOutput, Item>;
      emitted: ToolEmitted<Item>;
    },
    actors: { ...toolActors<Item>(store, atLeastOne('limit', limit)), run },
    actions: toolActions<TInput, TOutput, TDraft, Item>({
      describe,
      canRepeat,
      now,
      limit,
      concurrency: atLeastOne('concurrency', concurrency),
    }),
    guards: toolGuards<TInput, TOutput, Item>(),
    delays: { attend: 0, patience: 2_000, rest: 250, retry: 30_000 },
  }).createMachine({
    id: 'tool',
    context: initialTool<TInput, TOutput, Item>(),
    invoke: [
      { id: 'watch', src: 'watch' },
      { id: 'keeper', src: 'keeper' },
    ],
    on: {
      '*': {},
      GENERATE: [{ guard: 'isNew', actions: 'generate' }, { actions: 'warn' }],
      CANCEL: [
        { guard: 'isRunning', actions: 'cancel' },
        { guard: 'isUnknown', actions: 'warn' },
      ],
      CHECK: [
        { guard: 'isFollowable', actions: 'follow' },
        { guard: 'isElsewhere', actions: 'noteStale' },
        { guard: 'isRunning', actions: 'check' },
        { guard: 'isUnknown', actions: 'warn' },
      ],
      RETRY: [{ guard: 'isRepeatable', actions: 'retry' }, { actions: 'warn' }],
      FOLLOW: [{ guard: 'isFollowable', actions: 'follow' }, { actions: 'warn' }],
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
            { guard: 'isStale', target: 'resting' },
            { target: 'resting', actions: 'takeStock' },
          ],
          'store.failed': { target: 'failed', actions: 'noteUnread' },
        },
      },
      resting: { after: { rest: 'calm' } },
      calm: { always: { guard: 'isStale', target: 'reading' } },
      failed: { after: { retry: 'reading' }, on: { 'store.changed': 'reading' } },
    },
  });
}

/** A machine of {@link createToolMachine}. */
export type ToolMachine<TInput, TOutput, TDraft extends object> = ReturnType<
  typeof createToolMachine<TInput, TOutput, TDraft>
>;
