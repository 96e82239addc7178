import { and, setup } from 'xstate';
import type { GalleryItem } from './client.types.js';
import { initialRun, runActions } from './run.actions.js';
import { runActors } from './run.actors.js';
import { runChildInputs } from './run.child-inputs.js';
import { runGuards } from './run.guards.js';
import type { RunContext, RunEvent, RunInput, RunMachineOptions } from './run.types.js';
import { submitWindowLeftMs } from './stored-generation.js';

/** A state that leaves for `target` whether the store call succeeds, fails or times out. */
const afterStoreCall = (target: string, ...also: readonly 'reportEnd'[]) =>
  ({
    after: { timeout: { target, actions: ['reportWriteFailed', ...also] } },
    on: {
      'stored.updated': { target, actions: ['reportWritten', ...also] },
      'store.failed': { target, actions: ['reportWriteFailed', ...also] },
    },
  }) as const;

/**
 * One generation in a client, from its place in the queue to its items in the gallery. Its states, and what each waits for:
 *
 * - `created`: nothing; a new generation goes to the queue, a stored one to the lock.
 * - `queued`: a free slot. Nothing is stored or submitted yet.
 * - `coordinating`: holds the lock of the generation, or waits for it:
 *   - `requestingLock`: the lock, before anything is stored.
 *   - `storing`: the store to have the generation, before the submit.
 *   - `withdrawing`: the store to remove a generation that was cancelled before its submit.
 *   - `followedElsewhere`: the lock, or the end in the tab that has it.
 *   - `reading`: the store, to see what the last holder of the lock has left.
 *   - `deciding`: nothing; chooses what to do with what was read.
 *   - `waitingForSlot`: a free slot, to follow what was read.
 *   - `renewing`: the store to have a resumed generation without its failure.
 *   - `following`: the generation machine, its child, which submits and follows the job. Changes are saved meanwhile.
 *   - `concluding`: nothing; chooses by the outcome.
 *   - `waitingForUnload`: the page to close, or to stay.
 *   - `committing`: the store to have the items.
 *   - `unsaved`: room in the store, or the next attempt.
 *   - `storingFailure`: the store to have the failure of a generation that can be resumed.
 *   - `removing`: the store to remove the generation.
 * - `ended`: final.
 */
