import { and, setup } from 'xstate';
import type { GalleryItem } from './client.types.js';
import { initialRun, runActions } from './run.actions.js';
import { runActors } from './run.actors.js';
import { runChildInputs } from './run.child-inputs.js';
import { runGuards } from './run.guards.js';
import type { RunContext, RunEvent, RunInput, RunMachineOptions } from './run.types.js';
import { doubtLeftMs } from './stored-generation.js';

/** How a run answers whatever it asked of the store, where either answer leads on. */
const anyway = (target: string, ...also: readonly 'tellEnd'[]) =>
  ({
    after: { patience: { target, actions: ['reportStorageError', ...also] } },
    on: {
      'record.answered': { target, actions: ['tellStored', ...also] },
      'store.failed': { target, actions: ['reportStorageError', ...also] },
    },
  }) as const;

/**
 * One generation in a client, from the queue to the gallery. It holds the generation's name among the tabs for as long
 * as it is `claimed`; the generation itself is a child of `following` alone.
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
  const ask = runChildInputs<TInput, TOutput, Item>(now);

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
      patience: 2_000,
      noteEvery: 1_000,
      retry: 30_000,
      leaving: 500,
      doubt: ({ context }) => Math.max(0, doubtLeftMs(context, now())),
    },
  }).createMachine({
    id: 'run',
    context: initialRun,
    on: { '*': {} },
    initial: 'arriving',
    states: {
      arriving: { always: [{ guard: 'isAsked', target: 'queued' }, { target: 'claimed' }] },

      queued: {
        entry: 'showQueued',
        on: {
          'slot.granted': 'claimed.claiming',
          CANCEL: { target: 'ended', actions: ['concludeUnsent', 'tellEnd'] },
        },
      },

      claimed: {
        invoke: { id: 'claim', src: 'claim', input: ask.forClaim },
        initial: 'waiting',
        on: { 'claim.held': { actions: 'noteHeld' }, 'claim.lost': { actions: 'noteLost' } },
        states: {
          claiming: {
            entry: ['hold', 'showBusy'],
            after: { patience: 'recording' },
            on: {
              'claim.held': { target: 'recording', actions: 'noteHeld' },
              'claim.shared': { target: 'recording', actions: 'noteHeld' },
              CANCEL: { target: '#run.ended', actions: ['concludeUnsent', 'tellEnd'] },
            },
          },
          recording: {
            invoke: { id: 'record', src: 'record', input: ask.toRecord },
            after: { patience: { target: 'following', actions: ['reportStorageError', 'tellStarted'] } },
            on: {
              'record.answered': [
                { guard: 'isAnothers', target: 'waiting', actions: 'keepRecord' },
                { target: 'following', actions: ['noteRecorded', 'tellStored', 'tellStarted'] },
              ],
              'store.failed': { target: 'following', actions: ['reportStorageError', 'tellStarted'] },
              CANCEL: { target: 'withdrawing', actions: ['requestCancel', 'concludeUnsent', 'showBusy'] },
            },
          },
          /** That nothing is paid is told once there is no record left, from which it could be submitted after all. */
          withdrawing: {
            invoke: { id: 'record', src: 'record', input: ask.toClear },
            ...anyway('#run.ended', 'tellEnd'),
          },

          waiting: {
            entry: ['free', 'showElsewhere'],
            always: { guard: 'isHeld', target: 'rereading' },
            after: { doubt: { guard: 'isShared', target: 'rereading', actions: 'noteHeld' } },
            on: {
              'claim.held': { target: 'rereading', actions: 'noteHeld' },
              'claim.shared': [
                { guard: 'isDoubtful', actions: 'noteShared' },
                { target: 'rereading', actions: 'noteHeld' },
              ],
              'record.seen': [
                { guard: 'isFailureSeen', target: '#run.ended', actions: ['keepRecord', 'tellResting'] },
                { guard: 'isCleared', target: 'rereading', actions: ['keepRecord', 'noteHeld'] },
                { actions: ['keepRecord', 'free', 'showElsewhere'] },
              ],
              'record.gone': { target: '#run.ended', actions: 'tellGone' },
              CANCEL: { target: '.asking', actions: ['requestCancel', 'showElsewhere'] },
            },
            initial: 'quiet',
            states: {
              quiet: {},
              asking: {
                invoke: { id: 'record', src: 'record', input: ask.toWishCancel },
                ...anyway('quiet'),
              },
            },
          },
          rereading: {
            entry: 'hold',
            invoke: { id: 'look', src: 'look', input: ask.forRecord },
            after: { patience: { target: 'deciding', actions: 'reportStorageError' } },
            on: {
              'record.answered': [
                { guard: 'isOffRecord', target: '#run.ended', actions: 'tellGone' },
                { target: 'deciding', actions: 'keepRecord' },
              ],
              'store.failed': { target: 'deciding', actions: 'reportStorageError' },
              'claim.lost': { target: 'waiting', actions: 'noteLost' },
              CANCEL: { actions: ['requestCancel', 'showElsewhere'] },
            },
          },
          deciding: {
            always: [
              { guard: 'isFailureOnRecord', target: '#run.ended', actions: 'tellResting' },
              { guard: 'hasJob', target: 'admitted' },
              { guard: 'isCancelRequested', target: 'clearing', actions: ['concludeUnknown', 'tellEnd'] },
              { guard: 'isRepeatable', target: 'admitted' },
              { target: 'clearing', actions: ['concludeInterrupted', 'tellEnd'] },
            ],
          },
          admitted: {
            entry: ['free', 'showQueued'],
            always: [
              { guard: and(['isCancelRequested', 'isResumed']), target: 'renewing' },
              { guard: 'isCancelRequested', target: 'following' },
            ],
            on: {
              'slot.granted': [{ guard: 'isResumed', target: 'renewing' }, { target: 'following' }],
              'record.seen': { guard: 'isCancelAsked', actions: 'requestCancel' },
              'claim.lost': { target: 'waiting', actions: 'noteLost' },
              CANCEL: [
                { guard: 'hasJob', actions: 'requestCancel' },
                { target: 'clearing', actions: ['concludeUnknown', 'tellEnd'] },
              ],
            },
          },
          renewing: {
            entry: 'hold',
            invoke: { id: 'record', src: 'record', input: ask.toRenew },
            after: { patience: { target: 'following', actions: 'reportStorageError' } },
            on: {
              'record.answered': { target: 'following', actions: ['noteRecorded', 'tellStored'] },
              'store.failed': { target: 'following', actions: 'reportStorageError' },
              CANCEL: { actions: 'requestCancel' },
            },
          },

          following: {
            entry: ['free', 'showBusy', 'start'],
            invoke: {
              id: 'generation',
              src: 'generation',
              input: ask.toGeneration,
              onSnapshot: { actions: ['noteNews', 'free'] },
              onDone: { target: 'concluding', actions: 'conclude' },
              onError: { target: 'concluding', actions: 'concludeCrash' },
            },
            always: { guard: 'isLost', target: 'waiting' },
            on: {
              CANCEL: { actions: 'cancel' },
              CHECK: { actions: 'check' },
              'record.seen': { guard: 'isCancelAsked', actions: 'cancel' },
            },
            initial: 'noted',
            states: {
              noted: { always: { guard: 'isNewsworthy', target: 'noting' } },
              noting: {
                entry: 'beginNote',
                invoke: { id: 'record', src: 'record', input: ask.toNote },
                after: { patience: { target: 'resting', actions: 'reportStorageError' } },
                on: {
                  'record.answered': [
                    { guard: 'isCancelAsked', target: 'resting', actions: ['endNote', 'cancel'] },
                    { target: 'resting', actions: ['endNote', 'free', 'tellStored'] },
                  ],
                  'store.failed': { target: 'resting', actions: 'reportStorageError' },
                },
              },
              resting: { after: { noteEvery: 'noted' } },
            },
          },

          concluding: {
            entry: 'hold',
            always: [
              { guard: 'isCompleted', target: 'committing' },
              { guard: 'isResumable', target: 'keeping', actions: ['noteFailure', 'tellEnd'] },
              { guard: 'isUnclear', target: 'lingering', actions: 'tellEnd' },
              { target: 'clearing', actions: 'tellEnd' },
            ],
          },
          /** A page that is being left hears its requests fail just before it goes: then the record has to stay. */
          lingering: { after: { leaving: 'clearing' } },
          committing: {
            invoke: { id: 'commit', src: 'commit', input: ask.toCommit },
            after: { patience: { target: 'unsaved', actions: 'tellUnsaved' } },
            on: {
              'items.committed': { target: 'clearing', actions: ['tellEnd', 'tellStored'] },
              'store.failed': { target: 'unsaved', actions: 'tellUnsaved' },
            },
          },
          /** The items are on the page and nowhere else. The record stays, so that a reload finds the job. */
          unsaved: {
            entry: 'noteTold',
            invoke: { id: 'record', src: 'record', input: ask.toTell },
            after: { retry: 'committing' },
            on: { 'store.changed': 'committing' },
          },
          keeping: {
            invoke: { id: 'record', src: 'record', input: ask.toKeep },
            ...anyway('#run.ended'),
          },
          clearing: {
            invoke: { id: 'record', src: 'record', input: ask.toClear },
            ...anyway('#run.ended'),
          },
        },
      },

      ended: { type: 'final', entry: 'leave' },
    },
  });
}
