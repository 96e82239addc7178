import {
  createGenerationMachine,
  type GenerationAdapter,
  type GenerationPolicy,
  policyFor,
} from 'generation-lifecycle';
import { describe, expect, it } from 'vitest';

const adapter: GenerationAdapter<string, string> = {
  submit: async () => ({ job: { id: 'job-1' } }),
  read: async () => ({ kind: 'pending' }),
};

/** What stands in a configuration file may be anything. */
const make = (field: string, value: unknown) => {
  const policy: Partial<GenerationPolicy> = Object.fromEntries([[field, value]]);
  return createGenerationMachine(adapter, { policy });
};

const lengths = [
  'pollFallbackAfterMs',
  'streamReadIntervalMs',
  'streamIdleTimeoutMs',
  'minReadGapMs',
  'readTimeoutMs',
  'requestTimeoutMs',
  'cancelPatienceMs',
  'submitTimeoutMs',
  'submitPatienceMs',
  'maxOutageMs',
  'deadlineMs',
  'queueDeadlineMs',
];
const lists = ['submitRetryDelaysMs', 'pollDelayMs', 'cancelReadDelaysMs', 'reopenDelaysMs'];
const times = [0, 0.5, 2 ** 31 - 1];
const others = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, 2 ** 31, '1000', null, true, {}];

describe('policyFor', () => {
  const image = {
    pollFallbackAfterMs: 10_000,
    streamReadIntervalMs: 15_000,
    streamIdleTimeoutMs: 45_000,
    minReadGapMs: 1_000,
    pollDelayMs: expect.any(Function),
    readTimeoutMs: 5_000,
    requestTimeoutMs: 30_000,
    cancelPatienceMs: 10_000,
    cancelReadDelaysMs: [500, 1_000, 2_000, 4_000],
    submitTimeoutMs: 120_000,
    submitPatienceMs: 0,
    submitRetryDelaysMs: [1_000, 2_000, 5_000, 10_000],
    reopenDelaysMs: [1_000, 5_000, 30_000, 60_000, 300_000],
    maxOutageMs: 120_000,
    deadlineMs: 420_000,
    queueDeadlineMs: 1_800_000,
  };

  it('follows an image for 7 minutes', () => {
    expect(policyFor('image')).toEqual(image);
  });

  it('follows a video for 15 minutes, and is the same otherwise', () => {
    expect(policyFor('video')).toEqual({ ...image, deadlineMs: 900_000 });
  });
});

describe('a policy', () => {
  it.each(lengths)('takes 0 to 2³¹−1 ms for %s', field => {
    for (const value of times) expect(() => make(field, value)).not.toThrow();
  });

  it.each(lists)('takes a list of 0 to 2³¹−1 ms for %s', field => {
    for (const value of times) expect(() => make(field, [value, value])).not.toThrow();
  });

  it.each(lengths)('is refused by the name of the field when %s is no length of time', field => {
    for (const value of [...others, [], [1_000]]) {
      expect(() => make(field, value), String(value)).toThrow(TypeError);
      expect(() => make(field, value), String(value)).toThrow(field);
    }
  });

  it.each(lists)('is refused by the name of the field when %s is no list of lengths of time', field => {
    for (const value of [...others, 1_000, [], ...others.map(other => [1_000, other])]) {
      expect(() => make(field, value), String(value)).toThrow(TypeError);
      expect(() => make(field, value), String(value)).toThrow(field);
    }
  });

  it.each([
    { value: -1, shown: '-1' },
    { value: Number.NaN, shown: 'NaN' },
    { value: undefined, shown: 'undefined' },
    { value: null, shown: 'null' },
    { value: '1000', shown: '"1000"' },
    { value: { ms: 1 }, shown: '{"ms":1}' },
  ])('is refused with what was expected and what was found: $shown', ({ value, shown }) => {
    expect(() => make('deadlineMs', value)).toThrow(
      new TypeError(`policy.deadlineMs must be a time in ms, from 0 to 2147483647. It is ${shown}.`),
    );
    expect(() => make('pollDelayMs', value)).toThrow(
      new TypeError(
        `policy.pollDelayMs must be a schedule, or a list of times in ms, each from 0 to 2147483647. It is ${shown}.`,
      ),
    );
  });

  it.each([
    ['maxOutagMs', 'maxOutageMs'],
    ['deadlinesMs', 'deadlineMs'],
    ['pollDelayMS', 'pollDelayMs'],
  ])('is refused when it has the unknown field %s, and %s is suggested', (field, nearest) => {
    expect(() => make(field, 1_000)).toThrow(
      new TypeError(`policy has no field "${field}". Did you mean "${nearest}"?`),
    );
  });
});
