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

Each adapter of a vendor follows one job over the vendor's double ([testing](guide/testing.md#doubles-of-vendors)), in virtual time, with the default policy. A cell says what was seen: how the generation ended, what the page is told
about money, when it ended, and how many requests were sent: one submit, and those that follow the job. The job waits 2 s and runs 4 s, unless the case says otherwise. Replicate, Runway, Black Forest Labs and
Google's operations have no stream, and what happens to one changes nothing there. At Runway, Black Forest Labs, Google's interactions and OpenAI, a result is deleted with its task, which is not found then; an operation of Google stays, and its
film is gone. Black Forest Labs, Google's operations and OpenAI's images have no cancel. A job of Gradio and of OpenAI's images is its stream: without it, and after a reload, it is lost, unless a server half holds it. At ComfyUI, a result is deleted with its job, too, and a submit whose answer is lost is found. The column of the AI SDK is a model over fal's double, without a stream and without a cancel.

In every cell there is exactly one outcome and at most one paid request, nothing is open or sent in the minute after the end, and the key stands in no url, job, event, error or token. \`npm run docs:vendors\` writes this page, and
the tests fail when it is stale.

${table}
`;
  if (process.env['WRITE_VENDORS']) writeFileSync(page, text);
  expect(readFileSync(page, 'utf8')).toBe(text);
});
