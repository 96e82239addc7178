import type { RunChildInputs } from './run.child-inputs.js';
import { leaveBy } from './run.leaving-states.js';
import { afterStoreCall, afterStoringEnd, stayUntilStored } from './run.store-calls.js';

const storingFailure = afterStoreCall('#run.ended');

/** From the outcome to the end: what is left of the generation is stored. */
export const endingStates = <TInput, TOutput, TItem>(inputs: RunChildInputs<TInput, TOutput, TItem>) =>
  ({
    concluding: {
      entry: 'forbidLockTransfer',
      always: [
        { guard: 'isLeaving', target: 'concludingLeft' },
        { guard: 'isRefusedForNow', target: 'refused', actions: ['countRefusal', 'reportRefused'] },
        { guard: 'isReplayRefused', target: 'replayRefused', actions: ['countRefusal', 'reportRefused'] },
        { guard: 'isCompleted', target: 'committing' },
        { guard: 'isResumable', target: 'storingFailure', actions: ['setFailure', 'reportEnd'] },
        { guard: 'isSubmitUnanswered', target: 'waitingForUnload', actions: 'reportEnd' },
        { target: 'storingEnd', actions: 'reportEnd' },
      ],
    },
    refused: {
      always: [
        { guard: 'isRefusedTooOften', target: 'storingEnd', actions: ['endRefused', 'reportEnd'] },
        { target: 'withdrawingForNow' },
      ],
    },
    /** An earlier submit with this key may have been charged, so it stays stored. To ask again with the key charges nothing. */
    replayRefused: {
      always: [
        { guard: 'isRefusedTooOften', target: 'waitingForUnload', actions: 'reportEnd' },
        { target: 'waitingForSlot', actions: 'prepareReplay' },
      ],
    },
    /** The submit will be sent again, so a reload must neither find nor report it. A queued generation is not stored. */
    withdrawingForNow: {
      invoke: { id: 'update', src: 'update', input: inputs.withdraw },
      after: { writeTimeout: { target: '#run.queued', actions: ['reportWriteFailed', 'prepareAgain'] } },
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
        // Nothing of it may be left in the store.
        ...leaveBy({
          target: 'storingFailure',
          actions: ['setLeaving', 'reportLeft', 'setFailure', 'setUnstored'],
        }),
      },
    },
    /** Requests also fail just before a page closes. In that case the generation must stay stored. */
    waitingForUnload: { after: { unloadGrace: 'storingEnd' } },
    committing: {
      invoke: { id: 'commit', src: 'commit', input: inputs.commit },
      after: { commitTimeout: { target: 'unsaved', actions: 'reportUnsaved' } },
      on: {
        'items.committed': { target: 'storingEnd', actions: ['reportEnd', 'reportWritten'] },
        'store.failed': { target: 'unsaved', actions: 'reportUnsaved' },
        ...stayUntilStored,
      },
    },
    /** The items are on the page only. The generation stays stored, so that a reload finds the job. */
    unsaved: {
      entry: 'setOutcomeEmitted',
      always: { guard: 'isLeaving', target: 'leaving' },
      invoke: { id: 'update', src: 'update', input: inputs.setOutcomeEmitted },
      after: { retryDelay: 'committing' },
      on: {
        'space.freed': 'committing',
        ...leaveBy({ target: 'leaving', actions: ['setLeaving', 'reportLeft'] }),
      },
    },
    storingFailure: {
      invoke: { id: 'update', src: 'update', input: inputs.storeFailure },
      ...storingFailure,
      on: { ...storingFailure.on, ...stayUntilStored },
    },
    storingEnd: {
      invoke: { id: 'update', src: 'update', input: inputs.end },
      ...afterStoringEnd(),
    },
  }) as const;
