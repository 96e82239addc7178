import type { RunChildInputs } from './run.child-inputs.js';
import { afterStoringEnd } from './run.store-calls.js';

/** From the queue to the submit: the generation is stored, unless there is one of its id already. */
export const submitStates = <TInput, TOutput, TItem>(inputs: RunChildInputs<TInput, TOutput, TItem>) =>
  ({
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
        LEAVE: { target: 'withdrawingUnsent', actions: ['setLeaving', 'reportLeft'] },
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
  }) as const;
