import { type AdapterRequirement, adapterRequirements } from 'generation-lifecycle/testing';
import { describe, expect, it } from 'vitest';
import { completeBackend, type SongAdapter, songOptions } from './complete-backend.js';
import { wrongAdapters } from './wrong-adapters.js';

const never = 60_000;
/** Only for a requirement that is violated by what never happens. */
const soon = 500;

const namesOf = (changes: Partial<SongAdapter>) =>
  adapterRequirements(({ url }) => ({ ...completeBackend({ url }), ...changes }), songOptions).flatMap(
    ({ name, notTested }) => (notTested === undefined ? [name] : []),
  );

/** What an adapter declares decides what it has to meet. */
const variants: readonly Partial<SongAdapter>[] = [
  {},
  { idempotentSubmit: 'rejects' },
  { stream: { tells: 'states', isJob: true } },
];

describe('a wrong adapter', () => {
  it('is there for each requirement', () => {
    const names = new Set(variants.flatMap(namesOf));
    expect(Object.keys(wrongAdapters).sort()).toEqual([...names].sort());
  });

  it.each(Object.entries(wrongAdapters))('is reported by name, and by no other one: %s', async (violated, create) => {
    const others = adapterRequirements(create, { ...songOptions, patienceMs: never }).filter(
      ({ name, notTested }) => notTested === undefined && name !== violated,
    );
    const faultOf = ({ name, test }: AdapterRequirement) => test().catch((error: Error) => `${name}: ${error.message}`);
    const faults: unknown[] = [];
    // What is shared by all adapters would be shared by the tests.
    if (violated === 'two adapters share nothing') for (const other of others) faults.push(await faultOf(other));
    else faults.push(...(await Promise.all(others.map(faultOf))));
    expect(faults.filter(fault => fault !== undefined)).toEqual([]);
    const [own] = adapterRequirements(create, { ...songOptions, patienceMs: soon }).filter(
      ({ name }) => name === violated,
    );
    await expect(own?.test()).rejects.toThrow(/^[A-Za-z].{20,}\.$/s);
  });
});
