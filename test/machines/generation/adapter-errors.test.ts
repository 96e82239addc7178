import type { FailureCode } from 'generation-lifecycle';
import { describe, expect, it } from 'vitest';
import {
  changed,
  error,
  flush,
  job,
  pending,
  seenThen,
  started,
  streaming,
} from '../../support/scripted-generation.js';

const withoutStream = { without: ['events'] } as const;
const refusing = (code: FailureCode) => ({
  read: (call: { refuse(thrown: unknown): void }) => call.refuse(error(code)),
});

describe('a read that fails for good', () => {
  it.each(['unauthorized', 'bad-input', 'payment-required'] as const)('ends it: %s', async code => {
    const run = await seenThen(code);
    await run.advance(1_000);
    expect(run.outcomes()).toMatchObject([{ type: 'failed', job, failure: { code, job } }]);
    await run.advance(3_600_000);
    expect(run.readTimes()).toEqual([0, 1_000]);
  });

  it.each(['unauthorized', 'bad-input', 'payment-required'] as const)(
    'does not end it while the stream shows the job: %s',
    async code => {
      const run = await streaming();
      run.script.read = call => call.refuse(error(code));
      run.stream().push(pending);
      for (let pings = 0; pings < 9; pings += 1) {
        await run.advance(5_000);
        run.stream().alive();
      }
      expect(run.outcomes()).toEqual([]);
      expect(run.view().status).toBe('streaming');
      // Now the stream has not shown it for 45 s.
      await run.advance(15_000);
      expect(run.outcomes()).toMatchObject([{ type: 'failed', failure: { code } }]);
    },
  );

  it('is followed by reads at the last delay as long as the stream has shown the job within 45 s', async () => {
    const run = await streaming();
    run.script.read = call => call.refuse(error('unauthorized'));
    await run.advance(14_000);
    run.stream().push(pending);
    run.stream().fail(error('network'));
    run.script.events = stream => stream.fail(error('not-found'));
    await run.advance(44_000);
    expect(run.readTimes()).toEqual([0, 14_000, 24_000, 34_000, 44_000, 54_000]);
    expect(run.outcomes()).toEqual([]);
    await run.advance(10_000);
    expect(run.outcomes()).toMatchObject([{ type: 'failed', failure: { code: 'unauthorized' } }]);
  });
});

describe('a read that fails', () => {
  const passing = ['network', 'timeout', 'rate-limited', 'invalid-response', 'interrupted'] as const;

  it.each(passing)('is repeated: %s', async code => {
    const run = await seenThen(code, code, code, code, code);
    await run.advance(28_000);
    expect(run.readTimes()).toEqual([0, 1_000, 3_000, 8_000, 18_000, 28_000]);
    expect(run.view()).toMatchObject({ status: 'polling', failure: undefined });
  });

  it.each([
    ['a text', 'no'],
    ['nothing', undefined],
    ['an error of its own', new Error('no')],
    ['an object without a prototype', Object.create(null)],
    ['an error that only bears the name', Object.assign(new Error('no'), { name: 'GenerationError' })],
  ])('is repeated when it rejects with %s', async (_, thrown) => {
    const run = await started({ ...withoutStream, read: call => call.refuse(thrown) });
    await run.advance(1_000);
    expect(run.readTimes()).toEqual([0, 1_000]);
  });

  it('is repeated when it throws instead of rejecting', async () => {
    const run = await started({ ...withoutStream, read: () => JSON.parse('no json') });
    await run.advance(1_000);
    expect(run.readTimes()).toEqual([0, 1_000]);
  });

  it.each(['null', '{}', '"done"', '{"kind":"dreaming"}', '{"kind":"pending","progress":"half","previews":7}'])(
    'or makes no sense is repeated: %s',
    async text => {
      const run = await started({ ...withoutStream, read: call => call.answer(JSON.parse(text)) });
      await run.advance(1_000);
      expect(run.readTimes()).toEqual([0, 1_000]);
      expect(run.view()).toMatchObject({ status: 'polling', progress: undefined });
    },
  );
});

