import type { JobWake } from 'generation-lifecycle/server';
import { describe, expect, it } from 'vitest';
import { createWakes } from '../../src/server/engine/wakes.js';

const wakeOf = (id: string, delayMs = 20_000): JobWake => ({
  ...{ id, backend: 'image', version: 1, dueAt: 0, delayMs, wakeKey: id },
});

/** An engine that notes the calls, by the ids that each tells. */
function noting() {
  const calls: (readonly JobWake[])[] = [];
  const wakes = createWakes({ schedule: async told => void calls.push(told) }, error => {
    throw error;
  });
  return { ...wakes, calls, ids: () => calls.map(told => told.map(({ id }) => id)) };
}

/** The next turn of the event loop. */
const turn = () => new Promise(resolve => setImmediate(resolve));

describe('what an engine is told', () => {
  it('is the first at once, and what follows it soon with one call', async () => {
    const { tell, ids, calls } = noting();
    tell(wakeOf('1'));
    await turn();
    expect(ids()).toEqual([['1']]);
    for (const id of ['2', '3', '4']) {
      tell(wakeOf(id));
      await turn();
    }
    await expect.poll(ids).toEqual([['1'], ['2', '3', '4']]);
    // What it has waited is not waited again.
    const [delayMs = 0] = calls[1]?.map(wake => wake.delayMs) ?? [];
    expect(delayMs).toBeLessThan(20_000);
    expect(delayMs).toBeGreaterThan(0);
  });

  it('waits for no others if it is due, and neither does what waits already', async () => {
    const { tell, ids } = noting();
    tell(wakeOf('1'));
    await turn();
    tell(wakeOf('2'));
    tell(wakeOf('3', 0));
    await turn();
    expect(ids()).toEqual([['1'], ['2', '3']]);
  });

  it('is told before an answer of a server that sleeps between requests', async () => {
    const { tell, ids, flushed } = noting();
    tell(wakeOf('1'));
    await turn();
    tell(wakeOf('2'));
    await flushed(60_000);
    expect(ids()).toEqual([['1'], ['2']]);
  });
});
