import { exploreGeneration, type GenerationExploration } from 'generation-lifecycle/testing/explore';
import { describe, expect, it } from 'vitest';

const figuresOf = ({ port, environment, states, edges, ends, runs }: GenerationExploration) =>
  `${port}, ${environment}: ${states} states, ${edges} edges, ${ends} ends, ${runs} runs`;

/** The short form: the rest of the combinations takes longer than a test should. */
const combinations = [
  { ports: ['events and cancel'], environments: ['accurate'] },
  { ports: ['neither'], environments: ['accurate', 'adversary'] },
] as const;

const again = { ports: ['neither'], environments: ['accurate'] } as const;

describe('every run of the generation machine', () => {
  const found: GenerationExploration[] = [];

  it.each(combinations)('keeps every rule, to a fixed point, with $ports against $environments', options => {
    const explorations = exploreGeneration(undefined, undefined, options);
    found.push(...explorations);

    console.log(explorations.map(figuresOf).join('\n'));
    expect(explorations).toHaveLength(options.ports.length * options.environments.length);
    for (const { states, edges, ends } of explorations) {
      expect(ends).toBeGreaterThan(0);
      expect(states).toBeGreaterThan(ends);
      expect(edges).toBeGreaterThan(states);
    }
  });

  it('is the same each time', () => {
    const before = found.find(({ port, environment }) => port === 'neither' && environment === 'accurate');

    expect(exploreGeneration(undefined, undefined, again)).toEqual([
      before ?? exploreGeneration(undefined, undefined, again)[0],
    ]);
  });

  it('is not called finished when the limit is reached first', () => {
    expect(() => exploreGeneration(undefined, undefined, { limit: 50 })).toThrow(
      expect.objectContaining({ code: 'unbounded', growing: expect.stringMatching(/\S/) }),
    );
  });
});