describe('an outage', () => {
  it('ends the generation after 120 s without any sign of the job', async () => {
    const run = await seenThen(...Array<FailureCode>(50).fill('network'));
    await run.advance(119_999);
    expect(run.outcomes()).toEqual([]);
    await run.advance(10_001);
    expect(run.outcomes()).toMatchObject([
      { type: 'failed', job, failure: { code: 'unreachable', resumable: true, retryable: false, job } },
    ]);
  });

  it('ends a generation that was never seen, too', async () => {
    const run = await started({ ...withoutStream, ...refusing('network') });
    await run.advance(119_999);
    expect(run.outcomes()).toEqual([]);
    await run.advance(10_001);
    expect(run.view().failure).toMatchObject({ code: 'unreachable' });
  });

  it('E7: does not take an event for a recent one because the clock was set back', async () => {
    const run = await streaming();
    run.script.read = call => call.refuse(error('unauthorized'));
    run.stream().push(pending);
    await flush();
    run.world.skip(-3_600_000);
    await run.world.emit('woke');
    await run.advance(1_000);
    expect(run.view().failure).toMatchObject({ code: 'unauthorized', resumable: true });
  });

  it('E7: is measured in spite of a clock that is set back', async () => {
    const run = await started({ ...withoutStream, ...refusing('network') });
    await run.advance(60_000);
    run.world.skip(-3_600_000);
    await run.advance(140_000);
    expect(run.view().failure).toMatchObject({ code: 'unreachable', resumable: true });
  });

  it('is made of hanging reads, too', async () => {
    const run = await started(withoutStream);
    run.script.read = () => {};
    await run.advance(119_999);
    expect(run.outcomes()).toEqual([]);
    await run.advance(40_001);
    expect(run.view().failure).toMatchObject({ code: 'unreachable', resumable: true });
  });

  it('is over with one good read', async () => {
    const run = await started({ ...withoutStream, ...refusing('network') });
    await run.advance(110_000);
    run.script.read = call => call.answer(pending);
    await run.advance(10_000);
    run.script.read = call => call.refuse(error('network'));
    await run.advance(110_000);
    expect(run.view().status).toBe('polling');
  });

  it.each([pending, changed])('is over with an event of the job: $kind', async update => {
    const run = await streaming(refusing('network'));
    for (let events = 0; events < 10; events += 1) {
      await run.advance(40_000);
      run.stream().alive();
      run.stream().push(update);
    }
    await flush();
    expect(run.view().status).toBe('streaming');
  });

  it('is not over with a ping, nor with an event of another job', async () => {
    const run = await streaming(refusing('network'));
    for (let pings = 0; pings < 9; pings += 1) {
      await run.advance(15_000);
      run.stream().alive();
      run.stream().push({ kind: 'ignored' });
    }
    expect(run.view().failure).toMatchObject({ code: 'unreachable' });
  });

  it('does not count the time offline', async () => {
    const run = await seenThen(...Array<FailureCode>(100).fill('network'));
    await run.advance(59_000);
    await run.world.emit('offline');
    await run.advance(200_000);
    expect(run.view().status).toBe('polling');
    await run.world.emit('online');
    await run.advance(60_000);
    expect(run.view().status).toBe('polling');
    await run.advance(11_000);
    expect(run.view().failure).toMatchObject({ code: 'unreachable' });
  });

  it('does not end it while offline', async () => {
    const run = await seenThen(...Array<FailureCode>(50).fill('network'));
    await run.advance(118_500);
    await run.world.emit('offline');
    await run.advance(60_000);
    expect(run.readTimes().at(-1)).toBeGreaterThan(120_000);
    expect(run.view().status).toBe('polling');
  });

  it('does not count a short time offline between two reads', async () => {
    const run = await seenThen(...Array<FailureCode>(100).fill('network'));
    await run.advance(30_000);
    for (let times = 0; times < 6; times += 1) {
      await run.advance(1_000);
      await run.world.emit('offline');
      await run.advance(38_000);
      await run.world.emit('online');
    }
    expect(run.view().status).toBe('polling');
  });

  it('does not count the time asleep', async () => {
    const run = await seenThen(...Array<FailureCode>(100).fill('network'));
    await run.advance(59_000);
    await run.world.emit('asleep');
    await run.advance(200_000);
    await run.world.emit('woke');
    await run.advance(59_000);
    expect(run.view().status).toBe('polling');
  });
});
