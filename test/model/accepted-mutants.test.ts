import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parts, sourcesOf, testsOf } from '../../scripts/mutation/parts.mjs';
import { type AcceptedMutant, scoreOf, staleIn, toFileResult } from '../../scripts/mutation/results.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFileSync(`${root}${file}`, 'utf8');
const accepted: readonly AcceptedMutant[] = JSON.parse(read('scripts/mutation/accepted.json'));

const file = 'src/machines/json.ts';
const source = 'export const isFew = (count: number) =>\n  count < limit;\n';

/** A mutant of `count < limit` in line 2. */
const mutant = (status: string, replacement: string, statusReason = '') => ({
  mutatorName: 'EqualityOperator',
  replacement,
  status,
  statusReason,
  location: { start: { line: 2, column: 3 }, end: { line: 2, column: 16 } },
});

const acceptedOne = {
  file,
  line: 'count < limit;',
  mutator: 'EqualityOperator',
  original: 'count < limit',
  replacement: 'count <= limit',
  why: 'no count is the limit',
};

const mutants = [
  mutant('Killed', 'true', 'expected 1 to be 2'),
  mutant('Killed', 'false', 'Test timed out in 30000ms.'),
  mutant('Timeout', 'limit < count'),
  mutant('RuntimeError', 'count < 0'),
  mutant('Survived', 'count <= limit'),
  mutant('NoCoverage', 'count >= limit'),
];

/** `npm run mutate` finds them; here is only whether they can still be found. */
describe('the mutants that may survive', () => {
  it('name a line that is in their file, and say why no test can tell them from it', () => {
    const lost = accepted.filter(
      one =>
        !read(one.file)
          .split('\n')
          .some(line => line.replace(/\s+/g, ' ').trim() === one.line),
    );
    expect(lost).toEqual([]);
    for (const { why } of accepted) expect(why.split(' ').length).toBeGreaterThan(3);
  });

  it('are all different', () => {
    expect(new Set(accepted.map(one => JSON.stringify({ ...one, why: '' }))).size).toBe(accepted.length);
  });
});

describe('a result of the mutation tester', () => {
  const result = toFileResult(file, { source, mutants }, [acceptedOne]);

  it('counts time-outs apart, also those of a test, and errors outside of a test', () => {
    expect(result).toMatchObject({ file, killed: 1, timedOut: 2, crashed: 1 });
    expect(scoreOf([result])).toBeCloseTo(100 / 3);
  });

  it('has each survivor with its place, what it replaces, and the reason if it is accepted', () => {
    const { why, ...place } = acceptedOne;
    expect(result.survivors).toEqual([
      { ...place, at: 2, isReached: true, why },
      { ...place, replacement: 'count >= limit', at: 2, isReached: false },
    ]);
  });

  it('says which accepted mutant has not survived', () => {
    const gone = { ...acceptedOne, replacement: 'count > limit' };
    expect(staleIn(result, [acceptedOne, gone, { ...gone, file: 'src/other.ts' }])).toEqual([gone]);
  });

  it('has no status that is not known', () => {
    const unknown = { source, mutants: [mutant('Pending', 'true')] };
    expect(() => toFileResult(file, unknown, [])).toThrow('unknown status Pending');
  });
});

describe('the parts', () => {
  it('have sources and tests, and no source is in two of them', () => {
    const sources = parts.flatMap(sourcesOf);
    expect(new Set(sources).size).toBe(sources.length);
    for (const part of parts) {
      expect(sourcesOf(part)).not.toEqual([]);
      expect(testsOf(part)).not.toEqual([]);
    }
  });

  it('have every source of the machines, the file backend and the stores', () => {
    const folders = ['src/machines', 'src/adapters/file-backend', 'src/adapters/stores'];
    const all = folders.flatMap(folder =>
      readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
        .filter(name => name.endsWith('.ts'))
        .map(name => `${folder}/${name}`),
    );
    expect(parts.flatMap(sourcesOf).toSorted()).toEqual(all.toSorted());
  });
});
