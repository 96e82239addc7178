import { createGenerationMachine, type JobRef, type JobUpdate, runGeneration } from 'generation-lifecycle';
import { type FileOutput, fileBackend } from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';
import { type Answer, json, loopback, rejection } from '../../support/loopback.js';

const { signal } = new AbortController();
const batch: JobRef = { id: 'f1', kind: 'image', files: ['f1', 'f2'] };
const done = (id: string) => json({ id, url: `https://cdn.test/${id}.png` });
const pending = (id: string) => json({ id, url: null, tasks: [] });
const broken = json({ error: 'Storage node 7 is gone' }, 500);

/** Each file answers its reads in this order, and the last one from then on. */
async function reading(answers: Readonly<Record<string, readonly Answer[]>>, job = batch) {
  const counts = new Map<string, number>();
  const { url: baseUrl, heard } = await loopback(({ path, method }) => {
    if (method === 'POST') return json({ success: true, fileId: 'f1', files: ['f1', 'f2'] });
    const id = path.slice(-2);
    const at = counts.get(id) ?? 0;
    counts.set(id, at + 1);
    return answers[id]?.[at] ?? answers[id]?.at(-1) ?? { status: 404 };
  });
  const adapter = fileBackend({ kind: 'image', baseUrl });
  const read = () => adapter.read(job, { signal });
  /** The end, and after how many reads it came. */
  const readToEnd = async () => {
    for (let nth = 1; nth < 100; nth += 1) {
      const update = await read().catch((error: unknown) => error as JobUpdate<FileOutput>);
      if (update.kind === 'succeeded' || update.kind === 'failed') return { update, nth };
    }
    return expect.unreachable();
  };
  return { adapter, heard, read, readToEnd };
}

describe('M9: a file of a batch that cannot be read', () => {
  it('M9: does not cost the files that are done, and is told with its reason', async () => {
    const { readToEnd } = await reading({ f1: [done('f1')], f2: [broken] });
    const { update, nth } = await readToEnd();
    expect(nth).toBe(10);
    expect(update).toMatchObject({
      kind: 'succeeded',
      output: {
        files: [{ id: 'f1' }],
        failed: [
          {
            id: 'f2',
            message:
              'it may have been charged, but the backend answered 500 to 10 reads in a row: Storage node 7 is gone',
          },
        ],
      },
    });
  });

  it.each([
    { title: '403', answer: { status: 403 } },
    { title: '422', answer: json({ error: 'No such size' }, 422) },
    { title: 'an answer that is no file', answer: json({ hello: 'you' }) },
  ])('M9: does not cost the files that are done by $title', async ({ answer }) => {
    const { readToEnd } = await reading({ f1: [done('f1')], f2: [answer] });
    expect((await readToEnd()).update).toMatchObject({ kind: 'succeeded', output: { failed: [{ id: 'f2' }] } });
  });

  it('M9: is waited for, and is one of the result once it can be read', async () => {
    const { readToEnd } = await reading({
      f1: [done('f1')],
      f2: [...Array.from({ length: 8 }, () => broken), pending('f2'), broken, done('f2')],
    });
    const { update, nth } = await readToEnd();
    expect(nth).toBe(11);
    expect(update).toMatchObject({ output: { files: [{ id: 'f1' }, { id: 'f2' }], failed: [] } });
  });

  it('M9: fails its first reads, and does not hurry the next ones', async () => {
    const { read } = await reading({ f1: [done('f1')], f2: [broken] });
    const update = { kind: 'pending', progress: 0.5, previews: [{ url: 'https://cdn.test/f1.png', index: 0 }] };
    expect(await read()).toEqual(update);
    expect(await rejection(read())).toMatchObject({ code: 'network' });
    expect(await read()).toEqual(update);
  });

  it.each([
    { title: 'the whole backend is down', one: { status: 502 }, other: { status: 502 }, code: 'network' },
    { title: 'the credentials are refused', one: { status: 403 }, other: { status: 403 }, code: 'unauthorized' },
    { title: 'the credentials have expired', one: done('f1'), other: { status: 401 }, code: 'unauthorized' },
    { title: 'there are too many reads', one: done('f1'), other: { status: 429 }, code: 'rate-limited' },
    {
      title: 'the connection breaks',
      one: done('f1'),
      other: (response: { destroy(): void }) => response.destroy(),
      code: 'network',
    },
  ])('M9: is not given up where $title', async ({ one, other, code }) => {
    const { read } = await reading({ f1: [done('f1'), one], f2: [pending('f2'), other] });
    await read();
    for (let nth = 0; nth < 20; nth += 1) expect(await rejection(read())).toMatchObject({ code });
  });

  it('M9: is known to be alone in it by one that is deleted since, too', async () => {
    const { readToEnd } = await reading({ f1: [done('f1'), { status: 410 }], f2: [broken] });
    expect((await readToEnd()).update).toMatchObject({ kind: 'succeeded', output: { files: [{ id: 'f1' }] } });
  });

  it('M9: may be running where the others have failed, so it is no reason to pay again', async () => {
    const { readToEnd } = await reading({ f1: [json({ id: 'f1', status: 'failed' })], f2: [broken] });
    expect((await readToEnd()).update).toMatchObject({
      kind: 'failed',
      failure: { code: 'job-failed', resumable: true, retryable: false, status: undefined },
    });
  });

  it('M9: is counted by itself, and only once all others have ended', async () => {
    const job = { ...batch, files: ['f1', 'f2', 'f3'] };
    const { readToEnd } = await reading(
      { f1: [done('f1')], f2: [broken], f3: [...Array.from({ length: 20 }, () => pending('f3')), done('f3')] },
      job,
    );
    const { update, nth } = await readToEnd();
    expect(nth).toBe(30);
    expect(update).toMatchObject({ output: { files: [{ id: 'f1' }, { id: 'f3' }], failed: [{ id: 'f2' }] } });
  });

  it('M9: does not end its generation as unreachable', async () => {
    const { adapter } = await reading({ f1: [done('f1')], f2: [broken] });
    const machine = createGenerationMachine(adapter, {
      policy: { minReadGapMs: 1, pollDelayMs: [1, 400], maxOutageMs: 3_000 },
    });
    const output = await runGeneration(machine, { prompt: 'dunes', batchSize: 2 });
    expect(output).toMatchObject({ files: [{ id: 'f1' }], failed: [{ id: 'f2' }] });
  });
});
