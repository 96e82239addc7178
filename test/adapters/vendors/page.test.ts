import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { columns } from './columns.js';
import { rows } from './rows.js';
import { runCell, textOf } from './run-cell.js';

const page = new URL('../../../docs/vendors.md', import.meta.url);

it('docs/vendors.md shows what was seen', async () => {
  const cells = new Map<string, string>();
  for (const column of columns)
    for (const row of rows) cells.set(`${row.name} ${column.name}`, textOf(await runCell(column, row)));
  const line = (texts: readonly string[]) => `| ${texts.join(' | ')} |`;
  const table = [
    line(['case', ...columns.map(({ name }) => name)]),
    line(['---', ...columns.map(() => '---')]),
    ...rows.map(row => line([row.name, ...columns.map(({ name }) => cells.get(`${row.name} ${name}`) ?? 'not run')])),
  ].join('\n');
  const text = `# Vendors, case by case

Each vendor's adapter follows one job over the vendor's double ([testing](guide/testing.md#doubles-of-vendors)), in virtual time, with the default policy. A cell says how the generation ended, what the page reports
about money, when the generation ended, and how many requests were sent: one submit, and the requests that follow the job. The job waits 2 s and runs 4 s, unless the case says otherwise.

- **No stream**: Replicate, Runway, Black Forest Labs and Google's operations. Faults of a stream change nothing there.
- **No cancel**: Black Forest Labs, Google's operations and OpenAI's images.
- **A deleted result**: at Runway, Black Forest Labs, Google's interactions, OpenAI and ComfyUI, a result is deleted with its job, which is then not found. An operation of Google stays, and its film is gone.
- **A job that is its stream**: Gradio and OpenAI's images. Without the stream, and after a reload, the job is lost, unless a server half holds it.
- **A lost answer**: ComfyUI finds the submit again.
- **AI SDK**: this column is a model over fal's double, without a stream and without a cancel.

In every cell there is exactly one outcome and at most one paid request, nothing is open or sent in the minute after the end, and no URL, job, event, error or token contains the key. \`npm run docs:vendors\` writes this page, and
the tests fail when it is stale.

${table}
`;
  if (process.env['WRITE_VENDORS']) writeFileSync(page, text);
  expect(readFileSync(page, 'utf8')).toBe(text);
});
