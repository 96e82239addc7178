import { and, setup } from 'xstate';
import { metaOf } from '../generation/generation.meta.js';
import { resolvePolicy } from '../generation/generation.policy.js';
import { toTimerMs } from '../reads/delays.js';
import type { GalleryItem } from './client.types.js';
import { initialRun, runActions } from './run.actions.js';
import { runActors } from './run.actors.js';
import { runChildInputs } from './run.child-inputs.js';
import { runGuards } from './run.guards.js';
import type { RunContext, RunEvent, RunInput, RunMachineOptions } from './run.types.js';
import { submitWindowLeftMs, toSubmitWindowMs } from './stored-generation.js';

/** A state that leaves for `target` whether the store call succeeds, fails or times out. */
const afterStoreCall = (target: string, ...also: readonly 'reportEnd'[]) =>
  ({
    after: { timeout: { target, actions: ['reportWriteFailed', ...also] } },
    on: {
      'stored.updated': { target, actions: ['reportWritten', ...also] },
      'store.failed': { target, actions: ['reportWriteFailed', ...also] },
    },
  }) as const;

/** The same for the last call, which stores the end. */
const afterStoringEnd = (...also: readonly 'reportEnd'[]) =>
  ({
    after: { timeout: { target: '#run.ended', actions: ['setEndUnstored', 'reportWriteFailed', ...also] } },
    on: {
      'stored.updated': { target: '#run.ended', actions: ['reportWritten', ...also] },
      'store.failed': { target: '#run.ended', actions: ['setEndUnstored', 'reportWriteFailed', ...also] },
    },
  }) as const;

/**
 * A run is the actor of one generation in a client. It takes the generation from the queue to the gallery. Each wait for
 * the store, and the one in `requestingLock`, lasts 2 s at most. Its states:
 *
 * - `created`: sends a new generation to the queue, and a stored one to the lock.
 * - `queued`: waits for a free slot. Nothing is stored or submitted yet.
 * - `coordinating`: requests the lock of the generation and keeps it until the end, through all of these:
 *   - `requestingLock`: waits for the lock, before anything is stored.
 *   - `storing`: waits until the store has saved the generation, before the submit.
 *   - `findingItems`: reads the items of a generation of this id that has ended before.
 *   - `checkingCancel`: reads whether there is a generation of this id already, which a cancel would mean.
 *   - `foundElsewhere`: there is one.
 *   - `withdrawing`: waits until the store has the end of a generation that was cancelled before its submit.
 *   - `followedElsewhere`: waits for the lock, or until the tab that holds it has ended the generation.
 *   - `reading`: reads the stored generation, as the last holder of the lock has left it.
 *   - `deciding`: chooses how to continue the stored generation.
 *   - `findingResult`: reads whether there is a result of a generation without a job.
 *   - `decidingSubmit`: chooses whether its submit is sent again.
 *   - `waitingForSlot`: waits for a free slot, to follow the stored generation.
 *   - `renewing`: waits until the store has saved a resumed generation without its failure.
 *   - `following`: runs the generation machine, its child, which submits and follows the job. Saves changes meanwhile.
 *   - `concluding`: chooses by the outcome.
 *   - `withdrawingForNow`: waits until the store has removed a generation whose submit the backend refused for now. It goes back
 *     to `queued` then, and the client holds its queue until the backend's wait is over.
 *   - `waitingForUnload`: waits 500 ms: if the page closes in this time, the generation stays stored.
 *   - `committing`: waits until the store has saved the items.
 *   - `unsaved`: waits for room in the store, or for the next attempt.
 *   - `storingFailure`: waits until the store has saved the failure of a generation that can be resumed.
 *   - `storingEnd`: waits until the store has the end of the generation, in place of the generation.
 * - `ended`: final.
 */
