import type { EventsCall, JobRef, JobUpdate } from '../../machines/generation/generation.port.js';
import { valuesOf } from '../../machines/values-of.js';
import { type CoalescingQueue, type ConnectionEnd, createCoalescingQueue } from './coalescing-queue.js';
import type { EventRoute } from './shared-events.types.js';

/** Bytes are reported at most this often: a report costs something for each of a thousand followers. */
const aliveIntervalMs = 1_000;

/** One job that is followed on a connection. */
type Follower<TOutput> = {
  readonly job: JobRef;
  readonly call: EventsCall;
  readonly queue: CoalescingQueue<TOutput>;
};

/** A connection to one channel, and its followers. */
export type SharedConnection<TOutput> = {
  readonly channel: string;
  /** Opens the connection for the followers that have joined. Resolves when it has ended; it does not report the end. */
  run(): Promise<ConnectionEnd>;
  /** Reports the end of the connection to each follower. */
  end(end: ConnectionEnd): void;
  join(job: JobRef, call: EventsCall): Follower<TOutput>;
  leave(follower: Follower<TOutput>): void;
  readonly isEmpty: boolean;
  /** Closes the connection. */
  abort(): void;
};

/**
 * Creates a connection that is not open yet. It finds the followers of a message by the ids in it and asks no follower, so
 * that a message costs the same however many followers there are.
 */
export function createSharedConnection<TMessage, TOutput>(
  channel: string,
  open: (call: EventsCall) => AsyncIterable<TMessage>,
  { idsOf = ({ id }) => [id], idsIn, toUpdate }: EventRoute<TMessage, TOutput>,
): SharedConnection<TOutput> {
  type ThisFollower = Follower<TOutput>;

  const controller = new AbortController();
  const { signal } = controller;
  const followers = new Set<ThisFollower>();
  const followersById = new Map<string, Set<ThisFollower>>();
  /** The last event id that was reported to each follower. */
  const reportedIds = new Map<ThisFollower, string | undefined>();
  let isOpen = false;
  let aliveReportedAt = Number.NEGATIVE_INFINITY;
  let lastEventId: string | undefined;
  let retryMs: number | undefined;

  const reportOpen = () => {
    if (isOpen) return;
    isOpen = true;
    // A copy: a follower that joins within a callback is notified by `join`.
    for (const { call } of [...followers]) call.onOpen();
  };

  const reportAlive = () => {
    const now = Date.now();
    // The absolute difference: a clock that was set back must not stop the reports.
    if (Math.abs(now - aliveReportedAt) < aliveIntervalMs) return;
    aliveReportedAt = now;
    for (const { call } of followers) call.onAlive();
  };

  const reportId = (follower: ThisFollower) => {
    if (lastEventId === undefined || reportedIds.get(follower) === lastEventId) return;
    reportedIds.set(follower, lastEventId);
    follower.call.onId(lastEventId);
  };

  const findFollowers = (message: TMessage): Iterable<ThisFollower> => {
    const ids = idsIn?.(message);
    if (!ids) return followers;
    return new Set(ids.flatMap(id => [...(followersById.get(id) ?? [])]));
  };

  const deliver = (message: TMessage) => {
    reportOpen();
    // A message that the route cannot read is for no follower. It must not end the connection of all jobs.
    const recipients = tryOr((): Iterable<ThisFollower> => findFollowers(message), []);
    for (const follower of recipients) {
      reportId(follower);
      // If the route cannot read what it says, a read has to find out.
      const update = tryOr((): JobUpdate<TOutput> => toUpdate(message, follower.job), { kind: 'changed' });
      follower.queue.put(update);
    }
  };

  return {
    channel,

    async run() {
      const [first] = followers;
      const call: EventsCall = {
        signal,
        // Followers of a lost connection all know its last event id, so the id of any of them will do.
        lastEventId: first?.call.lastEventId,
        onOpen: reportOpen,
        onAlive: reportAlive,
        onId: id => {
          lastEventId = id;
        },
        onRetry: ms => {
          retryMs = ms;
          for (const follower of followers) follower.call.onRetry(ms);
        },
      };
      try {
        for await (const message of valuesOf(open(call))) {
          if (signal.aborted) break;
          deliver(message);
        }
        return undefined;
      } catch (error) {
        return { error };
      }
    },

    end(end) {
      for (const follower of followers) {
        reportId(follower);
        follower.queue.close(end);
      }
    },

    join(job, call) {
      const follower: ThisFollower = { job, call, queue: createCoalescingQueue() };
      followers.add(follower);
      reportedIds.set(follower, call.lastEventId);
      for (const id of idsOf(job)) {
        const known = followersById.get(id) ?? new Set();
        followersById.set(id, known.add(follower));
      }
      if (isOpen) call.onOpen();
      if (retryMs !== undefined) call.onRetry(retryMs);
      return follower;
    },

    leave(follower) {
      followers.delete(follower);
      reportedIds.delete(follower);
      for (const id of idsOf(follower.job)) {
        const known = followersById.get(id);
        known?.delete(follower);
        if (known?.size === 0) followersById.delete(id);
      }
    },

    get isEmpty() {
      return followers.size === 0;
    },

    abort: () => controller.abort(),
  };
}

function tryOr<T>(make: () => T, fallback: T): T {
  try {
    return make();
  } catch {
    return fallback;
  }
}
