import { describe, expect, it } from 'vitest';
import { brokenCode, countFragments } from '../../scripts/docs/code.mjs';
import { brokenLinks } from '../../scripts/docs/links.mjs';
import { blocksOf, readPages } from '../../scripts/docs/pages.mjs';
import { readSources, withText } from '../../scripts/reference/sources.mjs';

const pages = readPages();
const sources = readSources();
const fence = '```';

/** A page with one fault of each kind, which the check has to find among all that is right. */
const broken = {
  path: 'docs/broken.md',
  text: `# Broken

[Nowhere](nowhere.md), [no such heading](guide/start.md#no-such-heading), [neither here](#nor-here), [README](../README.md#install),
[itself](#broken), \`[no](link.md)\`.

![No picture](nothing.svg)

${fence}ts
import { policyFor } from 'generation-lifecycle';

policyFor('opera');
${fence}

${fence}tsx fragment
policyFor('left out'
${fence}
`,
};

describe('a page', () => {
  it('leads to files and headings that are there, and says where it does not', () => {
    expect(brokenLinks([...pages, broken])).toEqual([
      'docs/broken.md:3 leads to nowhere.md, which is not there',
      'docs/broken.md:3 leads to guide/start.md#no-such-heading, and docs/guide/start.md has no such heading',
      'docs/broken.md:3 leads to #nor-here, and docs/broken.md has no such heading',
      'docs/broken.md:6 leads to nothing.svg, which is not there',
    ]);
  });

  it('has code that the compiler takes, as each example of a docstring has, and says where it has not', () => {
    const file = 'src/machines/generation/generation.policy.ts';
    const text = (sources.get(file)?.text ?? '').replace(
      "policyFor('video'), streamReadIntervalMs",
      "policyFor('opera'), streamReadIntervalMs",
    );
    const complaints = brokenCode([...pages, broken], withText(sources, file, text));
    expect(complaints).toEqual([
      expect.stringMatching(/^docs\/broken\.md:11 error TS2345: .*"opera"/),
      expect.stringMatching(
        /^@example of src\/machines\/generation\/generation\.policy\.ts:\d+:1 error TS2345: .*"opera"/,
      ),
    ]);
  }, 120_000);

  it('shows the use of the library in ten lines, first of all', () => {
    const [first] = blocksOf(pages.find(({ path }) => path === 'README.md') ?? broken).filter(
      ({ info }) => info !== 'sh',
    );
    expect(first?.code).toContain('useGeneration(machine)');
    expect(first?.code.trimEnd().split('\n')).toHaveLength(10);
  });

  it('repeats in the README only rows of the table of lost answers that were measured', () => {
    const rowsOf = (path: string) =>
      Array.from(
        pages.find(page => page.path === path)?.text.matchAll(/^\| [^|]+ \| `[^|]+(?: \| \d[^|]*){5} \|$/gm) ?? [],
        ([row]) => row,
      );
    const measured = rowsOf('docs/charges.md');
    expect(rowsOf('README.md').length).toBeGreaterThan(3);
    expect(rowsOf('README.md').filter(row => !measured.includes(row))).toEqual([]);
  });

  it('leaves no code out of the check', () => {
    expect(countFragments(pages)).toBe(0);
    expect(countFragments([broken])).toBe(1);
  });
});
