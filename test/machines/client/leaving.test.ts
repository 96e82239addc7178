import { describe, expect, it } from 'vitest';
import { clientBench } from '../../support/client-bench.js';
import { error } from '../../support/scripted-generation.js';

describe('a submit that fails without an answer', () => {
  const broken = () => clientBench({ script: { submit: call => call.refuse(error('network', { charged: 'maybe' })) } });

  it('is reported by the next session if the page was being closed', async () => {
    const bench = broken();
    const first = await bench.open();
    await first.generate('a');
    expect(first.statuses()).toEqual({ a: 'failed' });
    await bench.advance(400);
    await first.close();

    const second = await bench.open();
    expect(second.generation('a')).toMatchObject({ status: 'failed', failure: { code: 'interrupted' } });
    expect(second.emittedNames()).toEqual(['generation.failed a']);
    expect(bench.submits).toHaveLength(1);
  });

  it('is reported once if the page stays open', async () => {
    const bench = broken();
    const first = await bench.open();
    await first.generate('a');
    await bench.advance(600);
    expect(await bench.storedGenerations()).toEqual([]);
    await first.close();
    expect((await bench.open()).emittedNames()).toEqual([]);
    expect(first.emittedNames()).toEqual(['generation.started a', 'generation.failed a']);
  });
});

describe('a generation', () => {
  it('is running in every view from the command to its end', async () => {
    const bench = clientBench();
    const { client } = await bench.open();
    const seen: unknown[] = [];
    client.subscribe(() => {
      const [shown] = client.getSnapshot().generations;
      if (shown) seen.push([shown.isRunning, shown.status === 'completed']);
    });
    client.generate({ prompt: 'a lighthouse' });
    bench.finish('job-1');
    await bench.advance(5_000);
    expect(seen.slice(0, -1)).toEqual(seen.slice(0, -1).map(() => [true, false]));
    expect(seen.at(-1)).toEqual([false, true]);
  });
});
