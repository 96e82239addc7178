import { describe, expect, it } from 'vitest';
import { docstringGaps } from '../../scripts/reference/docstrings.mjs';
import { readSources, withText } from '../../scripts/reference/sources.mjs';

const sources = readSources();
const policy = 'src/machines/generation/generation.policy.ts';
const text = sources.get(policy)?.text ?? '';

describe('a public name', () => {
  it('has a sentence, an example if it is called, and the units of its times and sizes', () => {
    expect(docstringGaps(sources)).toEqual([]);
  });

  it.each([
    {
      what: 'a sentence',
      without: text.replace(/\/\*\* Every length.*\*\/\n/, ''),
      gap: /GenerationPolicy.* has no docstring/,
    },
    {
      what: 'an example',
      without: text.replace(/ \* @example\n \* createGen.*\n/, ''),
      gap: /policyFor.* has no @example/,
    },
    {
      what: 'a unit',
      without: text.replace('readonly streamReadIntervalMs: number', 'readonly quietTime: number'),
      gap: /quietTime does not say its unit/,
    },
  ])('is missed where it lacks $what', ({ without, gap }) => {
    expect(docstringGaps(withText(sources, policy, without))).toEqual([expect.stringMatching(gap)]);
  });
});
