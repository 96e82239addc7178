import { addDuration, type DurationHistory, policyFor, type ReadContext } from 'generation-lifecycle';
import { expect, it, vi } from 'vitest';
import { error, generation, pending, started, succeeded } from '../../support/scripted-generation.js';

const withoutStream = { without: ['events'] } as const;
const { pollDelayMs } = policyFor('image');
const twelve = Array.from({ length: 20 }, (_, index) => 11_500 + index * 50).reduce<DurationHistory>(
  (history, ms) => addDuration(history, [ms, ms]),
  { version: 1, jobs: [] },
);

it('polls each second at first, then after 15 % of the age of the job', async () => {
  const run = await started({ ...withoutStream, policy: { pollDelayMs } });
  await run.advance(12_000);
  expect(run.readTimes()).toEqual([0, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000, 8_050, 9_258, 10_647]);
});

it('does not count the submit to the age of the job', async () => {
  const run = await started({ ...withoutStream, policy: { pollDelayMs }, submit: () => {} });
  await run.advance(60_000);
  run.submits[0]?.answer({ job: { id: 'job-1' } });
  await run.advance(3_000);
  expect(run.readTimes()).toEqual([60_000, 61_000, 62_000, 63_000]);
});

it('reads when the job should be done by its history', async () => {
  const run = await started({ ...withoutStream, policy: { pollDelayMs }, history: twelve });
  await run.advance(13_000);
  const times = run.readTimes();
  expect(times.filter(ms => ms < 11_000).length).toBeLessThanOrEqual(3);
  expect(times.filter(ms => ms > 11_000 && ms <= 13_000).length).toBeGreaterThanOrEqual(2);
});

it('tells a schedule the age in the phase, and all that is known of the job', async () => {
  const asked: (readonly [number, ReadContext])[] = [];
  const run = await started({
    ...withoutStream,
    history: twelve,
    policy: {
      pollDelayMs: (elapsedMs, context) => {
        asked.push([elapsedMs, context]);
        return 2_000;
      },
    },
    read: call => call.answer({ kind: 'pending', phase: 'queued' }),
  });
  await run.advance(4_000);
  run.script.read = call => call.answer({ kind: 'pending', phase: 'running', progress: 0.5, etaMs: 3_000 });
  await run.advance(4_000);
  expect(asked.map(([elapsedMs]) => elapsedMs)).toEqual([0, 2_000, 4_000, 0]);
  expect(asked.at(0)?.[1]).toMatchObject({ readCount: 1, phase: 'queued', history: twelve });
  expect(asked.at(-1)?.[1]).toMatchObject({ phase: 'running', progress: 0.5, etaMs: 3_000 });
});

it('polls after the times of a list, of which the last repeats', async () => {
  const run = await started({ ...withoutStream, policy: { pollDelayMs: [2_000, 3_000] } });
  await run.advance(11_000);
  expect(run.readTimes()).toEqual([0, 2_000, 5_000, 8_000, 11_000]);
});

it('reads as soon as the policy allows if a schedule returns 0', async () => {
  const run = await started({ ...withoutStream, policy: { pollDelayMs: () => 0, minReadGapMs: 400 } });
  await run.advance(1_000);
  expect(run.readTimes()).toEqual([0, 400, 800]);
});

it.each([
  { what: 'returns null', schedule: () => null as never },
  { what: 'returns NaN', schedule: () => Number.NaN },
  { what: 'returns a negative number', schedule: () => -1 },
  { what: 'returns a text', schedule: () => 'soon' as never },
])('reads after 10 s if a schedule $what', async ({ schedule }) => {
  const run = await started({ ...withoutStream, policy: { pollDelayMs: schedule } });
  await run.advance(21_000);
  expect(run.readTimes()).toEqual([0, 10_000, 20_000]);
});

it('reads after 10 s if a schedule throws, logs the error, and goes on', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {});
  const broken = new Error('broken');
  const run = await started({
    ...withoutStream,
    policy: {
      pollDelayMs: () => {
        throw broken;
      },
    },
  });
  run.script.read = call => call.answer(succeeded);
  await run.advance(10_000);
  expect(run.view().status).toBe('completed');
  expect(log).toHaveBeenCalledWith(broken);
  log.mockRestore();
});

it('lets the backend say when to read, before any schedule', async () => {
  const run = await started({
    ...withoutStream,
    policy: { pollDelayMs: () => 2_000 },
    read: call => call.answer({ kind: 'pending', readAfterMs: 7_000 }),
  });
  await run.advance(14_000);
  expect(run.readTimes()).toEqual([0, 7_000, 14_000]);
});

it('repeats a read that is refused for good after 10 s, while the stream has shown the job', async () => {
  const run = generation({ policy: { pollDelayMs } });
  await run.send({ type: 'GENERATE', input: { prompt: 'a lighthouse' } });
  run.stream().open();
  run.stream().push(pending);
  run.script.read = call => call.refuse(error('unauthorized'));
  run.stream().end();
  await run.advance(20_000);
  const [first = 0, second = 0] = run.readTimes().slice(-2);
  expect(second - first).toBeGreaterThanOrEqual(9_000);
});
