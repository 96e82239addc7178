import type { GenerationLog, RecordedState, RecordedStep } from './generation-log.js';

/** The longest JSON of all steps of one log, in characters. */
const maxLength = 1_000_000;

/** The newest steps of a log, and the state from which a replay of them begins. */
export type StepHistory = {
  /** Replaces all: the actor begins. */
  readonly begin: (from: GenerationLog['from']) => void;
  /** @param to the state after the step */
  readonly add: (step: RecordedStep, to: RecordedState) => void;
  readonly kept: () => Pick<GenerationLog, 'from' | 'droppedCount' | 'steps'>;
};

/** Keeps the steps in two halves. Once the newer one is full, by number or by length, the older one is dropped. */
export function createStepHistory(first: RecordedState, maxSteps: number): StepHistory {
  const maxCount = Math.max(1, Math.ceil(maxSteps / 2) || 1);
  let from: GenerationLog['from'] = first;
  let older: readonly RecordedStep[] = [];
  /** Where the newer half begins. */
  let halfway: GenerationLog['from'] = first;
  let newer: RecordedStep[] = [];
  let newerLength = 0;
  let droppedCount = 0;

  function turn(to: RecordedState): void {
    from = halfway;
    droppedCount += older.length;
    older = newer;
    halfway = to;
    newer = [];
    newerLength = 0;
  }

  return {
    begin(beginning) {
      from = beginning;
      halfway = beginning;
      older = [];
      newer = [];
      newerLength = 0;
    },
    add(step, to) {
      newer.push(step);
      newerLength += JSON.stringify(step).length;
      if (newer.length >= maxCount || newerLength >= maxLength / 2) turn(to);
    },
    kept: () => ({ from, droppedCount, steps: [...older, ...newer] }),
  };
}
