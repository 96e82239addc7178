import { readFileSync } from 'node:fs';
import {
  createGenerationMachine,
  type Failure,
  type GenerationAdapter,
  type GenerationPolicy,
  type ResumeToken,
} from 'generation-lifecycle';
import { fileBackend } from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';
import { createActor, toPromise } from 'xstate';
import { type Answer, json, loopback } from '../support/loopback.js';

const guide = readFileSync(new URL('../../docs/guide/errors.md', import.meta.url), 'utf8');

type Row = { readonly code: string; readonly submit: string; readonly job: string };

/** The rows of the table of codes. */
const rows = Array.from(
  guide.matchAll(/^\| `(?!code`)([a-z-]+)`(, `resumable`)? \| [^|]+ \| ([^|]+) \| ([^|]+) \| [^|]+ \|$/gm),
  ([, code = '', isResumable = '', submit = '', job = '']): Row => ({ code: code + isResumable, submit, job }),
);

const accepted: Answer = json({ success: true, fileId: 'f1' });
const pending: Answer = json({ id: 'f1', url: null, status: 'running' });
const soon = { minReadGapMs: 0, pollDelayMs: [1], pollFallbackAfterMs: 0, submitRetryDelaysMs: [1] };

type Case = {
  readonly code: string;
  readonly when: 'submit' | 'job';
  readonly submit?: Answer;
  /** To one read after the other; the last one repeats. */
  readonly reads?: readonly Answer[];
  readonly policy?: Partial<GenerationPolicy>;
  readonly change?: (adapter: Adapter) => Adapter;
  readonly resume?: ResumeToken;
};
type Adapter = GenerationAdapter<{ readonly prompt: string }, unknown>;

const never: Answer = () => undefined;
const said = (status: number, members: object = {}, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ success: false, ...members }),
});
const token: ResumeToken = { version: 9 as 1, id: 'g-1', idempotencyKey: 'g-1', cancelRequested: false };
const notFound = said(404);

const cases: readonly Case[] = [
  { code: 'bad-input', when: 'submit', submit: said(422) },
  { code: 'bad-input', when: 'submit', resume: token },
  { code: 'bad-input', when: 'job', reads: [said(400)] },
  { code: 'unauthorized', when: 'submit', submit: said(401) },
  { code: 'unauthorized', when: 'job', reads: [said(403)] },
  { code: 'payment-required', when: 'submit', submit: said(402) },
  { code: 'payment-required', when: 'job', reads: [said(402)] },
  { code: 'rate-limited', when: 'submit', submit: said(429) },
  { code: 'not-found', when: 'submit', submit: notFound },
  { code: 'not-found', when: 'job', reads: [pending, notFound] },
  { code: 'invalid-response', when: 'submit', submit: { body: '<html>' } },
  { code: 'network', when: 'submit', submit: said(500) },
  {
    code: 'network',
    when: 'submit',
    submit: said(500),
    change: adapter => ({ ...adapter, find: () => new Promise(() => undefined) }),
    policy: { requestTimeoutMs: 500, submitTimeoutMs: 2_000 },
  },
  { code: 'interrupted', when: 'submit', submit: never, policy: { submitTimeoutMs: 5 } },
  { code: 'interrupted', when: 'job', change: adapter => ({ ...adapter, stream: { tells: 'states', isJob: true } }) },
  { code: 'unreachable', when: 'job', reads: [said(500)], policy: { maxOutageMs: 0 } },
  { code: 'deadline', when: 'job', reads: [pending], policy: { deadlineMs: 0 } },
  { code: 'job-failed', when: 'submit', submit: json({ success: false, error: 'The generation failed.' }) },
  { code: 'job-failed', when: 'job', reads: [json({ id: 'f1', status: 'failed', error: 'Out of memory' })] },
  { code: 'job-failed, `resumable`', when: 'job', reads: [json({ success: false, error: 'Oh no' })] },
  { code: 'moderated', when: 'submit', submit: said(422, { error: 'It was flagged.' }) },
  { code: 'moderated', when: 'submit', submit: said(500, { error: 'It was flagged.' }) },
  { code: 'moderated', when: 'job', reads: [json({ id: 'f1', status: 'moderated' })] },
  { code: 'busy', when: 'submit', submit: said(503, { error: 'The queue is full.' }) },
  { code: 'busy', when: 'submit', submit: said(409, { error: 'A request with this key is in progress.' }) },
  { code: 'expired', when: 'job', reads: [said(410)] },
];

async function failureOf({ submit = accepted, reads = [pending], policy, change, resume }: Case): Promise<Failure> {
  let readCount = 0;
  const { url } = await loopback(({ method, path }) => {
    if (method === 'POST') return submit;
    if (path.startsWith('/api/events/')) return notFound;
    readCount += 1;
    return reads[Math.min(readCount, reads.length) - 1] ?? pending;
  });
  const adapter: Adapter = fileBackend({ kind: 'image', baseUrl: url });
  const machine = createGenerationMachine(change ? change(adapter) : adapter, { policy: { ...soon, ...policy } });
  const actor = createActor(machine, { input: { id: 'g-1', resume } }).start();
  if (!resume) actor.send({ type: 'GENERATE', input: { prompt: 'a lighthouse' } });
  const result = await toPromise(actor);
  if (result.status !== 'failed') throw new Error(`It ended as ${result.status}.`);
  return result.failure;
}

describe('the table of error codes', () => {
  it('has a row for each code, and a word for the user', () => {
    // The compiler holds this record to have all of them.
    const words = /const words: Record.*?\{\n(.*?)\n\};/s.exec(guide)?.[1] ?? '';
    const codes = Array.from(words.matchAll(/^ {2}'?([a-z-]+)'?: '/gm), ([, code]) => code);
    expect(codes.length).toBeGreaterThan(10);
    expect([...new Set(rows.map(({ code }) => code.replace(/,.*/, '')))].sort()).toEqual([...codes].sort());
  });

  it.each(cases)('is true: $code, $when', async given => {
    const { code, charged, retryable, resumable } = await failureOf(given);
    const row = rows.find(one => one.code === given.code);
    const cell = row?.[given.when] ?? '';
    expect(code).toBe(given.code.replace(/,.*/, ''));
    expect(cell).toContain(`\`${charged}\``);
    expect({ retryable, cell: retryable ? cell.includes('"Try again"') : true }).toEqual({ retryable, cell: true });
    expect({ resumable, cell: resumable ? cell.includes('"Check again"') : true }).toEqual({ resumable, cell: true });
    // A button that the cell promises without a condition is there.
    const promised = cell.replace(/,? (?:or|and) "Check again" with `find`|\([^)]*\)/g, '');
    if (promised.includes('"Try again"')) expect(retryable, cell).toBe(true);
    if (promised.includes('"Check again"')) expect(resumable, cell).toBe(true);
  });

  it('was tried for each cell that a machine can reach', () => {
    const untried = rows.flatMap(({ code, submit, job }) =>
      [...(submit === '–' ? [] : [`${code} submit`]), ...(job === '–' ? [] : [`${code} job`])].filter(
        cell => !cases.some(one => `${one.code} ${one.when}` === cell),
      ),
    );
    // The first is what another adapter says, the second is what a client says about toItems.
    expect(untried).toEqual(['invalid-response job', 'timeout submit']);
  });
});
