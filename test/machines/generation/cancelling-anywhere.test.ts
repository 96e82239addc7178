import { describe, expect, it } from 'vitest';
import {
  cancelled,
  error,
  failed,
  flush,
  generation,
  job,
  started,
  streaming,
} from '../../support/scripted-generation.js';

type Started = ReturnType<typeof started>;
const phases: readonly [string, () => Started][] = [
  ['connecting', () => started()],
  ['streaming', () => streaming()],
  ['reading', () => streaming({ read: () => {} })],
  [
    'polling',
    async () => {
      const run = await started();
      run.stream().fail(error('network'));
      await run.advance(2_000);
      return run;
    },
  ],
  [
    'checking a failure',
    async () => {
      const run = await streaming({ read: () => {} });
      run.stream().push(failed);
      await flush();
      return run;
    },
  ],
  [
    'asleep',
    async () => {
      const run = await streaming();
      await run.world.emit('asleep');
      return run;
    },
  ],
  [
    'in its last read',
    async () => {
      const run = await streaming();
      await run.advance(419_999);
      run.script.read = () => {};
      await run.advance(1);
      return run;
    },
  ],
];

describe.each(phases)('CANCEL while %s', (_, begin) => {
  it('stops stream and reads, and asks the backend once', async () => {
    const run = await begin();
    await run.send({ type: 'CANCEL' });
    await run.send({ type: 'CANCEL' });
    await run.send({ type: 'CHECK' });
    expect(run.view()).toMatchObject({ status: 'cancelling', canCancel: false, connection: 'none', job });
    expect(run.cancels).toHaveLength(1);
    expect(run.liveCallCount()).toBe(1);
    run.cancels[0]?.answer(cancelled);
    await flush();
    expect(run.outcomes()).toMatchObject([{ type: 'cancelled', stopped: true, job }]);
    expect(run.liveCallCount()).toBe(0);
    expect(run.world.clock.timerCount).toBe(0);
  });

  it('asks nothing of a backend without a cancel, and names the job that goes on', async () => {
    const run = await begin();
    // The same phase, of an adapter that cannot.
    const other = generation({ without: ['cancel'], resume: run.token() });
    await other.send({ type: 'CANCEL' });
    expect(other.outcomes()).toMatchObject([{ type: 'cancelled', stopped: false, job }]);
    expect(other.liveCallCount()).toBe(0);
  });
});
