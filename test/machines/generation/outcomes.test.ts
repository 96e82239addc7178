import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  cancelled,
  changed,
  error,
  failed,
  flush,
  job,
  jobFailure,
  pending,
  started,
  streaming,
  succeeded,
  succeededElsewhere,
} from '../../support/scripted-generation.js';

type Run = Awaited<ReturnType<typeof started>>;

/** Nothing is left that could act: no call, no timer, no listener, and nothing in the next hour. */
async function expectNothingAlive(run: Run) {
  const calls = run.calls().length;
  expect(run.liveCallCount()).toBe(0);
  expect(run.world.clock.timerCount).toBe(0);
  expect(run.world.listenerCount).toBe(0);
  await run.advance(3_600_000);
  expect(run.calls()).toHaveLength(calls);
}

const outcomes = [
  ['completed', succeeded, { output: { url: 'https://files.test/1.png' } }],
  ['failed', failed, { failure: { ...jobFailure, job } }],
  ['cancelled', cancelled, { stopped: true }],
] as const;

describe('an outcome', () => {
  it.each(outcomes)('that a read brings is %s, once, with id and job', async (type, update, rest) => {
    const run = await started({ without: ['events'], read: call => call.answer(update) });
    expect(run.outcomes()).toEqual([expect.objectContaining({ type, id: 'generation-1', job, ...rest })]);
    expect(run.view()).toMatchObject({ status: type, connection: 'none', canCancel: false, job, ...rest });
    expect(run.actor.getSnapshot()).toMatchObject({
      status: 'done',
      output: { status: type, id: 'generation-1', job, ...rest },
    });
    await expectNothingAlive(run);
  });

  it('that the stream brings is believed with its output', async () => {
    const run = await streaming();
    await run.advance(5_000);
    run.stream().push(succeeded);
    await flush();
    expect(run.outcomes()).toEqual([
      { type: 'completed', id: 'generation-1', job, output: { url: 'https://files.test/1.png' } },
    ]);
    await expectNothingAlive(run);
    expect(run.readTimes()).toEqual([0]);
  });

  it('that the stream brings as cancelled is cancelled', async () => {
    const run = await streaming();
    run.stream().push(cancelled);
    await flush();
    expect(run.outcomes()).toMatchObject([{ type: 'cancelled', stopped: true }]);
    await expectNothingAlive(run);
  });

  it('is announced when the snapshot already shows it', async () => {
    const run = await streaming();
    const seen: string[] = [];
    run.actor.on('completed', () => seen.push(run.view().status));
    run.stream().push(succeeded);
    await flush();
    expect(seen).toEqual(['completed']);
  });

  it('T11: is delivered before the requests that it ends are stopped', async () => {
    const run = await streaming({ read: () => {} });
    const order: string[] = [];
    for (const [name, { signal }] of Object.entries({ stream: run.stream(), read: run.read() }))
      signal.addEventListener('abort', () => order.push(`${name} stopped`));
    run.actor.on('completed', () => order.push('completed'));
    run.actor.subscribe({ complete: () => order.push('done') });
    run.stream().push(succeeded);
    await flush();
    expect(order.slice(0, 2)).toEqual(['completed', 'done']);
    expect(order.slice(2).sort()).toEqual(['read stopped', 'stream stopped']);
  });

  it('ends the 10 s before the reads, too', async () => {
    const run = await started();
    await run.advance(5_000);
    run.stream().push(succeeded);
    await flush();
    await expectNothingAlive(run);
    expect(run.readTimes()).toEqual([]);
  });

  it.each([[5_000], [10_000], [12_000], [15_000], [50_000]])(
    'comes once for a result at %d ms on a stream that opens late, if at all',
    async at => {
      const run = await started({ ignoresAbort: true });
      await run.advance(at);
      run.stream().push(succeeded);
      run.reads.at(-1)?.answer(succeededElsewhere);
      await flush();
      expect(run.outcomes()).toHaveLength(1);
      await expectNothingAlive(run);
    },
  );
});

