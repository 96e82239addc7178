import { and, setup } from 'xstate';
import { metaOf } from '../generation/generation.meta.js';
import { resolvePolicy } from '../generation/generation.policy.js';
import { toTimerMs } from '../reads/delays.js';
import type { GalleryItem } from './client.types.js';
import { initialRun, runActions } from './run.actions.js';
import { runActors } from './run.actors.js';
import { runChildInputs } from './run.child-inputs.js';
import { endingStates } from './run.ending-states.js';
import { runGuards } from './run.guards.js';
import { leavingStates } from './run.leaving-states.js';
import { afterStoreCall, commitTimeoutMs, writeTimeoutMs } from './run.store-calls.js';
import { submitStates } from './run.submit-states.js';
import type { RunContext, RunEvent, RunInput, RunMachineOptions } from './run.types.js';
import { submitWindowLeftMs, toSubmitWindowMs } from './stored-generation.js';

/**
 * A run is the actor of one generation in a client. It takes the generation from the queue to the gallery. Each wait for
 * a write lasts 10 s at most, and for that of the items 5 s. Where the submit waits, in `requestingLock` and `storing`, and for
 * a reading, it is 2 s. Its states:
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
 *   - `replayRefused`: the same, where an earlier submit with this key may have been charged.
 *   - `refused`: chooses whether a submit that the backend refused for now is sent again.
 *   - `withdrawingForNow`: waits until the store has removed a generation whose submit the backend refused for now. It goes back
 *     to `queued` then, and the client holds its queue until the backend's wait is over.
 *   - `waitingForUnload`: waits 500 ms: if the page closes in this time, the generation stays stored.
 *   - `committing`: waits until the store has saved the items.
 *   - `unsaved`: waits for room in the store, or for the next attempt.
 *   - `storingFailure`: waits until the store has saved the failure of a generation that can be resumed.
 *   - `storingEnd`: waits until the store has the end of the generation, in place of the generation.
 *   - `withdrawingUnsent`: the page is left before the submit: waits until the store has removed the generation.
 *   - `leaving`: the page is left: waits until the store has what the backend has answered.
 *   - `concludingLeft`: the page was left during a request: chooses by its outcome.
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
      writeTimeout: writeTimeoutMs,
      commitTimeout: commitTimeoutMs,
      saveGap: 1_000,
      retryDelay: 30_000,
      unloadGrace: 500,
      leavePatience: 60_000,
      submitWindow: ({ context }) => toTimerMs(submitWindowLeftMs(context, now(), submitWindowMs)),
    },
  }).createMachine({
    id: 'run',
    context: initialRun,
    on: { '*': {}, LEAVE: { target: '.ended', actions: ['setLeaving', 'reportLeft'] } },
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
          ...submitStates<TInput, TOutput, Item>(inputs),

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
            after: { writeTimeout: { target: 'following', actions: 'reportWriteFailed' } },
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
            always: [
              { guard: 'hasLeft', target: 'leaving' },
              { guard: 'hasLostLock', target: 'followedElsewhere' },
            ],
            on: {
              // A request that is under way may be charged, so it is not aborted.
              LEAVE: [
                { guard: 'isRequesting', actions: ['setLeaving', 'reportLeft', 'detachGeneration'] },
                { target: 'leaving', actions: ['setLeaving', 'reportLeft'] },
              ],
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
                after: { writeTimeout: { target: 'throttled', actions: 'reportWriteFailed' } },
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

          ...leavingStates<TInput, TOutput, Item>(inputs),
          ...endingStates<TInput, TOutput, Item>(inputs),
        },
      },

      ended: { type: 'final', entry: 'reportDone' },
    },
  });
}