export function createRunMachine<TInput, TOutput, TDraft extends object>({
  name,
  generation,
  toItems,
  store,
  locks,
  canRepeat,
  now,
}: RunMachineOptions<TInput, TOutput, TDraft>) {
  type Item = GalleryItem<TDraft>;
  const inputs = runChildInputs<TInput, TOutput, Item>(now);

  return setup({
    types: {} as {
      context: RunContext<TInput, TOutput, Item>;
      events: RunEvent;
      input: RunInput<TInput>;
    },
    actors: { ...runActors(name, store, locks), generation },
    actions: runActions<TInput, TOutput, TDraft>(toItems, now),
    guards: runGuards<TInput, TOutput, Item>(canRepeat, now),
    delays: {
      timeout: 2_000,
      saveGap: 1_000,
      retryDelay: 30_000,
      unloadGrace: 500,
      submitWindow: ({ context }) => Math.max(0, submitWindowLeftMs(context, now())),
    },
  }).createMachine({
    id: 'run',
    context: initialRun,
    on: { '*': {} },
    initial: 'created',
    states: {
      created: { always: [{ guard: 'isRequested', target: 'queued' }, { target: 'coordinating' }] },

      queued: {
        entry: 'reportQueued',
        on: {
          'slot.granted': 'coordinating.requestingLock',
          CANCEL: { target: 'ended', actions: ['endNotSubmitted', 'reportEnd'] },
        },
      },

      coordinating: {
        invoke: { id: 'lock', src: 'lock', input: inputs.lock },
        initial: 'followedElsewhere',
        on: { 'lock.held': { actions: 'setLockHeld' }, 'lock.lost': { actions: 'setLockLost' } },
        states: {
          requestingLock: {
            entry: ['forbidLockTransfer', 'reportActive'],
            after: { timeout: 'storing' },
            on: {
              'lock.held': { target: 'storing', actions: 'setLockHeld' },
              'lock.shared': { target: 'storing', actions: 'setLockHeld' },
              CANCEL: { target: '#run.ended', actions: ['endNotSubmitted', 'reportEnd'] },
            },
          },
          storing: {
            invoke: { id: 'update', src: 'update', input: inputs.store },
            after: { timeout: { target: 'following', actions: ['reportWriteFailed', 'reportStarted'] } },
            on: {
              'stored.updated': [
                { guard: 'wasStored', target: 'followedElsewhere', actions: 'setStored' },
                { target: 'following', actions: ['setFound', 'reportWritten', 'reportStarted'] },
              ],
              'store.failed': { target: 'following', actions: ['reportWriteFailed', 'reportStarted'] },
              CANCEL: { target: 'withdrawing', actions: ['requestCancel', 'endNotSubmitted', 'reportActive'] },
            },
          },
          /** "Not charged" is reported only after the stored generation is gone: nothing can submit it any more then. */
          withdrawing: {
            invoke: { id: 'update', src: 'update', input: inputs.remove },
            ...afterStoreCall('#run.ended', 'reportEnd'),
          },

          followedElsewhere: {
            entry: ['allowLockTransfer', 'reportElsewhere'],
            always: { guard: 'hasLock', target: 'reading' },
            after: { submitWindow: { guard: 'isLockUnavailable', target: 'reading', actions: 'setLockHeld' } },
            on: {
              'lock.held': { target: 'reading', actions: 'setLockHeld' },
              'lock.shared': [
                { guard: 'mayBeSubmitting', actions: 'setLockUnavailable' },
                { target: 'reading', actions: 'setLockHeld' },
              ],
              'stored.found': [
                { guard: 'isFailureFound', target: '#run.ended', actions: ['setStored', 'reportStoredFailure'] },
                { guard: 'hasJobWithoutLock', target: 'reading', actions: ['setStored', 'setLockHeld'] },
                { actions: ['setStored', 'allowLockTransfer', 'reportElsewhere'] },
              ],
              'stored.missing': { target: '#run.ended', actions: 'reportEndedElsewhere' },
              CANCEL: { target: '.requestingCancel', actions: ['requestCancel', 'reportElsewhere'] },
            },
            initial: 'idle',
            states: {
              idle: {},
              requestingCancel: {
                invoke: { id: 'update', src: 'update', input: inputs.requestCancel },
                ...afterStoreCall('idle'),
              },
            },
          },
          reading: {
            entry: 'forbidLockTransfer',
            invoke: { id: 'read', src: 'read', input: inputs.read },
            after: { timeout: { target: 'deciding', actions: 'reportWriteFailed' } },
            on: {
              'stored.read': [
                { guard: 'isRemoved', target: '#run.ended', actions: 'reportEndedElsewhere' },
                { target: 'deciding', actions: 'setStored' },
              ],
              'store.failed': { target: 'deciding', actions: 'reportWriteFailed' },
              'lock.lost': { target: 'followedElsewhere', actions: 'setLockLost' },
              CANCEL: { actions: ['requestCancel', 'reportElsewhere'] },
            },
          },
          deciding: {
            always: [
              { guard: 'isFailureStored', target: '#run.ended', actions: 'reportStoredFailure' },
              { guard: 'hasJob', target: 'waitingForSlot' },
              { guard: 'isCancelRequested', target: 'removing', actions: ['endMaybeCharged', 'reportEnd'] },
              { guard: 'isRepeatable', target: 'waitingForSlot' },
              { target: 'removing', actions: ['endInterrupted', 'reportEnd'] },
            ],
          },
          waitingForSlot: {
            entry: ['allowLockTransfer', 'reportQueued'],
            always: [
              { guard: and(['isCancelRequested', 'isResumed']), target: 'renewing' },
              { guard: 'isCancelRequested', target: 'following' },
            ],
            on: {
              'slot.granted': [{ guard: 'isResumed', target: 'renewing' }, { target: 'following' }],
              'stored.found': { guard: 'isCancelRequestedElsewhere', actions: 'requestCancel' },
              'lock.lost': { target: 'followedElsewhere', actions: 'setLockLost' },
              CANCEL: [
                { guard: 'hasJob', actions: 'requestCancel' },
                { target: 'removing', actions: ['endMaybeCharged', 'reportEnd'] },
              ],
            },
          },
          renewing: {
            entry: 'forbidLockTransfer',
            invoke: { id: 'update', src: 'update', input: inputs.renew },
            after: { timeout: { target: 'following', actions: 'reportWriteFailed' } },
            on: {
              'stored.updated': { target: 'following', actions: ['setFound', 'reportWritten'] },
              'store.failed': { target: 'following', actions: 'reportWriteFailed' },
              CANCEL: { actions: 'requestCancel' },
            },
          },

          following: {
            entry: ['allowLockTransfer', 'reportActive', 'startGeneration'],
            invoke: {
              id: 'generation',
              src: 'generation',
              input: inputs.generation,
              onSnapshot: { actions: ['updateLive', 'allowLockTransfer'] },
              onDone: { target: 'concluding', actions: 'conclude' },
              onError: { target: 'concluding', actions: 'endCrashed' },
            },
            always: { guard: 'hasLostLock', target: 'followedElsewhere' },
            on: {
              // Stored at once, so that a reload does not submit or follow it as if nothing had been requested.
              CANCEL: { target: '.saving', actions: ['requestCancel', 'cancelGeneration'] },
              CHECK: { actions: 'checkGeneration' },
              'stored.found': { guard: 'isCancelRequestedElsewhere', actions: 'cancelGeneration' },
            },
            initial: 'saved',
            states: {
              saved: { always: { guard: 'hasChanged', target: 'saving' } },
              saving: {
                entry: 'beginSave',
                invoke: { id: 'update', src: 'update', input: inputs.save },
                after: { timeout: { target: 'throttled', actions: 'reportWriteFailed' } },
                on: {
                  'stored.updated': [
                    {
                      guard: 'isCancelRequestedElsewhere',
                      target: 'throttled',
                      actions: ['endSave', 'cancelGeneration'],
                    },
                    { target: 'throttled', actions: ['endSave', 'allowLockTransfer', 'reportWritten'] },
                  ],
                  'store.failed': { target: 'throttled', actions: 'reportWriteFailed' },
                },
              },
              throttled: { after: { saveGap: 'saved' } },
            },
          },

          concluding: {
            entry: 'forbidLockTransfer',
            always: [
              { guard: 'isCompleted', target: 'committing' },
              { guard: 'isResumable', target: 'storingFailure', actions: ['setFailure', 'reportEnd'] },
              { guard: 'isSubmitUnanswered', target: 'waitingForUnload', actions: 'reportEnd' },
              { target: 'removing', actions: 'reportEnd' },
            ],
          },
          /** Requests also fail just before a page closes. In that case the generation must stay stored. */
          waitingForUnload: { after: { unloadGrace: 'removing' } },
          committing: {
            invoke: { id: 'commit', src: 'commit', input: inputs.commit },
            after: { timeout: { target: 'unsaved', actions: 'reportUnsaved' } },
            on: {
              'items.committed': { target: 'removing', actions: ['reportEnd', 'reportWritten'] },
              'store.failed': { target: 'unsaved', actions: 'reportUnsaved' },
            },
          },
          /** The items are on the page only. The generation stays stored, so that a reload finds the job. */
          unsaved: {
            entry: 'setOutcomeEmitted',
            invoke: { id: 'update', src: 'update', input: inputs.setOutcomeEmitted },
            after: { retryDelay: 'committing' },
            on: { 'space.freed': 'committing' },
          },
          storingFailure: {
            invoke: { id: 'update', src: 'update', input: inputs.storeFailure },
            ...afterStoreCall('#run.ended'),
          },
          removing: {
            invoke: { id: 'update', src: 'update', input: inputs.remove },
            ...afterStoreCall('#run.ended'),
          },
        },
      },

      ended: { type: 'final', entry: 'reportDone' },
    },
  });
}
