import { adapterRequirements } from 'generation-lifecycle/testing';
import { describe, expect, it } from 'vitest';
import { completeBackend, type SongAdapter, songOptions } from './complete-backend.js';
import { wrongAdapters } from './wrong-adapters.js';

/** What an adapter declares decides what it has to meet. */
const variants: readonly Partial<SongAdapter>[] = [
  {},
  { idempotentSubmit: 'rejects' },
  { stream: { tells: 'states', isJob: true } },
];

const namesOf = (changes: Partial<SongAdapter>) =>
  adapterRequirements(({ url }) => ({ ...completeBackend({ url }), ...changes }), songOptions).flatMap(
    ({ name, notTested }) => (notTested === undefined ? [name] : []),
  );

describe('a wrong adapter', () => {
  it('is there for each requirement', () => {
    const names = new Set(variants.flatMap(namesOf));
    expect(Object.keys(wrongAdapters).sort()).toEqual([...names].sort());
  });

  it.each(Object.entries(wrongAdapters))('is reported by name: %s', async (violated, create) => {
    // Short, as some requirements are violated by what never happens.
    const requirements = adapterRequirements(create, { ...songOptions, patienceMs: 500 });
    const own = requirements.find(({ name }) => name === violated);
    await expect(own?.test()).rejects.toThrow(/^[A-Za-z].{20,}\.$/s);
  });
});
