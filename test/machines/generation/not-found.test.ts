import { describe, expect, it } from 'vitest';
import { changed, error, job, pending, seenThen, started } from '../../support/scripted-generation.js';

const withoutStream = { without: ['events'] } as const;
const refusing = (code: 'network' | 'not-found') => ({
  read: (call: { refuse(thrown: unknown): void }) => call.refuse(error(code)),
});

describe('a job that is not found', () => {
  it('is not there yet until the deadline when it was never seen', async () => {
    const run = await started({ ...withoutStream, ...refusing('not-found') });
    await run.advance(419_999);
    expect(run.view().status).toBe('polling');
    await run.advance(1);
    expect(run.view().failure).toMatchObject({ code: 'deadline', resumable: true });
  });

  it('is not there yet also when it was not even reached for long', async () => {
    const run = await started({ ...withoutStream, ...refusing('network') });
    await run.advance(119_000);
    run.script.read = call => call.refuse(error('not-found'));
    await run.advance(200_000);
    expect(run.view().status).toBe('polling');
  });

  it('is not unreachable because it was not there yet for long', async () => {
    const run = await started({ ...withoutStream, ...refusing('not-found') });
    await run.advance(119_000);
    run.script.read = call => call.refuse(error('network'));
    await run.advance(60_000);
    expect(run.view().status).toBe('polling');
  });

  it('is gone when it was seen and is missed twice in a row', async () => {
    const run = await seenThen('not-found', 'not-found');
    await run.advance(2_999);
    expect(run.view().status).toBe('polling');
    await run.advance(1);
    expect(run.outcomes()).toMatchObject([{ type: 'failed', failure: { code: 'not-found', job } }]);
  });

  it.each([
    ['found between', ['not-found', undefined, 'not-found', undefined, 'not-found']],
    ['not reached between', ['not-found', 'network', 'not-found', 'timeout', 'not-found']],
  ] as const)('is not gone when it is %s', async (_, codes) => {
    const run = await seenThen(...codes);
    await run.advance(60_000);
    expect(run.view().status).toBe('polling');
  });

  it('was seen when an event has shown it, and is gone when the stream has not for 45 s', async () => {
    const run = await started(refusing('not-found'));
    run.stream().open();
    run.stream().push(changed);
    await run.advance(44_000);
    run.stream().alive();
    expect(run.view().status).toBe('streaming');
    await run.advance(16_001);
    expect(run.view().failure).toMatchObject({ code: 'not-found' });
  });

  it('was seen when the submit told of it', async () => {
    const run = await started({
      ...withoutStream,
      ...refusing('not-found'),
      submit: call => call.answer({ job, update: pending }),
    });
    await run.advance(1_000);
    expect(run.view().failure).toMatchObject({ code: 'not-found' });
  });
});
