import { setup } from 'xstate';
import type { GenerationAdapter } from '../generation/generation.port.js';
import { canReplay, replaysKeys } from '../generation/generation.replay.js';
import { toTimerMs } from '../reads/delays.js';
import { backendHold } from './backend-hold.js';
import { checkedStore } from './checked-store.js';
import { clientActions } from './client.actions.js';
import { clientActors } from './client.actors.js';
import { type ClientContext, type ClientEvent, initialClient } from './client.context.js';
import { clientGuards } from './client.guards.js';
import { type ClientMachineOptions, checkedOptions } from './client.options.js';
import type { GenerationStore } from './client.port.js';
import type { ClientEmitted, GalleryItem } from './client.types.js';
import { createExpiryMachine } from './expiry.machine.js';
import { escapePart } from './item-id.js';
import { originOf } from './ownership.js';
import { createRenewalMachine } from './renewal.machine.js';
import { createRunMachine } from './run.machine.js';
import { scopedStore } from './scoped-store.js';

/** An answer of the store. If something has changed meanwhile, it is read again. */
const readingEnds = {
  'store.read': [
    { guard: 'isOutdated', target: 'throttled' },
    { target: 'throttled', actions: 'reconcile' },
  ],
  'store.readFailed': { target: 'failed', actions: 'setReadFailed' },
} as const;