describe('after an outcome', () => {
  it('stays the only one when a read and the stream bring it at the same time', async () => {
    const run = await streaming({ read: () => {}, ignoresAbort: true });
    run.stream().push(succeeded);
    run.read().answer(succeededElsewhere);
    await flush();
    expect(run.outcomes()).toHaveLength(1);
    await expectNothingAlive(run);
  });

  it.each([succeededElsewhere, failed, cancelled, pending, changed])('hears no late $kind', async late => {
    const run = await streaming({ ignoresAbort: true });
    await run.advance(14_000);
    run.script.read = () => {};
    await run.advance(1_000);
    run.stream().push(succeeded);
    await flush();
    const { output } = run.view();
    run.read().answer(late);
    run.stream().push(late);
    run.stream().open();
    run.stream().alive();
    run.stream().end();
    await flush();
    expect(run.outcomes()).toHaveLength(1);
    expect(run.view()).toMatchObject({ status: 'completed', output });
    await expectNothingAlive(run);
  });

  it('keeps the first of two results in one breath', async () => {
    const run = await streaming();
    run.stream().push(succeeded);
    run.stream().push(succeededElsewhere);
    await flush();
    expect(run.outcomes()).toMatchObject([{ output: { url: 'https://files.test/1.png' } }]);
  });

  it.each(['CANCEL', 'CHECK', 'GENERATE'] as const)('ignores %s', async type => {
    const run = await streaming();
    run.stream().push(succeeded);
    await flush();
    // XState says on the console that nobody is there.
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    onTestFinished(() => {
      vi.restoreAllMocks();
    });
    await run.send(type === 'GENERATE' ? { type, input: { prompt: 'another' } } : { type });
    expect(run.view().status).toBe('completed');
    await expectNothingAlive(run);
  });
});

describe('a failure heard on the stream', () => {
  async function heard(read: Parameters<typeof streaming>[0]) {
    const run = await streaming();
    await run.advance(5_000);
    run.script.read = read?.read ?? (() => {});
    run.stream().push(failed);
    await flush();
    return run;
  }

  it('is checked by one read before it counts', async () => {
    const run = await heard({});
    expect(run.readTimes()).toEqual([0, 5_000]);
    expect(run.outcomes()).toEqual([]);
    expect(run.view()).toMatchObject({ status: 'polling', failure: undefined });
  });

  it('is overruled by success', async () => {
    const run = await heard({ read: call => call.answer(succeeded) });
    expect(run.outcomes()).toMatchObject([{ type: 'completed' }]);
    await expectNothingAlive(run);
  });

  it.each([
    ['goes on', pending],
    ['has changed', changed],
    ['has failed', failed],
  ])('stands when the read says that the job %s', async (_, update) => {
    const run = await heard({ read: call => call.answer(update) });
    expect(run.outcomes()).toMatchObject([{ type: 'failed', failure: { ...jobFailure, job } }]);
    await expectNothingAlive(run);
  });

  it('stands when the read fails', async () => {
    const run = await heard({ read: call => call.refuse(error('network')) });
    expect(run.outcomes()).toMatchObject([{ type: 'failed', failure: jobFailure }]);
    await expectNothingAlive(run);
  });

  it('stands when the read hangs for 30 s', async () => {
    const run = await heard({});
    await run.advance(29_999);
    expect(run.outcomes()).toEqual([]);
    await run.advance(1);
    expect(run.outcomes()).toMatchObject([{ type: 'failed', failure: jobFailure }]);
    await expectNothingAlive(run);
  });

  it('takes the place of a read in flight, which began before it', async () => {
    const run = await streaming({ read: () => {}, ignoresAbort: true });
    run.stream().push(failed);
    await flush();
    expect(run.reads.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    run.reads[0]?.answer(pending);
    await flush();
    expect(run.outcomes()).toEqual([]);
    run.reads[1]?.answer(succeeded);
    await flush();
    expect(run.outcomes()).toMatchObject([{ type: 'completed' }]);
  });
});