export function createRunMachine<TInput, TOutput, TDraft extends object>({
  name,
  generation,
  toItems,
  store,
  locks,
  isReplayable,
  byKey,
  now,
}: RunMachineOptions<TInput, TOutput, TDraft>) {
  type Item = GalleryItem<TDraft>;
  const policy = metaOf(generation)?.policy ?? resolvePolicy();
  const submitWindowMs = toSubmitWindowMs(policy);
  const inputs = runChildInputs<TInput, TOutput, Item>(now);

  return setup({
    types: {} as {
      context: RunContext<TInput, TOutput, Item>;
      events: RunEvent;
      input: RunInput<TInput>;
    },
    actors: { ...runActors(name, store, locks), generation },
    actions: runActions<TInput, TOutput, TDraft>(toItems, now),
    guards: runGuards<TInput, TOutput, Item>(isReplayable, byKey, now, submitWindowMs),
    delays: {
      timeout: 2_000,
      saveGap: 1_000,
      retryDelay: 30_000,
      unloadGrace: 500,
      submitWindow: ({ context }) => toTimerMs(submitWindowLeftMs(context, now(), submitWindowMs)),
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
          CANCEL: { target: 'coordinating.checkingCancel', actions: 'requestCancel' },
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
              CANCEL: { target: 'checkingCancel', actions: 'requestCancel' },
            },
          },
          storing: {
            invoke: { id: 'update', src: 'update', input: inputs.store },
            after: {
              timeout: [
                {
                  guard: 'isCancelRequested',
                  target: 'storingEnd',
                  actions: ['endNotSubmitted', 'reportWriteFailed', 'reportEnd'],
                },
                { target: 'following', actions: ['reportWriteFailed', 'reportStarted'] },
              ],
            },
            on: {
              'stored.updated': [
                { guard: 'isIdTaken', target: '#run.ended', actions: ['endIdTaken', 'reportEnd'] },
                { guard: 'isEndFound', target: 'findingItems', actions: 'setTombstone' },
                { guard: 'wasStored', target: 'foundElsewhere', actions: ['setStored', 'setFound'] },
                { guard: 'isCancelRequested', target: 'withdrawing', actions: 'endNotSubmitted' },
                { target: 'following', actions: ['setFound', 'reportWritten', 'reportStarted'] },
              ],
              'store.failed': [
                {
                  guard: 'isCancelRequested',
                  target: 'storingEnd',
                  actions: ['endNotSubmitted', 'reportWriteFailed', 'reportEnd'],
                },
                { target: 'following', actions: ['reportWriteFailed', 'reportStarted'] },
              ],
              CANCEL: { actions: ['requestCancel', 'reportActive'] },
            },
          },
          findingItems: {
            invoke: { id: 'findItems', src: 'findItems', input: inputs.findItems },
            after: { timeout: { target: '#run.ended', actions: 'reportFoundEnd' } },
            on: {
              'items.found': { target: '#run.ended', actions: ['setItems', 'reportFoundEnd'] },
              'store.failed': { target: '#run.ended', actions: 'reportFoundEnd' },
            },
          },
          /** Another tab or session may have requested a generation of this id: then its job is cancelled. */
          checkingCancel: {
            entry: ['forbidLockTransfer', 'reportCancelling'],
            invoke: { id: 'read', src: 'read', input: inputs.read },
            after: { timeout: { target: '#run.ended', actions: ['endNotSubmitted', 'reportEnd'] } },
            on: {
              'lock.held': { actions: 'setLockHeld' },
              'lock.shared': { actions: 'setLockHeld' },
              'stored.read': [
                { guard: 'isIdTaken', target: '#run.ended', actions: ['endNotSubmitted', 'reportEnd'] },
                { guard: 'isEndFound', target: 'findingItems', actions: 'setTombstone' },
                { guard: 'isFound', target: 'foundElsewhere', actions: ['setStored', 'setFound'] },
                { target: '#run.ended', actions: ['endNotSubmitted', 'reportEnd'] },
              ],
              'store.failed': { target: '#run.ended', actions: ['endNotSubmitted', 'reportEnd'] },
            },
          },
          foundElsewhere: {
            always: [
              { guard: 'isCancelRequested', target: 'followedElsewhere.requestingCancel' },
              { target: 'followedElsewhere' },
            ],
          },
          /** "Not charged" is reported only after the end is stored: after that, no tab can submit it. */
          withdrawing: {
            invoke: { id: 'update', src: 'update', input: inputs.end },
            ...afterStoringEnd('reportEnd'),
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
              { target: 'findingResult' },
            ],
          },
          /** A page may have stored the result of a short job, and not yet the job. */
          findingResult: {
            invoke: { id: 'findItems', src: 'findItems', input: inputs.findItems },
            after: { timeout: 'decidingSubmit' },
            on: {
              'items.found': [
                { guard: 'hasItems', target: 'storingEnd', actions: ['setItems', 'setCompleted', 'reportFoundEnd'] },
                { target: 'decidingSubmit' },
              ],
              'store.failed': 'decidingSubmit',
              'lock.lost': { target: 'followedElsewhere', actions: 'setLockLost' },
              CANCEL: { actions: ['requestCancel', 'reportElsewhere'] },
            },
          },
          decidingSubmit: {
            always: [
              { guard: 'isStoppable', target: 'waitingForSlot' },
              { guard: 'isCancelRequested', target: 'storingEnd', actions: ['endMaybeCharged', 'reportEnd'] },
              { guard: 'isFindable', target: 'waitingForSlot' },
              { guard: 'isRepeatable', target: 'waitingForSlot' },
              { target: 'storingEnd', actions: ['endInterrupted', 'reportEnd'] },
            ],
          },
          waitingForSlot: {
            entry: ['allowLockTransfer', 'reportQueued'],
            always: [
              { guard: and(['isCancelRequested', 'isResumed']), target: 'renewing' },
              { guard: 'isCancelRequested', target: 'following' },
            ],
            on: {
              'slot.granted': [
                { guard: 'isResumed', target: 'renewing' },
                { guard: 'hasJob', target: 'following' },
                { guard: 'isFindable', target: 'following' },
                { guard: 'isRepeatable', target: 'following' },
                // The backend has forgotten the key in the meantime.
                { target: 'deciding' },
              ],
              'stored.found': { guard: 'isCancelRequestedElsewhere', actions: 'requestCancel' },
              'lock.lost': { target: 'followedElsewhere', actions: 'setLockLost' },
              CANCEL: [
                { guard: 'hasJob', actions: 'requestCancel' },
                { guard: 'isStoppableByKey', actions: 'requestCancel' },
                { target: 'storingEnd', actions: ['endMaybeCharged', 'reportEnd'] },
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
                      actions: ['endSave', 'reportWritten', 'cancelGeneration'],
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
              { guard: 'isRefusedForNow', target: 'withdrawingForNow', actions: 'reportRefused' },
              { guard: 'isCompleted', target: 'committing' },
              { guard: 'isResumable', target: 'storingFailure', actions: ['setFailure', 'reportEnd'] },
              { guard: 'isSubmitUnanswered', target: 'waitingForUnload', actions: 'reportEnd' },
              { target: 'storingEnd', actions: 'reportEnd' },
            ],
          },
          /** The submit will be sent again, so a reload must neither find nor report it. A queued generation is not stored. */
          withdrawingForNow: {
            invoke: { id: 'update', src: 'update', input: inputs.withdraw },
            after: { timeout: { target: '#run.queued', actions: ['reportWriteFailed', 'prepareAgain'] } },
            on: {
              'stored.updated': [
                {
                  guard: 'isCancelRequestedElsewhere',
                  target: 'withdrawing',
                  actions: ['requestCancel', 'endNotSubmitted'],
                },
                { target: '#run.queued', actions: ['reportWritten', 'prepareAgain'] },
              ],
              'store.failed': { target: '#run.queued', actions: ['reportWriteFailed', 'prepareAgain'] },
              CANCEL: { target: 'withdrawing', actions: ['endNotSubmitted', 'requestCancel', 'reportActive'] },
            },
          },
          /** Requests also fail just before a page closes. In that case the generation must stay stored. */
          waitingForUnload: { after: { unloadGrace: 'storingEnd' } },
          committing: {
            invoke: { id: 'commit', src: 'commit', input: inputs.commit },
            after: { timeout: { target: 'unsaved', actions: 'reportUnsaved' } },
            on: {
              'items.committed': { target: 'storingEnd', actions: ['reportEnd', 'reportWritten'] },
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
          storingEnd: {
            invoke: { id: 'update', src: 'update', input: inputs.end },
            ...afterStoringEnd(),
          },
        },
      },

      ended: { type: 'final', entry: 'reportDone' },
    },
  });
}
