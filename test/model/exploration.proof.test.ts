import { exploreGeneration, type GenerationExploration } from 'generation-lifecycle/testing/explore';
import { describe, expect, it } from 'vitest';

/** The short form: the rest of the combinations takes longer than a test should. */
const combinations = [
  { ports: ['events and cancel'], arrivals: ['possible'] },
  { ports: ['neither'], arrivals: ['possible', 'any'] },
] as const;

const again = { ports: ['neither'], arrivals: ['possible'] } as const;

describe('every run of the generation machine', () => {
  const found: GenerationExploration[] = [];

  it.each(combinations)('keeps every rule, to a fixed point, with $ports and $arrivals events', options => {
    const explorations = exploreGeneration(undefined, undefined, options);
    found.push(...explorations);

    expect(explorations).toHaveLength(options.ports.length * options.arrivals.length);
    for (const { states, edges, ends } of explorations) {
      expect(ends).toBeGreaterThan(0);
      expect(states).toBeGreaterThan(ends);
      expect(edges).toBeGreaterThan(states);
    }
  });

  it('is the same each time', () => {
    const before = found.find(({ port, arrivals }) => port === 'neither' && arrivals === 'possible');

    expect(exploreGeneration(undefined, undefined, again)).toEqual([
      before ?? exploreGeneration(undefined, undefined, again)[0],
    ]);
  });

  it('throws when it reaches the limit before the end', () => {
    expect(() => exploreGeneration(undefined, undefined, { limit: 50 })).toThrow(
      expect.objectContaining({ code: 'unbounded', growing: expect.stringMatching(/\S/) }),
    );
  });
});
