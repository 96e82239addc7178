import { describe, expect, it } from 'vitest';
import { readPages } from '../../scripts/docs/pages.mjs';
import { drawnPages, plotsOf, withPlots } from '../../scripts/site/plots.mjs';
import { columnOf, tablesOf, toMs } from '../../scripts/site/tables.mjs';

const page = [
  '# Benchmarks',
  '## No fault',
  '### By reads',
  '| client | p50 | p95 | all |',
  '| --- | ---: | ---: | ---: |',
  '| **ours** | 5 ms | 1.25 s | 4.8 |',
  '| `other` | – | – | 24.1 |',
  '',
  'After it.',
  '## Faults',
  '### Lost',
  '| client | once |',
  '| --- | ---: |',
  '| **ours** | all |',
  '| `other` | 0 of 8 |',
  '',
].join('\n');

describe('the tables of a page', () => {
  it('are read with their headings, without markup', () => {
    const [first, second] = tablesOf(page);
    expect(first).toMatchObject({
      section: 'No fault',
      heading: 'By reads',
      line: 7,
      columns: ['client', 'p50', 'p95', 'all'],
    });
    expect(second?.rows).toEqual([
      ['ours', 'all'],
      ['other', '0 of 8'],
    ]);
  });

  it.each([
    ['5 ms', 5],
    ['1.25 s', 1_250],
    ['–', undefined],
  ])('know %s as a time', (cell, ms) => {
    expect(toMs(cell)).toBe(ms);
  });

  it('name the column that a drawing misses', () => {
    const [first] = tablesOf(page);
    expect(() => first && columnOf(first, 'p99')).toThrow('By reads');
  });
});

describe('the drawings of a page', () => {
  const plots = plotsOf('docs/benchmarks.md', page);

  it('have the figures of its tables, and a name for whoever does not see them', () => {
    expect(plots.map(({ title }) => title)).toEqual([
      'By reads: how late a result is, from the median to the 95th percentile',
      'By reads: requests for a job',
      'Under each fault: jobs that have delivered exactly one result',
    ]);
    const [late = '', requests = '', once = ''] = plots.map(({ svg }) => svg);
    expect(late).toContain('5 ms – 1.25 s');
    expect(requests).toContain('>24.1<');
    expect(once).toContain('>Lost<');
    for (const { title, svg } of plots) expect(svg).toContain(`aria-label="${title}"`);
  });

  it('draw twice as much twice as long', () => {
    const doubled = plotsOf('docs/benchmarks.md', page.replace('4.8', '10').replace('24.1', '20'));
    const lengths = Array.from(doubled[1]?.svg.matchAll(/width="([\d.]+)" height="14.0"/g) ?? [], ([, length]) =>
      Number(length),
    );
    expect(lengths).toHaveLength(2);
    expect(Number(lengths[1]) / Number(lengths[0])).toBeCloseTo(2, 2);
  });

  it('stand behind their tables', () => {
    const lines = withPlots(page, plots).split('\n');
    const at = lines.findIndex(line => line.includes(`/plots/${plots[0]?.name}.svg`));
    expect(lines[at - 2]).toContain('24.1');
    expect(lines.filter(line => line.startsWith('!['))).toHaveLength(3);
  });

  it('are there for every page that has some, each with a name of its own', () => {
    const all = readPages().flatMap(({ path, text }) => plotsOf(path, text).map(plot => ({ ...plot, path })));
    expect(new Set(all.map(({ path }) => path))).toEqual(new Set(drawnPages));
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    for (const { svg } of all) expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });
});
