import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { circumstances, load } from '../report/circumstances.mjs';
import { sectionOf } from '../server/report.mjs';
import { install } from '../vendors/install.mjs';
import { measure } from './measure/measure.mjs';
import { sizes } from './measure/plan.mjs';
import { toFigures } from './report/figures.mjs';
import { toBenchmarksPage } from './report/page.mjs';

const { values } = parseArgs({
  options: {
    /** Few jobs, none longer than 10 s: shows that everything runs. Writes no page. */
    quick: { type: 'boolean', default: false },
    /** Only clients whose name contains this. Writes no page. */
    only: { type: 'string', default: '' },
    /** Where the page is written, instead of docs/benchmarks.md. */
    out: { type: 'string' },
  },
});
const packages = ['@fal-ai/client', 'replicate', '@tanstack/ai-client', '@tanstack/query-core'];

install();
const size = values.quick ? sizes.quick : sizes.whole;
const loadBefore = load();
const startedAt = performance.now();
const result = await measure(
  size,
  name => name.includes(values.only),
  line => console.log(`${((performance.now() - startedAt) / 1_000).toFixed(0).padStart(5)} s  ${line}`),
);
const seen = { ...circumstances(packages), loads: [loadBefore, load()], isQuick: values.quick };
const page = toBenchmarksPage(result, seen, size);

const isPublished = !values.quick && values.only === '';
const out = values.out ?? (isPublished ? 'docs/benchmarks.md' : undefined);
if (out === undefined) console.log(`\n${page}`);
else
  writeFileSync(
    out,
    existsSync(out) ? `${page.trimEnd()}\n\n${sectionOf(readFileSync(out, 'utf8'))}`.trimEnd().concat('\n') : page,
  );

for (const { what, seen: found, verdict } of toFigures(result)) console.log(`${verdict.padEnd(12)} ${what}: ${found}`);
if (out !== undefined) console.log(`Written: ${out}`);
