/** A fault to compare with. */
export type Scenario = {
  readonly name: string;
  /** What to look for. */
  readonly hint: string;
  /** For the backend, as JSON text. */
  readonly faults: string;
};

/** The first needs no fault. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'The result comes within 10 s',
    hint: 'Wait for 10 s: the timer of the hand-written hook still runs after the result.',
    faults: '{"renderMs":3000}',
  },
  {
    name: 'The stream is open and sends no events',
    hint: 'The hand-written hook polls only if the stream has not opened.',
    faults: '{"renderMs":3000,"silentStream":true}',
  },
  {
    name: 'The stream is refused',
    hint: 'All have to poll. The hand-written hook starts after 10 s.',
    faults: '{"renderMs":3000,"streamStatus":{"times":100,"status":404}}',
  },
  {
    name: 'The answer to the submit is lost',
    hint: 'The job runs, and is paid. Whoever repeats the submit pays for a second one; the library says that it may have been charged.',
    faults: '{"renderMs":3000,"submitAnswerLost":true}',
  },
  {
    name: 'The job fails',
    hint: 'The hand-written hook handles only results, and never stops generating.',
    faults: '{"renderMs":3000,"failTheJob":{"message":"The model ran out of memory"}}',
  },
];
