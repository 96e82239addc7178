import { describe, expect, it } from 'vitest';
import { clientBench, flush } from '../../support/client-bench.js';

describe('following a failed generation again', () => {
  it('leaves nothing to follow when it is cancelled before it has begun', async () => {
    const bench = clientBench({ policy: { deadlineMs: 5_000 } });
    const page = await bench.open();
    await page.generate('g');
    await bench.advance(40_000);
    expect(page.generation('g')).toMatchObject({ status: 'failed', canResume: true });

    page.client.send({ type: 'RESUME', id: 'g' });
    page.client.send({ type: 'CANCEL', id: 'g' });
    await flush();
    await bench.advance(5_000);

    expect(page.generation('g')).toMatchObject({ status: 'cancelled', canResume: false });
    expect(await bench.records()).toEqual([]);
    expect(bench.cancels).toHaveLength(1);
  });
});
