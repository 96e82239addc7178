/** A fault to compare under. */
export type Scenario = {
  readonly name: string;
  /** What to look for. */
  readonly hint: string;
  /** For the backend, as JSON text. */
  readonly faults: string;
};

/** The first needs no fault at all. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'The result comes within 10 s',
    hint: 'Wait until 10 s have passed: the timer of the hand-written hook has not been told that all is over.',
    faults: '{"renderMs":3000}',
  },
  {
    name: 'The stream is open and says nothing',
    hint: 'The hand-written hook polls only where the stream has not opened.',
    faults: '{"renderMs":3000,"silentStream":true}',
  },
  {
    name: 'The stream is refused',
    hint: 'Both have to poll. The hand-written hook begins after 10 s.',
    faults: '{"renderMs":3000,"streamStatus":{"times":100,"status":404}}',
  },
  {
    name: 'The job fails',
    hint: 'The hand-written hook knows of results only, and generates for ever.',
    faults: '{"renderMs":3000,"failTheJob":{"message":"The model ran out of memory"}}',
  },
];
