import { describe, expect, it } from 'vitest';
import { type Bounds, bounds } from './server/bounds.js';
import { exploreServer, type ServerExploration, ServerViolation } from './server/search.js';

/** The broken rule with its trace; `undefined` if all rules hold. */
async function violationOf(one: Bounds, keep: (exploration: ServerExploration) => void): Promise<string | undefined> {
  try {
    keep(await exploreServer(one));
    return undefined;
  } catch (error) {
    if (error instanceof ServerViolation) return error.message;
    throw error;
  }
}

/** The short form: all bounds take minutes. */
describe('every execution of the server half', () => {
  it.each(bounds.short)('keeps every rule, to a fixed point, and ends: $name', async one => {
    const found: ServerExploration[] = [];
    expect(await violationOf(one, exploration => found.push(exploration))).toBeUndefined();

    const [{ states = 0, edges = 0, rests = 0 } = {}] = found;
    expect(rests).toBeGreaterThan(0);
    expect(states).toBeGreaterThan(rests);
    expect(edges).toBeGreaterThan(states);
  });

  it('throws when the limit is reached before the fixed point', async () => {
    const [one] = bounds.short;
    await expect(exploreServer({ ...(one as Bounds), limit: 10 })).rejects.toThrow(RangeError);
  });
});
