import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { mutants, seed } from '../../scripts/mutants/mutants.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** `npm run prove` seeds each of them, and runs its detector. */
describe('the seeded faults', () => {
  it('all occur in the sources', () => {
    for (const mutant of mutants) expect(() => seed(mutant, root)).not.toThrow();
  });

  it('name detectors that exist', () => {
    const files = mutants.flatMap(({ caughtBy }) => (typeof caughtBy === 'string' ? [] : caughtBy));
    expect(files.filter(file => !existsSync(`${root}${file}`))).toEqual([]);
  });

  it('have detectors that do not need the built studio, which is not built again for each fault', () => {
    const files = new Set(mutants.flatMap(({ caughtBy }) => (typeof caughtBy === 'string' ? [] : caughtBy)));
    const needStudio = [...files].filter(file =>
      /build-studio|studio-page/.test(readFileSync(`${root}${file}`, 'utf8')),
    );
    expect(needStudio).toEqual([]);
  });

  it('have unique names', () => {
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  });

  it.each([
    { where: 'nowhere', find: 'a text that does not occur' },
    { where: 'in many places', find: '"' },
  ])('are reported as stale when their text occurs $where', ({ find }) => {
    const stale = { name: 'an old one', family: 'none', file: 'package.json', find, replace: '', caughtBy: [] };
    expect(() => seed(stale, root)).toThrow("'an old one' is stale");
  });
});
