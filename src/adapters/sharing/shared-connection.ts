import type { EventsCall, JobRef } from '../../machines/generation/generation.port.js';
import { createMailbox, type Ending, type Mailbox } from './coalescing-queue.js';
import type { EventRoute } from './shared-events.types.js';

/** More often than this, bytes are no news to a thousand followers. */
const aliveEveryMs = 1_000;
const longAgo = Number.NEGATIVE_INFINITY;

/** One generation on a connection. */
export type Follower<TOutput> = {
  readonly job: JobRef;
  readonly call: EventsCall;
  readonly mailbox: Mailbox<TOutput>;
};

export type SharedConnection<TOutput> = {
  readonly channel: string;
  /** Opens it for those who have joined. Resolves when it is over, which they are not told yet. */
  run(): Promise<Ending>;
  end(ending: Ending): void;
  join(job: JobRef, call: EventsCall): Follower<TOutput>;
  leave(follower: Follower<TOutput>): void;
  readonly isEmpty: boolean;
  /** Ends it, whoever follows. */
  abort(): void;
};

/**
 * One connection and those who follow their jobs on it. A message goes to the followers whose ids it names, found by id
 * and not by asking each, so that a message costs the same however many follow.
 */
export function createSharedConnection<TMessage, TOutput>(
  channel: string,
  open: (call: EventsCall) => AsyncIterable<TMessage>,
  { idsOf = ({ id }) => [id], idsIn, toUpdate }: EventRoute<TMessage, TOutput>,
): SharedConnection<TOutput> {
  type One = Follower<TOutput>;

  const controller = new AbortController();
  const { signal } = controller;
  const followers = new Set<One>();
  const byId = new Map<string, Set<One>>();
  /** The ids that each was told last. */
  const toldIds = new Map<One, string | undefined>();
  let isOpen = false;
  let aliveAt = longAgo;
  let lastEventId: string | undefined;
  let retryMs: number | undefined;

  const opened = () => {
    if (isOpen) return;
    isOpen = true;
    // Who joins because of this is told on joining.
    for (const { call } of [...followers]) call.onOpen();
  };

  const alive = () => {
    const now = Date.now();
    // Absolute, because a clock that was set back must not silence the connection.
    if (Math.abs(now - aliveAt) < aliveEveryMs) return;
    aliveAt = now;
    for (const { call } of followers) call.onAlive();
  };

  const tellId = (one: One) => {
    if (lastEventId === undefined || toldIds.get(one) === lastEventId) return;
    toldIds.set(one, lastEventId);
    one.call.onId(lastEventId);
  };

  const named = (message: TMessage): Iterable<One> => {
    const ids = idsIn?.(message);
    return ids ? new Set(ids.flatMap(id => [...(byId.get(id) ?? [])])) : followers;
  };

  const deliver = (message: TMessage) => {
    opened();
    for (const one of orNone(() => named(message))) {
      tellId(one);
      // Whatever could not be understood of it, it was about this job: a read tells.
      one.mailbox.put(orElse(() => toUpdate(message, one.job), { kind: 'changed' }));
    }
  };

  return {
    channel,

    async run() {
      const [first] = followers;
      const call: EventsCall = {
        signal,
        // What was told to one who follows again is what was heard last, by all.
        lastEventId: first?.call.lastEventId,
        onOpen: opened,
        onAlive: alive,
        onId: id => {
          lastEventId = id;
        },
        onRetry: ms => {
          retryMs = ms;
          for (const one of followers) one.call.onRetry(ms);
        },
      };
      try {
        for await (const message of open(call)) {
          if (signal.aborted) break;
          deliver(message);
        }
        return undefined;
      } catch (error) {
        return { error };
      }
    },

    end(ending) {
      for (const one of followers) {
        tellId(one);
        one.mailbox.close(ending);
      }
    },

    join(job, call) {
      const one: One = { job, call, mailbox: createMailbox() };
      followers.add(one);
      toldIds.set(one, call.lastEventId);
      for (const id of idsOf(job)) byId.set(id, (byId.get(id) ?? new Set()).add(one));
      if (isOpen) call.onOpen();
      if (retryMs !== undefined) call.onRetry(retryMs);
      return one;
    },

    leave(one) {
      followers.delete(one);
      toldIds.delete(one);
      for (const id of idsOf(one.job)) {
        const ones = byId.get(id);
        ones?.delete(one);
        if (ones?.size === 0) byId.delete(id);
      }
    },

    get isEmpty() {
      return followers.size === 0;
    },

    abort: () => controller.abort(),
  };
}

function orElse<T>(make: () => T, otherwise: T): T {
  try {
    return make();
  } catch {
    return otherwise;
  }
}

/** A message that cannot be understood at all is nobody's: the stream of all the others goes on. */
const orNone = <T>(make: () => Iterable<T>): Iterable<T> => orElse(make, []);
