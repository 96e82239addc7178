import type { GenerationContext } from 'generation-lifecycle';
import { exploreGeneration, generationMonitors, type Monitor, violation } from 'generation-lifecycle/testing/explore';
import { expect, it } from 'vitest';
import type { AnyStateMachine } from 'xstate';

const namesThePaidJob: Monitor<AnyStateMachine> = {
  name: 'a failure names the job that was paid',
  initial: null,
  check(_, { after }) {
    const { job, outcome }: GenerationContext<unknown> = after.snapshot.context;
    if (after.snapshot.status !== 'done' || outcome?.status !== 'failed') return null;
    return job && outcome.failure.job?.id !== job.id ? violation(`it does not name ${job.id}`) : null;
  },
};

it('names the paid job in every failure, of every run', () => {
  const [exploration] = exploreGeneration(undefined, [...generationMonitors, namesThePaidJob], {
    ports: ['neither'],
    arrivals: ['possible'],
  });
  expect(exploration?.states).toBeGreaterThan(100);
});
