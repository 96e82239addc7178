import { getEventListeners } from 'node:events';
import type { JobRef, JobUpdate } from 'generation-lifecycle';
import type { SharedEvents } from 'generation-lifecycle/adapters';
import { expect } from 'vitest';

const often = { interval: 2 };

/** One who follows a job as the chart does, and writes down what it is told. */
export function follow<TOutput>(shared: SharedEvents<TOutput>, job: JobRef, lastEventId?: string) {
  const controller = new AbortController();
  const told: (string | number)[] = [];
  const updates: JobUpdate<TOutput>[] = [];
  const call = {
    signal: controller.signal,
    lastEventId,
    onOpen: () => void told.push('open'),
    onAlive: () => void told.push('alive'),
    onId: (id: string) => void told.push(`id ${id}`),
    onRetry: (ms: number) => void told.push(ms),
  };
  const iterator = shared.events(job, call)[Symbol.asyncIterator]();
  let isOver = false;
  const listen = async () => {
    for (;;) {
      const { done, value } = await iterator.next();
      if (done) return 'end';
      updates.push(value);
    }
  };
  /** How it ended: `end`, or what was thrown. */
  const ending = async (): Promise<unknown> => {
    const how = await listen().catch(error => error);
    isOver = true;
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    return how;
  };
  return {
    told,
    updates,
    iterator,
    ending,
    isOver: () => isOver,
    abort: () => controller.abort('enough'),
    /** Waits for so many updates in all. */
    heard: (count: number) => expect.poll(() => updates, often).toHaveLength(count),
    opened: () => expect.poll(() => told, often).toContain('open'),
  };
}
