import { noStreamEvent } from '../../adapters/http/generation-protocol.js';
import { checkedUpdate, isOutcome } from '../../machines/generation/generation.answers.js';
import { isGenerationError } from '../../machines/generation/generation.errors.js';
import type { GenerationAdapter, JobRef, JobUpdate } from '../../machines/generation/generation.port.js';
import { valuesOf } from '../../machines/values-of.js';
import type { EventWriter } from '../request/event-stream.js';

type Relayed = {
  readonly adapter: GenerationAdapter<never, unknown>;
  readonly job: JobRef;
  readonly lastEventId: string | undefined;
  readonly repeatStateMs: number;
  /** One read of the job, bounded in time. */
  readonly read: (signal: AbortSignal) => Promise<JobUpdate<unknown>>;
  readonly tell: (update: JobUpdate<unknown>) => unknown;
};

const key = 'job';

/**
 * Follows the stream of a backend for a page, and makes a stream of states of it, whatever it tells: the job is read on opening, when the
 * backend says that it has changed or failed, and once in a while.
 */
export async function relayStream(
  { adapter, job, lastEventId, repeatStateMs, read, tell }: Relayed,
  writer: EventWriter,
): Promise<void> {
  const controller = new AbortController();
  const { signal } = controller;
  const stop = () => controller.abort();
  writer.signal.addEventListener('abort', stop);
  if (writer.signal.aborted) stop();
  let id: string | undefined;

  const send = (update: JobUpdate<unknown>) => {
    if (update.kind === 'ignored' || signal.aborted) return;
    writer.send(key, { ...(id !== undefined && { id }), data: { update: tell(update) } });
    if (isOutcome(update)) stop();
  };
  /** A read that fails says nothing: the page reads by itself, too. */
  const sendState = () => read(signal).then(send, () => undefined);

  const timer = setInterval(() => void sendState(), repeatStateMs);
  try {
    await Promise.all([sendState(), follow()]);
  } finally {
    clearInterval(timer);
    writer.signal.removeEventListener('abort', stop);
    stop();
  }

  async function follow(): Promise<void> {
    const ignore = () => undefined;
    const call = {
      signal,
      lastEventId,
      onOpen: ignore,
      onAlive: ignore,
      onRetry: ignore,
      onId: (given: string) => {
        id = given;
      },
    };
    try {
      for await (const given of valuesOf(adapter.events?.(job, call))) {
        if (signal.aborted) return;
        const update = checkedUpdate(given, 'events', job);
        const isConfirmed = update.kind !== 'failed' || adapter.stream?.tells === 'states';
        if (update.kind === 'changed' || !isConfirmed) await sendState();
        else send(update);
      }
    } catch (error) {
      const isNone = isGenerationError(error) && error.code === 'not-found';
      if (isNone && !signal.aborted) writer.send(noStreamEvent, { type: noStreamEvent, data: {} });
    }
  }
}
