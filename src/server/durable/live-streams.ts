import { checkedUpdate, isOutcome } from '../../machines/generation/generation.answers.js';
import { isGenerationError } from '../../machines/generation/generation.errors.js';
import type { EventsCall, JobRef, Preview } from '../../machines/generation/generation.port.js';
import { valuesOf } from '../../machines/values-of.js';
import type { Settings } from '../settings.js';
import { advanceJob } from '../steps/advance.js';
import { toJobState } from '../steps/job-state.js';
import { isEnded, type StoredJob } from '../store/job-store.js';
import type { Durable } from './durable.types.js';

/** So many streams of vendors are open in a process. A job beyond them is followed by its steps alone. */
const maxStreams = 200;

/** The stream of one job at its vendor, and the pages that look at it. */
type Live = {
  readonly controller: AbortController;
  readonly listeners: Set<() => void>;
  previews: readonly Preview[] | undefined;
};

/**
 * What vendors tell on their streams for as long as a page looks: early pictures, which no read has, and that something has happened, so that
 * the job is read at once. The rest is told by the row, which steps advance whether anybody looks or not.
 */
export function createLiveStreams({ backends }: Settings, durable: Durable) {
  const followed = new Map<string, Live>();

  /** One attempt: what is lost with it are early pictures. */
  async function follow({ id, backend: name }: StoredJob, job: JobRef, live: Live): Promise<void> {
    const { adapter, policy } = backends.get(name) ?? {};
    const { signal } = live.controller;
    const call: EventsCall = { signal, onOpen() {}, onAlive() {}, onId() {}, onRetry() {} };
    let checkedAt = Number.NEGATIVE_INFINITY;
    try {
      for await (const given of valuesOf(adapter?.events?.(job, call))) {
        if (signal.aborted) return;
        const update = checkedUpdate(given, 'events', job);
        if (update.kind === 'pending' && update.previews) {
          live.previews = update.previews;
          for (const tell of live.listeners) tell();
        }
        const isLate = Date.now() - checkedAt >= (policy?.minReadGapMs ?? 0);
        if (isOutcome(update) || (update.kind === 'changed' && isLate)) {
          checkedAt = Date.now();
          await durable.hold(advanceJob(durable, id, 'check'));
        }
      }
    } catch (error) {
      // The job is read, whatever becomes of its stream. A fault of an adapter is told.
      if (!isGenerationError(error) && !signal.aborted)
        durable.log.report('stream.failed', error, { backend: name, id });
    }
  }

  /** `undefined` for a job that has no stream, or none yet. */
  function open(row: StoredJob): Live | undefined {
    const { adapter } = backends.get(row.backend) ?? {};
    const { job } = toJobState(row).token;
    // Who holds a job that is its stream tells it by the row.
    if (!adapter?.events || adapter.stream?.isJob || !job || followed.size >= maxStreams) return undefined;
    const live: Live = { controller: new AbortController(), listeners: new Set(), previews: undefined };
    followed.set(row.id, live);
    void follow(row, job, live);
    return live;
  }

  function join(row: StoredJob, tell: () => void): (() => void) | undefined {
    const live = followed.get(row.id) ?? open(row);
    if (!live) return undefined;
    live.listeners.add(tell);
    if (live.previews) tell();
    return () => {
      live.listeners.delete(tell);
      if (live.listeners.size > 0) return;
      followed.delete(row.id);
      live.controller.abort();
    };
  }

  return {
    previewsOf: (id: string): readonly Preview[] | undefined => followed.get(id)?.previews,

    /** A page begins to look. `onNews`: there are other previews of this job. */
    look(onNews: (id: string) => void) {
      const seen = new Map<string, () => void>();
      return {
        /** At a job, from now to its end. */
        at(row: StoredJob): void {
          const stop = seen.get(row.id);
          if (isEnded(row)) {
            seen.delete(row.id);
            stop?.();
          } else if (!stop) {
            const leave = join(row, () => onNews(row.id));
            if (leave) seen.set(row.id, leave);
          }
        },
        end(): void {
          for (const stop of seen.values()) stop();
        },
      };
    },
  };
}

export type LiveStreams = ReturnType<typeof createLiveStreams>;
