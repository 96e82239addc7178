import { describe, expect, it } from 'vitest';
import { clientBench } from '../../support/client-bench.js';
import { error } from '../../support/scripted-generation.js';

const refused = () => error('network', { charged: 'maybe', resumable: true, job: { id: 'job-7' } });

describe('a submit whose refusal names the job that it has begun', () => {
  it('is followed on demand, is never submitted again, and shows what was paid', async () => {
    const bench = clientBench({ script: { submit: call => call.refuse(refused()) } });
    const page = await bench.open();
    await page.generate('a');
    expect(page.generation('a')).toMatchObject({
      status: 'failed',
      canResume: true,
      canRetry: false,
      failure: { job: { id: 'job-7' }, charged: 'maybe' },
    });
    bench.finish('job-7');
    await page.send({ type: 'RESUME', id: 'a' });
    await bench.advance(10_000);
    expect(page.generation('a')).toMatchObject({ status: 'completed', items: [{ id: 'a/0' }] });
    expect(bench.submits).toHaveLength(1);
  });

  it('is followed on demand after a reload, too', async () => {
    const bench = clientBench({ script: { submit: call => call.refuse(refused()) } });
    const page = await bench.open();
    await page.generate('a');
    await page.close();
    const next = await bench.open();
    bench.finish('job-7');
    await next.send({ type: 'RESUME', id: 'a' });
    await bench.advance(10_000);
    expect(next.items()).toEqual(['a/0']);
    expect(bench.submits).toHaveLength(1);
  });

  it('M2: is asked for again with the same key, where the backend replays keys', async () => {
    const bench = clientBench({ script: { submit: call => call.refuse(refused()) }, idempotentSubmit: 'replays' });
    const { client } = await bench.open();
    client.generate({ prompt: 'a lighthouse' });
    await bench.advance(1_000);
    client.generate({ prompt: 'a lighthouse' });
    await bench.advance(1_000);
    const [first, second] = bench.submits.map(({ idempotencyKey }) => idempotencyKey);
    expect(second).toBe(first);
    expect(bench.submits).toHaveLength(2);
  });
});
