import { expect, it } from 'vitest';
import { clientBench } from '../../support/client-bench.js';

type Page = Awaited<ReturnType<ReturnType<typeof clientBench>['open']>>;

/** What a page has emitted of the progress of its generations. */
const progressOf = ({ emitted }: Page) =>
  emitted.flatMap(event => (event.type === 'generation.progressed' ? [[event.id, event.progress, event.message]] : []));

it('each new progress and message is emitted by the tab that follows, and nothing else is', async () => {
  const bench = clientBench();
  const [page, other] = [await bench.open(), await bench.open()];
  await page.generate('a');
  const updates = [
    {},
    { progress: 0.2 },
    { progress: 0.2 },
    { progress: 0.2, message: 'drawing' },
    { progress: 0.2, message: 'drawing' },
    { progress: 0.6, message: 'drawing' },
  ];
  for (const update of updates) {
    bench.finish('job-1', { kind: 'pending', ...update });
    await bench.advance(10_000);
  }
  bench.finish('job-1');
  await bench.advance(20_000);
  expect(page.generation('a')?.status).toBe('completed');
  expect(progressOf(page)).toEqual([
    ['a', 0.2, undefined],
    ['a', 0.2, 'drawing'],
    ['a', 0.6, 'drawing'],
  ]);
  expect(progressOf(other)).toEqual([]);
});

it('is not emitted again after a reload', async () => {
  const bench = clientBench();
  const first = await bench.open();
  bench.finish('job-1', { kind: 'pending', progress: 0.4, message: 'drawing' });
  await first.generate('a');
  await bench.advance(5_000);
  await first.close();
  const second = await bench.open();
  await bench.advance(5_000);
  expect(progressOf(second)).toEqual([]);
  bench.finish('job-1', { kind: 'pending', progress: 0.8, message: 'drawing' });
  await bench.advance(5_000);
  expect(progressOf(second)).toEqual([['a', 0.8, 'drawing']]);
});

it('is not emitted by a cancel', async () => {
  const bench = clientBench({ script: { cancel: () => {} } });
  const page = await bench.open();
  bench.finish('job-1', { kind: 'pending', progress: 0.4, message: 'drawing' });
  await page.generate('a');
  await bench.advance(5_000);
  await page.send({ type: 'CANCEL', id: 'a' });
  expect(page.statuses()).toEqual({ a: 'cancelling' });
  expect(progressOf(page)).toEqual([['a', 0.4, 'drawing']]);
});
