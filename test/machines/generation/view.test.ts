import { viewGeneration } from 'generation-lifecycle';
import { describe, expect, it } from 'vitest';
import {
  cancelled,
  error,
  failed,
  flush,
  type GenerationOptions,
  generation,
  job,
  pending,
  started,
  streaming,
  succeeded,
} from '../../support/scripted-generation.js';

describe('the status', () => {
  it('goes from idle over submitting, connecting and streaming to completed', async () => {
    const run = generation({ submit: () => {} });
    const statuses = [run.view().status];
    run.actor.subscribe(() => {
      const { status } = run.view();
      if (status !== statuses.at(-1)) statuses.push(status);
    });
    await run.send({ type: 'GENERATE', input: { prompt: 'a lighthouse' } });
    run.submits[0]?.answer({ job });
    await flush();
    run.stream().open();
    await run.advance(5_000);
    run.stream().push(succeeded);
    await flush();
    expect(statuses).toEqual(['idle', 'submitting', 'connecting', 'streaming', 'completed']);
  });

  it('is polling while the stream is not open and the reads are no longer held', async () => {
    const run = await started();
    await run.advance(10_000);
    const views = [run.view()];
    run.stream().open();
    await flush();
    views.push(run.view());
    run.stream().end();
    await flush();
    views.push(run.view());
    await run.advance(1_000);
    views.push(run.view());
    expect(views.map(({ status, connection }) => [status, connection])).toEqual([
      ['polling', 'connecting'],
      ['streaming', 'open'],
      ['polling', 'lost'],
      ['polling', 'connecting'],
    ]);
  });

  it('is polling with a lost stream while the page is asleep', async () => {
    const run = await streaming();
    await run.world.emit('asleep');
    expect(run.view()).toMatchObject({ status: 'polling', connection: 'lost' });
  });

  it('is streaming also while a read is in flight', async () => {
    const run = await streaming({ read: () => {} });
    expect(run.view().status).toBe('streaming');
  });

  it.each([
    ['completed', succeeded],
    ['failed', failed],
    ['cancelled', cancelled],
  ] as const)('is %s for good', async (status, update) => {
    const run = await started({ without: ['events'], read: call => call.answer(update) });
    const view = run.view();
    expect(view).toMatchObject({ status, connection: 'none', canCancel: false });
    expect([view.output, view.failure, view.stopped].filter(value => value !== undefined)).toHaveLength(1);
  });
});

describe('what is shown', () => {
  it('keeps what an update says nothing about', async () => {
    const run = await streaming();
    const previews = [{ url: 'https://files.test/preview.png' }];
    run.stream().push({ kind: 'pending', progress: 0.2, message: 'Rendering', backendPosition: 0, previews });
    run.stream().push({ kind: 'pending', progress: 0.3 });
    run.stream().push(pending);
    await flush();
    expect(run.view()).toMatchObject({ progress: 0.3, message: 'Rendering', backendPosition: 0, previews });
  });

  it('comes from reads, too', async () => {
    const run = await started({
      without: ['events'],
      read: call => call.answer({ kind: 'pending', progress: 0.5, message: 'Half' }),
    });
    expect(run.view()).toMatchObject({ progress: 0.5, message: 'Half', previews: [] });
  });

  it('is undefined until something is known', async () => {
    const run = await started();
    expect(run.view()).toMatchObject({
      progress: undefined,
      message: undefined,
      backendPosition: undefined,
      previews: [],
    });
  });

  it.each([
    [[0.5, 0.3], 0.5],
    [[0, 0], 0],
    [[0.2, 45], 1],
    [[0.2, Number.NaN], 0.2],
    [[0.2, Number.POSITIVE_INFINITY], 1],
    [[-1], undefined],
  ])('takes the progress %o for %s', async (all, shown) => {
    const run = await streaming();
    for (const progress of all) run.stream().push({ kind: 'pending', progress });
    await flush();
    expect(run.view().progress).toBe(shown);
  });

  it('never lets progress fall, whichever of stream and reads is behind', async () => {
    const run = await streaming();
    run.stream().push({ kind: 'pending', progress: 0.8 });
    run.script.read = call => call.answer({ kind: 'pending', progress: 0.1 });
    await run.advance(15_000);
    expect(run.reads).toHaveLength(2);
    expect(run.view().progress).toBe(0.8);
  });

  it('has a progress of 1 when it has completed', async () => {
    const run = await streaming();
    run.stream().push({ kind: 'pending', progress: 0.4 });
    run.stream().push(succeeded);
    await flush();
    expect(run.view().progress).toBe(1);
  });

  it('shows the words and the place in the queue only while it runs', async () => {
    const run = await streaming();
    run.stream().push({ kind: 'pending', message: 'Painting', backendPosition: 2 });
    await flush();
    expect(run.view()).toMatchObject({ message: 'Painting', backendPosition: 2, isRunning: true });
    run.stream().push(succeeded);
    await flush();
    expect(run.view()).toMatchObject({ message: undefined, backendPosition: undefined, isRunning: false });
  });

  it.each([
    ['a refused submit', { submit: call => call.refuse(error('payment-required', { charged: 'no' })) }, 'no'],
    ['a submit without an answer', { submit: () => {}, policy: { submitTimeoutMs: 0 } }, 'maybe'],
  ] satisfies [string, GenerationOptions, string][])('says whether it was paid: %s', async (_, options, charged) => {
    const run = await started(options);
    await run.advance(1);
    expect(run.view()).toMatchObject({ status: 'failed', charged });
  });

  it('says whether a cancelled one was paid', async () => {
    const run = await streaming({ without: ['cancel'] });
    expect(run.view()).toMatchObject({ charged: undefined, canCancel: true, isRunning: true });
    await run.send({ type: 'CANCEL' });
    expect(run.view()).toMatchObject({ status: 'cancelled', charged: 'yes', canCancel: false, isRunning: false });
  });

  it('does not show a failure that is still being checked', async () => {
    const run = await streaming({ read: () => {} });
    run.stream().push(failed);
    await flush();
    expect(run.view()).toMatchObject({ failure: undefined, output: undefined, stopped: undefined });
  });
});

describe('the view', () => {
  it('is pure: one snapshot gives equal views', async () => {
    const run = await streaming();
    const snapshot = run.actor.getSnapshot();
    expect(viewGeneration(snapshot)).toEqual(viewGeneration(snapshot));
    const before = viewGeneration(snapshot);
    run.stream().fail(error('network'));
    await flush();
    expect(viewGeneration(snapshot)).toEqual(before);
  });
});
