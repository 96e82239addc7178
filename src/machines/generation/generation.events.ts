import type { Environment } from '../environment.js';
import { valuesOf } from '../values-of.js';
import { checkedUpdate, isOutcome, toFailedCall } from './generation.answers.js';
import type { GenerationAdapter } from './generation.port.js';
import type { JobInput } from './generation.requests.js';
import type { GenerationChildEvent } from './generation.types.js';

/** `stream.alive` only restarts the idle timeout: once a second is enough. */
const aliveEveryMs = 1_000;

/** What comes so soon after a stream has opened may be the state of the job, and no news. */
const snapshotMs = 1_000;

/** In characters. */
const maxEventIdLength = 1_024;

/** What the child does that follows the event stream of a job, on one connection. It never throws. */
export const generationEvents =
  <TOutput>(
    adapter: Pick<GenerationAdapter<never, TOutput>, 'events' | 'stream'>,
    environment: Pick<Environment, 'now'>,
  ) =>
  async (
    { job, stream }: JobInput,
    signal: AbortSignal,
    send: (event: GenerationChildEvent<TOutput>) => void,
  ): Promise<void> => {
    let isOpen = false;
    let aliveAt = 0;
    let openedAt = Number.NaN;
    const call = {
      signal,
      lastEventId: stream.lastEventId,
      onOpen: () => {
        if (isOpen) return;
        isOpen = true;
        openedAt = environment.now();
        send({ type: 'stream.opened' });
      },
      onAlive: () => {
        // A stream that delivers bytes is open, even if the adapter never says so.
        call.onOpen();
        const now = environment.now();
        // Absolute, because a clock that was set back must not silence the stream.
        if (Math.abs(now - aliveAt) < aliveEveryMs) return;
        aliveAt = now;
        send({ type: 'stream.alive' });
      },
      onId: (id: string) => {
        // A longer id would stand in every token, and in a header of every request.
        if (id.length <= maxEventIdLength) send({ type: 'stream.metadata', lastEventId: id });
      },
      onRetry: (ms: number) => send({ type: 'stream.metadata', reopenAfterMs: ms }),
    };
    try {
      for await (const given of valuesOf(adapter.events?.(job, call))) {
        if (signal.aborted) return;
        const update = checkedUpdate<TOutput>(given, 'events', job);
        // A failure on the stream is confirmed by a read, unless the stream tells the job's state.
        if (update.kind === 'failed' && adapter.stream?.tells !== 'states')
          send({ type: 'job.failureReported', outcome: update });
        else if (isOutcome(update)) {
          // A stream may tell on opening what happened before.
          const isLive = environment.now() - openedAt >= snapshotMs;
          send({ type: 'job.ended', outcome: update, ...(isLive && { isLive }) });
        } else {
          call.onOpen();
          if (update.kind === 'pending') send({ type: 'job.progressed', update });
          else if (update.kind === 'changed') send({ type: 'job.changed' });
        }
        // An update is made of bytes, also where the adapter does not say so.
        call.onAlive();
      }
      send({ type: 'stream.lost' });
    } catch (error) {
      const { failure, retryAfterMs } = toFailedCall(error, 'events');
      send(failure.code === 'not-found' ? { type: 'stream.refused' } : { type: 'stream.lost', retryAfterMs });
    }
  };
