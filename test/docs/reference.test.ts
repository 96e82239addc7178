import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { staleReference } from '../../scripts/reference/fingerprint.mjs';
import { readSources, withText } from '../../scripts/reference/sources.mjs';

const sources = readSources();
const isStaleWith = (file: string, before: string, after: string) => {
  const text = sources.get(file)?.text ?? '';
  expect(text).toContain(before);
  return staleReference(withText(sources, file, text.replace(before, after))).length > 0;
};

describe('the reference', () => {
  it('is what the docstrings say by now', () => {
    expect(staleReference(sources)).toEqual([]);
  });

  it('newcomer B: calls public types by their names, and not by what made them', () => {
    const machines = readFileSync(new URL('../../docs/reference/generation-lifecycle.md', import.meta.url), 'utf8');
    expect(machines).toMatch(/^### GenerationMachine$/m);
    expect(machines).not.toContain('ReturnType<');
  });

  it.each([
    {
      what: 'a sentence',
      file: 'src/machines/generation/generation.policy.ts',
      before: 'The preset for a kind',
      after: 'A preset',
    },
    {
      what: 'a member',
      file: 'src/machines/generation/generation.port.ts',
      before: 'readonly index?',
      after: 'readonly place?',
    },
    {
      what: 'an exported name',
      file: 'src/testing/explore/index.ts',
      before: 'canReach, violation',
      after: 'violation',
    },
  ])('is stale when $what changes', ({ file, before, after }) => {
    expect(isStaleWith(file, before, after)).toBe(true);
  });

  it('is not when only what a function does inside changes', () => {
    expect(
      isStaleWith('src/machines/generation/generation.policy.ts', 'return { ...preset };', 'return {  ...preset };'),
    ).toBe(false);
  });
});
