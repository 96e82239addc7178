import { describe, expect, it } from 'vitest';
import { error, flush, pending, started, streaming, succeeded } from '../../support/scripted-generation.js';

type Run = Awaited<ReturnType<typeof started>>;

/** A hidden page, whose timers all fire at whole minutes; what a network brings still arrives. */
async function minutes(run: Run, count: number) {
  for (let nth = 0; nth < count; nth += 1) {
    run.world.clock.set((Math.floor(run.world.clock.now() / 60_000) + 1) * 60_000);
    await flush();
  }
}

describe('a page whose timers fire once a minute', () => {
  it.each([
    ['polling', () => started({ without: ['events'] })],
    ['streaming', () => streaming()],
    ['with reads that fail', () => started({ without: ['events'], read: call => call.refuse(error('not-found')) })],
  ])('still gives up on time: %s', async (_, begin) => {
    const run = await begin();
    await minutes(run, 7);
    run.reads.at(-1)?.answer(pending);
    await flush();
    expect(run.outcomes()).toMatchObject([{ type: 'failed', failure: { code: 'deadline' } }]);
    expect(run.reads.at(-1)?.at).toBe(420_000);
  });

  it('still finds the result by reading', async () => {
    const run = await started({ without: ['events'] });
    await minutes(run, 2);
    run.script.read = call => call.answer(succeeded);
    await minutes(run, 2);
    expect(run.outcomes()).toMatchObject([{ type: 'completed' }]);
  });

  it('reads at once when it is looked at again', async () => {
    const run = await started({ without: ['events'] });
    await minutes(run, 2);
    run.world.skip(30_000);
    await run.world.emit('woke');
    run.world.clock.increment(1_000);
    await flush();
    expect(run.reads.at(-1)?.at).toBeGreaterThanOrEqual(120_000);
  });

  it('that slept past the deadline reads once, and only then gives up', async () => {
    const run = await streaming();
    await run.world.emit('asleep');
    run.world.skip(3_600_000);
    await run.world.emit('woke');
    expect([run.reads.length, run.outcomes().length]).toEqual([2, 1]);
    expect(run.outcomes()).toMatchObject([{ type: 'failed', failure: { code: 'deadline', resumable: true } }]);
  });
});
