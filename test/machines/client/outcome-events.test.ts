import { describe, expect, it } from 'vitest';
import { clientBench } from '../../support/client-bench.js';
import { jobFailure } from '../../support/scripted-generation.js';

describe('an event of a generation', () => {
  it('E6: has the id and the description of its own generation, also after a reload', async () => {
    const bench = clientBench();
    const first = await bench.open();
    for (const id of ['a', 'b', 'c']) await first.generate(id, `of ${id}`);
    expect(first.emitted).toMatchObject(
      ['a', 'b', 'c'].map(id => ({ type: 'generation.started', id, description: { prompt: `of ${id}` } })),
    );
    await bench.advance(1_000);
    await first.close();

    const second = await bench.open();
    bench.finish('job-1');
    bench.finish('job-2', { kind: 'failed', failure: jobFailure });
    bench.finish('job-3', { kind: 'cancelled' });
    await bench.advance(10_000);
    const outcomes = second.emitted.filter(({ type }) => /^generation\.(?:completed|failed|cancelled)$/.test(type));
    expect(outcomes.toSorted((one, other) => (one.type < other.type ? -1 : 1))).toMatchObject([
      { type: 'generation.cancelled', id: 'c', description: { prompt: 'of c' } },
      { type: 'generation.completed', id: 'a', description: { prompt: 'of a' } },
      { type: 'generation.failed', id: 'b', description: { prompt: 'of b' } },
    ]);
  });
});
