import { assertPort } from '../conformance/bench.js';
import { isEqual, type JobStoreRequirement } from './requirement.js';

const added = (label: string, fromMs: number, toMs: number | null = fromMs) => ({
  label,
  duration: [fromMs, toMs] as const,
});

/** What jobs took, which decides when the next ones are read. */
export const durationRequirements: readonly JobStoreRequirement[] = [
  {
    name: 'readHistories() tells what addDurations() of any process has added, by backend and label',
    async test(here, there) {
      assertPort(
        isEqual(await here.readHistories('image'), {}),
        'readHistories() of a backend without any must be {}.',
      );
      await here.addDurations('image', [added('a', 1_000, 2_000), added('b', 500)]);
      await there.addDurations('image', [added('a', 3_000, null)]);
      await there.addDurations('video', [added('a', 60_000)]);
      await there.addDurations('video', []);
      const { a, b } = await here.readHistories('image');
      const jobs = [
        [1_000, 2_000],
        [3_000, null],
      ];
      assertPort(isEqual(a?.jobs, jobs), `readHistories() must tell the oldest first, and tells ${JSON.stringify(a)}.`);
      assertPort(
        isEqual(b?.jobs, [[500, 500]]),
        `readHistories() must keep labels apart, and tells ${JSON.stringify(b)}.`,
      );
    },
  },
  {
    name: 'addDurations() keeps the newest 24 jobs of a label',
    async test(here, there) {
      for (let at = 1; at <= 30; at += 1) await (at % 2 ? here : there).addDurations('image', [added('a', at)]);
      const jobs = (await here.readHistories('image'))['a']?.jobs ?? [];
      const isRight = jobs.length === 24 && jobs[0]?.[0] === 7 && jobs[23]?.[0] === 30;
      assertPort(isRight, `addDurations() of 30 jobs must keep the newest 24, and keeps ${JSON.stringify(jobs)}.`);
    },
  },
  {
    name: 'addDurations() keeps the 32 labels of a backend that were added to last',
    async test(here) {
      await here.addDurations('video', [added('other', 1)]);
      await here.addDurations('image', [added('kept', 1)]);
      for (let at = 0; at < 31; at += 1) await here.addDurations('image', [added(String(at), 1)]);
      await here.addDurations('image', [added('kept', 2), added('new', 1)]);
      const labels = Object.keys(await here.readHistories('image'));
      assertPort(labels.length === 32, `addDurations() must keep 32 labels, and keeps ${labels.length}.`);
      const isRight = labels.includes('kept') && labels.includes('new') && !labels.includes('0');
      assertPort(isRight, 'addDurations() must drop the label that was not added to for the longest time.');
      const others = Object.keys(await here.readHistories('video'));
      assertPort(others.length === 1, 'addDurations() of one backend must keep the labels of others.');
    },
  },
  {
    name: 'addDurations() of two processes at once adds both',
    async test(here, there) {
      await Promise.all(
        Array.from({ length: 12 }, (_, at) => (at % 2 ? here : there).addDurations('image', [added('a', at + 1)])),
      );
      const { length } = (await here.readHistories('image'))['a']?.jobs ?? [];
      assertPort(length === 12, `Twelve addDurations() at once added ${length} jobs.`);
    },
  },
];
