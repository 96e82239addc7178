import { describe, expect, it } from 'vitest';
import { flush, toolBench } from '../../support/client-bench.js';

describe('following a failed generation again', () => {
  it('leaves nothing to follow when it is cancelled before it has begun', async () => {
    const bench = toolBench({ policy: { deadlineMs: 5_000 } });
    const page = await bench.open();
    await page.generate('g');
    await bench.advance(40_000);
    expect(page.generation('g')).toMatchObject({ status: 'failed', canFollow: true });

    page.tool.send({ type: 'FOLLOW', id: 'g' });
    page.tool.send({ type: 'CANCEL', id: 'g' });
    await flush();
    await bench.advance(5_000);

    expect(page.generation('g')).toMatchObject({ status: 'cancelled', canFollow: false });
    expect(await bench.records()).toEqual([]);
    expect(bench.cancels).toHaveLength(1);
  });
});
