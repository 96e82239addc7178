import { describe, expect, it } from 'vitest';
import { clientBench, flush } from '../../support/client-bench.js';

describe('resuming a failed generation', () => {
  it('leaves nothing to resume if it is cancelled at once', async () => {
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
    expect(await bench.storedGenerations()).toEqual([]);
    expect(bench.cancels).toHaveLength(1);
  });
});
