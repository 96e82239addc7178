import { getEventListeners } from 'node:events';
import type { JobRef, JobUpdate } from 'generation-lifecycle';
import type { SharedEvents } from 'generation-lifecycle/adapters';
import { expect } from 'vitest';

const often = { interval: 2 };

/** Follows a job as the machine does, and records its updates and callbacks. */
export function follow<TOutput>(shared: SharedEvents<TOutput>, job: JobRef, lastEventId?: string) {
  const controller = new AbortController();
  const calls: (string | number)[] = [];
  const updates: JobUpdate<TOutput>[] = [];
  const call = {
    signal: controller.signal,
    lastEventId,
    onOpen: () => void calls.push('open'),
    onAlive: () => void calls.push('alive'),
    onId: (id: string) => void calls.push(`id ${id}`),
    onRetry: (ms: number) => void calls.push(ms),
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
  /** `end`, or the thrown error. */
  const ending = async (): Promise<unknown> => {
    const how = await listen().catch(error => error);
    isOver = true;
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    return how;
  };
  return {
    calls,
    updates,
    iterator,
    ending,
    isOver: () => isOver,
    abort: () => controller.abort('enough'),
    /** Waits for this number of updates. */
    heard: (count: number) => expect.poll(() => updates, often).toHaveLength(count),
    opened: () => expect.poll(() => calls, often).toContain('open'),
  };
}
