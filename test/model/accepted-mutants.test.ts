import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { anyMark, toDocument } from '../../scripts/mutation/document.mjs';
import { readFound, stateOf, toFound, toResult, withoutComments } from '../../scripts/mutation/found.mjs';
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
      { ...place, isReached: true, why },
      { ...place, replacement: 'count >= limit', isReached: false },
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

describe('what is kept of a result', () => {
  const hashes = { source: 'a1', tests: 'b2' };
  const one = toFound(toFileResult(file, { source, mutants }, []), hashes);

  it('is all that the result says, except what is accepted', () => {
    expect(toResult(file, one, [acceptedOne])).toEqual(toFileResult(file, { source, mutants }, [acceptedOne]));
    expect(JSON.stringify(one)).not.toContain(acceptedOne.why);
  });

  it('says whether the source or only a test has changed since', () => {
    expect(stateOf(one, hashes)).toBe('same');
    expect(stateOf(one, { ...hashes, tests: 'b3' })).toBe('tests changed');
    expect(stateOf(one, { source: 'a2', tests: 'b3' })).toBe('source changed');
    expect(stateOf(undefined, hashes)).toBe('not measured');
  });

  it('is as old as the code of its file, whatever comments say', () => {
    const code = "const url = 'https://a.example/*'; // why\n";
    const commented = `/** One. */\n  /**\n   * Two.\n   */\n  // Three.\n${code}`;
    expect(withoutComments(commented)).toBe(code);
    expect(withoutComments(code.replace('a.', 'b.'))).not.toBe(code);
  });

  it('is a row of the document, with a mark if something has changed since', () => {
    const rowOf = (state: 'same' | 'tests changed' | 'source changed') =>
      toDocument({ [file]: one }, [acceptedOne], () => state)
        .split('\n')
        .find(line => line.startsWith(`| ${file} |`));
    const row = `| ${file} | 1 | 1 | 1 | 1 | 2 | 1 | 33.3 | ${one.date}`;
    expect(rowOf('same')).toBe(`${row} |`);
    expect(rowOf('tests changed')).toBe(`${row} ¹ |`);
    expect(rowOf('source changed')).toBe(`${row} ² |`);
  });

  it('is a list of survivors, each with its change and with the reason if it is accepted', () => {
    const document = toDocument({ [file]: one }, [acceptedOne], () => 'same');
    expect(document.slice(document.indexOf(`### ${file}`)).split('\n')).toEqual([
      `### ${file}`,
      '',
      '- EqualityOperator: `count < limit` → `count <= limit`, in `count < limit;`',
      '  - Accepted: no count is the limit',
      '- EqualityOperator: `count < limit` → `count >= limit`, in `count < limit;`; no test runs it',
      '',
    ]);
    expect(document).toContain('2 survived. 1 are accepted with a reason; 1 are open');
  });
});

describe('docs/mutation.md', () => {
  const found = readFound();
  const document = read('docs/mutation.md');

  it('is what found.json and accepted.json say, else run `npm run mutate -- --list`', () => {
    expect(document.replaceAll(anyMark, '')).toBe(toDocument(found, accepted, () => 'same'));
  });

  it('has each survivor, either accepted with a reason or counted as open', () => {
    const survivors = Object.values(found).flatMap(one => one.survivors);
    const [, reasons = 0, open = 0] = (/(\d+) are accepted with a reason; (\d+) are open/.exec(document) ?? []).map(
      Number,
    );
    expect(document.match(/^ {2}- Accepted: /gm) ?? []).toHaveLength(reasons);
    expect(reasons + open).toBe(survivors.length);
    expect(document.match(/^- [A-Z]\w+: .* → /gm) ?? []).toHaveLength(survivors.length);
  });

  it('names each source that has no result yet', () => {
    const missing = parts.flatMap(sourcesOf).filter(source => found[source] === undefined);
    expect(document.match(/^- src\/.*$/gm) ?? []).toEqual(missing.map(source => `- ${source}`));
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
