import { describe, expect, it } from 'vitest';
import { clientBench, flush } from '../../support/client-bench.js';
import { error } from '../../support/scripted-generation.js';

const lost = () => error('network', { charged: 'maybe' });

/** A page that died during its submit. */
async function died(bench: ReturnType<typeof clientBench>, isCancelled = false) {
  const first = await bench.open();
  await first.generate('a');
  if (isCancelled) await first.send({ type: 'CANCEL', id: 'a' });
  await bench.advance(2_000);
  await first.close();
  const second = await bench.open();
  await bench.advance(5_000);
  return second;
}

describe('a submit that an earlier page has sent, of an adapter that can look it up', () => {
  it('is found by its key, followed and shown, and not bought again', async () => {
    const bench = clientBench({
      script: { submit: () => {}, find: call => call.answer({ job: { id: 'job-1' } }) },
    });
    const page = await died(bench);
    expect(bench.finds).toMatchObject([{ about: 'a' }]);
    bench.finish('job-1');
    await bench.advance(10_000);
    expect(bench.submits).toHaveLength(1);
    expect(page.items()).toEqual(['a/0']);
  });

  it('is told as interrupted where the backend knows nothing of it', async () => {
    const bench = clientBench({ script: { submit: () => {}, find: call => call.answer(undefined) } });
    const page = await died(bench);
    await bench.advance(5_000);
    expect(page.generation('a')?.failure).toMatchObject({ code: 'interrupted', charged: 'maybe' });
    expect(bench.submits).toHaveLength(1);
  });

  it('is sent again with the same key where the backend knows nothing of it and replays keys', async () => {
    const bench = clientBench({
      idempotentSubmit: 'replays',
      script: { submit: () => {}, find: call => call.answer(undefined) },
    });
    await died(bench);
    expect(bench.submits.map(({ idempotencyKey }) => idempotencyKey)).toEqual(['a', 'a']);
  });

  it('can be looked up again later, free of charge, where the backend does not answer', async () => {
    const bench = clientBench({ script: { submit: () => {}, find: call => call.refuse(lost()) } });
    const page = await died(bench);
    await bench.advance(130_000);
    expect(page.generation('a')).toMatchObject({ status: 'failed', canResume: true });
    bench.script.find = call => call.answer({ job: { id: 'job-1' } });
    bench.finish('job-1');
    await page.send({ type: 'RESUME', id: 'a' });
    await bench.advance(10_000);
    expect(page.items()).toEqual(['a/0']);
    expect(bench.submits).toHaveLength(1);
  });
});

describe('A1: a submit that was to be cancelled when its page died', () => {
  it('is forbidden by its key, and told as not charged', async () => {
    const bench = clientBench({ script: { submit: () => {}, cancelByKey: call => call.answer(undefined) } });
    const page = await died(bench, true);
    expect(bench.forbids).toMatchObject([{ about: 'a' }]);
    expect(page.generation('a')).toMatchObject({ status: 'cancelled', stopped: true, charged: 'no' });
    expect(bench.submits).toHaveLength(1);
  });

  it('is looked up, and its job is stopped', async () => {
    const bench = clientBench({ script: { submit: () => {}, find: call => call.answer({ job: { id: 'job-1' } }) } });
    const page = await died(bench, true);
    expect(bench.cancels).toMatchObject([{ about: { id: 'job-1' } }]);
    expect(page.generation('a')).toMatchObject({ status: 'cancelled', stopped: true });
  });
});

describe('a submit whose answer is lost', () => {
  it('is looked up in the same page', async () => {
    const bench = clientBench({
      script: { submit: call => call.refuse(lost()), find: call => call.answer({ job: { id: 'job-1' } }) },
    });
    const page = await bench.open();
    const { items } = await page.generate('a');
    bench.finish('job-1');
    await bench.advance(10_000);
    await flush();
    expect(await items).toMatchObject([{ id: 'a/0' }]);
    expect(bench.submits).toHaveLength(1);
  });
});
