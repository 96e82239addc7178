import { type AdapterRequirement, adapterRequirements } from 'generation-lifecycle/testing';
import { describe, expect, it } from 'vitest';
import { songOptions } from './complete-backend.js';
import { wrongAdapters } from './wrong-adapters.js';

const faultOf = ({ name, test }: AdapterRequirement) => test().catch((error: Error) => `${name}: ${error.message}`);

/** Each wrong adapter against all requirements: 7,000 tests. */
describe('a wrong adapter', () => {
  it.each(Object.entries(wrongAdapters))('is reported by no other requirement: %s', async (violated, create) => {
    const others = adapterRequirements(create, { ...songOptions, patienceMs: 60_000 }).filter(
      ({ name, notTested }) => notTested === undefined && name !== violated,
    );
    const faults: unknown[] = [];
    // What is shared by all adapters would be shared by the tests.
    if (violated === 'two adapters share nothing') for (const other of others) faults.push(await faultOf(other));
    else faults.push(...(await Promise.all(others.map(faultOf))));
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.filter(fault => fault !== undefined)).toEqual([]);
  });
});
