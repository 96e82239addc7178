import type { EventsCall, JobUpdate } from '../machines/generation/generation.port.js';
import type { StreamStep } from './scripted.types.js';
import { type RunningCall, toScriptedError } from './scripted-call.js';

/** Plays the steps of one stream. `sinceSubmit` is the time since the job started, in ms. */
export async function* playStream<TOutput>(
  steps: readonly StreamStep<TOutput>[],
  call: RunningCall,
  { onOpen, onAlive, onId, onRetry }: EventsCall,
  sinceSubmit: () => number,
): AsyncGenerator<JobUpdate<TOutput>, void, undefined> {
  const ping = async (everyMs: number) => {
    while (!call.isOver) {
      onAlive();
      await call.wait(Math.max(everyMs, 1));
    }
  };
  try {
    for (const step of steps) {
      const waitMs = 'atMs' in step ? step.atMs - sinceSubmit() : (step.afterMs ?? 0);
      if ('atMs' in step && waitMs < 0) continue;
      await call.wait(waitMs);
      if ('opens' in step) onOpen();
      else if ('pingsEveryMs' in step) void ping(step.pingsEveryMs).catch(() => {});
      else if ('lastEventId' in step) onId(step.lastEventId);
      else if ('retryMs' in step) onRetry(step.retryMs);
      else if ('update' in step) yield step.update;
      else if ('error' in step) throw toScriptedError(step.error);
      else return;
    }
    await call.wait(Number.POSITIVE_INFINITY);
  } finally {
    call.end();
  }
}
