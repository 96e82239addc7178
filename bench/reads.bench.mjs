import { readFileSync, writeFileSync } from 'node:fs';
import { fixed, learned, proportional } from 'generation-lifecycle';
import { drawReads } from './reads/plot.mjs';
import { distributions, simulate } from './reads/simulation.mjs';
import { withMarked } from './report/markdown.mjs';

// Simulates the schedules, and writes the table and the plot of docs/guide/reads.md. The same for each run.

const learnsFrom = 20;

/** @type {readonly { readonly name: string, readonly schedule: import('generation-lifecycle').ReadSchedule, readonly options?: object }[]} */
const schedules = [
  { name: 'a loop of 2 s', schedule: fixed(2_000), options: { jitter: 0 } },
  { name: '1, 2, 5, 10 s', schedule: fixed(1_000, 2_000, 5_000, 10_000) },
  { name: '`proportional()`', schedule: proportional() },
  { name: '`learned()`', schedule: learned(), options: { learnsFrom } },
  { name: '`learned({ patience: 4 })`', schedule: learned({ patience: 4 }), options: { learnsFrom } },
];

const rows = Object.entries(distributions).map(([name, draw]) => {
  const cells = schedules.map(({ schedule, options }) => {
    const { p50, p95, requests } = simulate(schedule, draw, { jobs: 1_000, ...options });
    return `${p50.toFixed(2)} / ${p95.toFixed(1)} / ${requests.toFixed(1)}`;
  });
  return [name, ...cells];
});
const header = ['durations', ...schedules.map(({ name }) => name)];
const table = [header, header.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n');
console.log(table);

const page = new URL('../docs/guide/reads.md', import.meta.url);
writeFileSync(page, withMarked(readFileSync(page, 'utf8'), 'bench:reads', table));
writeFileSync(new URL('../docs/reads.svg', import.meta.url), drawReads());
