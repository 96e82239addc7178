import { addDuration } from 'generation-lifecycle';
import { describe, expect, it } from 'vitest';
import { type DurationHistories, toHistories, withHistory } from '../../../src/machines/reads/duration-histories.js';

const history = addDuration(undefined, [4_000, 4_500]);
const use = (histories: DurationHistories, key: string) =>
  withHistory(histories, key, known => addDuration(known, [4_000, 4_500]));

describe('the histories of a storage', () => {
  it.each([undefined, null, 7, 'text', [history]])('are none in %j', value => {
    expect(toHistories(value)).toEqual({});
  });

  it('are those that can be read', () => {
    expect(toHistories({ a: history, b: { version: 1, jobs: 'often' } })).toEqual({ a: history });
  });

  it('are those of the 32 labels that were used last', () => {
    const labels = Array.from({ length: 32 }, (_, index) => `label-${index}`);
    const full = labels.reduce(use, {});
    expect(Object.keys(full)).toEqual(labels);
    const after = use(use(full, 'label-0'), 'another');
    expect(Object.keys(after)).toEqual([...labels.slice(2), 'label-0', 'another']);
    expect(after['label-0']?.jobs).toHaveLength(2);
  });
});
