import type { RunChildInputs } from './run.child-inputs.js';

/** What a state does with `LEAVE` that has to store something first. What is forgotten is not stored. */
export const leaveBy = <const TTransition>(transition: TTransition) =>
  ({
    LEAVE: [{ guard: 'isForgetting', target: '#run.ended', actions: ['setLeaving', 'reportLeft'] }, transition],
  }) as const;

/** The page follows the generation no more. What the backend has been asked for already is paid, so its answer is stored. */
export const leavingStates = <TInput, TOutput, TItem>(inputs: RunChildInputs<TInput, TOutput, TItem>) =>
  ({
    /** It was to be submitted, and is not. */
    withdrawingUnsent: {
      invoke: { id: 'update', src: 'update', input: inputs.withdrawUnsent },
      after: { writeTimeout: '#run.ended' },
      on: { 'stored.updated': '#run.ended', 'store.failed': '#run.ended', LEAVE: { actions: 'setLeaving' } },
    },
    leaving: {
      after: { leavePatience: '#run.ended' },
      on: { LEAVE: { target: '#run.ended', actions: ['setLeaving', 'reportLeft'] } },
      initial: 'deciding',
      states: {
        deciding: {
          always: [
            { guard: 'isForgotten', target: '#run.ended', actions: 'reportLeft' },
            { guard: 'hasChanged', target: 'saving' },
            { target: '#run.ended' },
          ],
        },
        saving: {
          entry: 'beginSave',
          invoke: { id: 'update', src: 'update', input: inputs.save },
          after: { writeTimeout: 'pausing' },
          on: { 'stored.updated': '#run.ended', 'store.failed': 'pausing' },
        },
        pausing: { after: { saveGap: 'saving' } },
      },
    },
    concludingLeft: {
      always: [
        { guard: 'isForgotten', target: '#run.ended', actions: 'reportLeft' },
        { guard: 'isCompleted', target: 'committing' },
        // The next page looks its submit up, sends its cancel again, or tells what it does not know.
        { guard: 'isOutcomeOpen', target: 'leaving' },
        // Nobody has been told of it here: the next page tells.
        { guard: 'isFailed', target: 'storingFailure', actions: 'setFailure' },
        { target: 'storingEnd' },
      ],
    },
  }) as const;
