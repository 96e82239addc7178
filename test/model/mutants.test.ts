import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { mutants, seed } from '../../scripts/mutants/mutants.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The short form: `npm run prove` seeds each of them, and runs who has to notice. */
describe('the seeded faults', () => {
  it('all have their place in the sources', () => {
    for (const mutant of mutants) expect(() => seed(mutant, root)).not.toThrow();
  });

  it('are each for a test that is there', () => {
    const files = mutants.flatMap(({ caughtBy }) => (typeof caughtBy === 'string' ? [] : caughtBy));
    expect(files.filter(file => !existsSync(`${root}${file}`))).toEqual([]);
  });

  it('have each a name of its own', () => {
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  });

  it.each([
    { where: 'nowhere', find: 'a text that is not there' },
    { where: 'in many places', find: '"' },
  ])('are refused by name when their text stands $where', ({ find }) => {
    const lost = { name: 'a lost one', family: 'none', file: 'package.json', find, replace: '', caughtBy: [] };
    expect(() => seed(lost, root)).toThrow("'a lost one' is stale");
  });
});