/**
 * The statechart of a client: several generations and one gallery, which survive reloads and are shared among tabs. Each
 * generation is a child `run`; {@link viewClient} shows all of them. An actor of this machine works from its start on. Most
 * pages want `createGenerationClient` instead.
 *
 * @throws TypeError if an option is missing or unknown, `generation` is another machine, `concurrency` or `limit` is not a whole
 *   number above 0, or the store has no scopes and there is a `scope`
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
export function createClientMachine<TInput, TOutput, TDraft extends object>(
  options: ClientMachineOptions<TInput, TOutput, TDraft>,
) {
  type Item = GalleryItem<TDraft>;
  const checked = checkedOptions(options);
  const { name, generation, toItems, locks, concurrency, limit, describe, renewBeforeMs, scope } = checked;
  const { adapter, environment, policy } = checked.meta;
  // A store's own type only says that its items have ids. Its key says that they are this client's.
  const store = checkedStore(scopedStore(name, options.store as GenerationStore<Item>, scope));
  const now = () => environment.now();
  const getOwner = () => ({ name, origin: originOf(adapter) });
  const canRepeat = replaysKeys(adapter);
  const isReplayable = (sentAt: number | undefined) => canReplay(adapter, sentAt, now());
  const byKey = { canFind: adapter.find !== undefined, canForbid: adapter.cancelByKey !== undefined };
  const lockName = [name, ...(scope === undefined ? [] : [scope])].map(escapePart).join('/');
  const run = createRunMachine<TInput, TOutput, TDraft>({
    name: lockName,
    generation,
    toItems,
    store,
    locks,
    isReplayable,
    byKey,
    now,
  });

  const renewal = createRenewalMachine<TInput, TOutput, TDraft>({
    // What the machine was made of has its types.
    adapter: adapter as GenerationAdapter<TInput, TOutput>,
    toItems,
    store,
    locks,
    lockName,
    readTimeoutMs: policy.requestTimeoutMs,
  });

  // Commands and reports are handled in every state but the last two. The region `queue` holds back all submits while the backend asks this client, or another one of the page, to wait.
  // The states of the region `store` say when it is read, and what each waits for:
  // - starting: listeners that are added in the same moment; they receive what is recovered.
  // - reading: the answer of the store.
  // - throttled: a short time, so that many changes are read once.
  // - idle: a change of the store.
  // - unanswered: an answer that is late, or the next attempt.
  // - failed: a change of the store, or the next attempt.
  //
  // How another tab learns of a result:
  // 1. The tab that follows commits the items, then stores the end of the generation (`committing` and `storingEnd` of
  //    run.machine.ts).
  // 2. The store notifies the other tabs that something has changed (`watch` of the store in adapters/stores). The
  //    notification contains no result.
  // 3. There, the child `storeChanges` sends `store.changed`, and `storeReader` reads generations first, then items
  //    (client.actors.ts).
  // 4. The action `reconcile` shows the items (client.reconcile.ts). If a generation is no longer stored, its run gets
  //    `stored.missing` and reports `run.endedElsewhere`. The next reading marks it completed, with the items of its job.
  //    If there are none, it leaves the list.
  // The same happens if this tab gets the lock first: its run reads the store and finds the generation removed (`reading`
  // of run.machine.ts).
  return setup({
    types: {} as {
      context: ClientContext<TInput, TOutput, Item>;
      events: ClientEvent<TInput, TOutput, Item>;
      emitted: ClientEmitted<Item>;
    },
    actors: {
      ...clientActors<Item>(store, limit),
      backendHold: backendHold(adapter, now),
      run,
      renewal,
      expiry: createExpiryMachine(now),
    },
    actions: clientActions<TInput, TOutput, TDraft, Item>({
      describe,
      canRepeat,
      isReplayable,
      now,
      getOwner,
      // What the machine was made of has its types.
      toDurationLabel: (adapter as GenerationAdapter<TInput, TOutput>).durationLabel?.bind(adapter),
      limit,
      concurrency,
      renewBeforeMs,
    }),
    guards: clientGuards<TInput, TOutput, Item>(isReplayable, now),
    delays: {
      startDelay: 0,
      timeout: 2_000,
      readGap: 250,
      retryDelay: 30_000,
      wait: ({ context }) => toTimerMs(Number(context.hold?.waitMs)),
    },
  }).createMachine({
    id: 'client',
    context: initialClient<TInput, TOutput, Item>(),
    invoke: [
      { id: 'storeChanges', src: 'storeChanges' },
      { id: 'storeReader', src: 'storeReader' },
      { id: 'storeWriter', src: 'storeWriter' },
      { id: 'backendHold', src: 'backendHold' },
      ...(renewBeforeMs === undefined ? [] : [{ id: 'expiry', src: 'expiry' } as const]),
    ],
    on: {
      '*': {},
      GENERATE: [{ guard: 'isNewWish', actions: 'generate' }, { actions: 'warn' }],
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
      RENEW: { actions: 'renew' },

      'run.changed': { actions: 'updateRunView' },
      'run.started': { actions: 'emitStarted' },
      'run.ended': { actions: 'endRun' },
      'run.endedElsewhere': { actions: 'endRunElsewhere' },
      'run.done': { actions: 'stopRun' },
      'xstate.error.actor.*': { actions: ['failRun', 'stopOrphans'] },
      'renewal.due': { actions: 'renewDue' },
      'renewal.ended': { actions: 'endRenewal' },
      'store.written': { actions: 'setWriteError' },
      'store.writeFailed': { actions: 'setWriteError' },
      'store.changed': { actions: 'setNeedsReload' },
      'histories.read': { actions: 'setHistories' },
      'store.erased': { actions: 'dropAll' },
      // A late answer to an earlier reading.
      'store.read': [{ guard: 'isOutdated' }, { actions: 'reconcile' }],
      'items.removed': { actions: ['removeOthers', 'commitAgain'] },
    },
    initial: 'active',
    states: {
      active: {
        type: 'parallel',
        on: { LEAVE: { target: 'leaving', actions: 'leave' } },
        states: {
          store: {
            initial: 'starting',
            states: {
              starting: { after: { startDelay: 'reading' } },
              reading: {
                entry: 'beginReading',
                after: { timeout: { target: 'unanswered', actions: 'setReadFailed' } },
                on: readingEnds,
              },
              unanswered: { after: { retryDelay: 'reading' }, on: readingEnds },
              throttled: { after: { readGap: 'idle' } },
              idle: { always: { guard: 'needsReload', target: 'reading' } },
              failed: { after: { retryDelay: 'reading' }, on: { ...readingEnds, 'store.changed': 'reading' } },
            },
          },
          queue: {
            initial: 'open',
            states: {
              open: {
                on: {
                  'run.refused': { target: 'held', actions: 'holdQueue' },
                  'queue.held': { target: 'held', actions: 'holdAlong' },
                },
              },
              held: {
                after: { wait: { target: 'open', actions: 'releaseQueue' } },
                on: {
                  'run.refused': { target: 'held', reenter: true, actions: 'holdQueue' },
                  'queue.held': { target: 'held', reenter: true, actions: 'holdAlong' },
                },
              },
            },
          },
        },
      },
      // A submit that is under way may be charged: its answer is stored, and shown by the next page.
      leaving: {
        always: { guard: 'hasLeft', target: 'left' },
        on: {
          '*': {},
          LEAVE: { actions: 'leave' },
          'run.left': { actions: 'setLeft' },
          'xstate.done.actor.*': { actions: 'stopLeftRun' },
          'xstate.error.actor.*': { actions: ['failRun', 'stopOrphans'] },
        },
      },
      left: { type: 'final' },
    },
  });
}

/** A machine of {@link createClientMachine}. */
export type ClientMachine<TInput, TOutput, TDraft extends object> = ReturnType<
  typeof createClientMachine<TInput, TOutput, TDraft>
>;
