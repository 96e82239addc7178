import { describe, expect, it } from 'vitest';
import { type Bounds, bounds } from './client/bounds.js';
import { type ClientExploration, ClientViolation, exploreClient } from './client/search.js';

/** The broken rule with its trace; `undefined` if all rules hold. */
function violationOf(one: Bounds, keep: (exploration: ClientExploration) => void): string | undefined {
  try {
    keep(exploreClient(one));
    return undefined;
  } catch (error) {
    if (error instanceof ClientViolation) return error.message;
    throw error;
  }
}

/** The short form: all bounds take minutes. */
describe('every execution of the client', () => {
  it.each(bounds.short)('keeps every rule, to a fixed point, and ends: $name', one => {
    const found: ClientExploration[] = [];
    expect(violationOf(one, exploration => found.push(exploration))).toBeUndefined();

    const [{ states = 0, edges = 0, rests = 0 } = {}] = found;
    expect(rests).toBeGreaterThan(0);
    expect(states).toBeGreaterThan(rests);
    expect(edges).toBeGreaterThan(states);
  });

  it('throws when the limit is reached before the fixed point', () => {
    const [one] = bounds.short;
    expect(() =>
      exploreClient({ ...one, name: 'cut short', tabs: 1, commands: one?.commands ?? [], kills: 0, limit: 20 }),
    ).toThrow(RangeError);
  });
});
