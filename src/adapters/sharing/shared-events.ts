import type { EventsCall, JobRef, JobUpdate } from '../../machines/generation/generation.port.js';
import { createSharedConnection, type SharedConnection } from './shared-connection.js';
import type { SharedEvents, SharedEventsOptions } from './shared-events.types.js';

/**
 * Follows many jobs over few connections, in place of an adapter's own `events`: jobs of one channel share one
 * connection, which is opened with the first and closed with the last, and at most `maxConnections` are there at a time.
 * Made once, at module scope, beside its adapter.
 *
 * Who joins an open connection is told so at once. Its end or error is one for each that follows on it, and the first to
 * come back opens the next one for all. An abort concerns the one that is aborted. Updates that wait for a slow listener
 * become one of each kind, so nothing is held up and nothing piles up.
 *
 * Where all connections are taken, the first attempt of a job ends at once without having opened, so that the chart
 * begins to read; from then on it waits for its turn, first come first served, while the chart goes on reading.
 *
 * @throws TypeError when `maxConnections` is no whole number of 1 or more
 * @example
 * const backend = fileBackend({ kind: 'image', headers });
 * const shared = sharedEvents(fileChannels({ headers, channelOf: () => `user.${userId}` }));
 * const machine = createGenerationMachine({ ...backend, events: shared.events });
 * @example
 * // Each job has a channel of its own: three streams at a time, and the other jobs are read.
 * const shared = sharedEvents({
 *   open: (_, call, job) => adapter.events(job, call),
 *   route: { channelOf: job => job.id, toUpdate: update => update },
 * });
 */
export function sharedEvents<TMessage, TOutput>(
  options: SharedEventsOptions<TMessage, TOutput>,
): SharedEvents<TOutput> {
  const { open, route, maxConnections = 3 } = options;
  if (!Number.isInteger(maxConnections) || maxConnections < 1) {
    throw new TypeError('maxConnections must be a whole number of 1 or more');
  }
  /** Those that can be joined. */
  const channels = new Map<string, SharedConnection<TOutput>>();
  /** First come, first served. */
  const waiting = new Set<SharedConnection<TOutput>>();
  /** Those that are being closed are still connections. */
  const running = new Set<SharedConnection<TOutput>>();
  /** By object, so that it is forgotten with its generation. */
  const sentToRead = new WeakSet<JobRef>();

  const isFull = () => [...running].filter(({ isEmpty }) => !isEmpty).length >= maxConnections;

  const forget = (connection: SharedConnection<TOutput>) => {
    waiting.delete(connection);
    if (channels.get(connection.channel) === connection) channels.delete(connection.channel);
  };

  const run = async (connection: SharedConnection<TOutput>) => {
    waiting.delete(connection);
    running.add(connection);
    const ending = await connection.run();
    // Before they are told: who comes back at once must find a new one.
    forget(connection);
    running.delete(connection);
    connection.end(ending);
    runNext();
  };

  const runNext = () => {
    for (const connection of waiting) {
      if (running.size < maxConnections) void run(connection);
    }
  };

  const toConnection = (channel: string, job: JobRef) => {
    const known = channels.get(channel);
    if (known) return known;
    const connection = createSharedConnection<TMessage, TOutput>(channel, call => open(channel, call, job), route);
    channels.set(channel, connection);
    waiting.add(connection);
    return connection;
  };

  return {
    async *events(job: JobRef, call: EventsCall): AsyncGenerator<JobUpdate<TOutput>, void, undefined> {
      const { signal } = call;
      signal.throwIfAborted();
      const channel = route.channelOf(job);
      const known = channels.get(channel);
      if ((known ? waiting.has(known) : isFull()) && !sentToRead.has(job)) {
        sentToRead.add(job);
        return;
      }
      const connection = toConnection(channel, job);
      const follower = connection.join(job, call);
      const leave = () => {
        signal.removeEventListener('abort', leave);
        connection.leave(follower);
        follower.mailbox.close({ error: signal.reason });
        if (!connection.isEmpty) return;
        forget(connection);
        connection.abort();
      };
      // At once, and not when the listener asks for more: it may never.
      signal.addEventListener('abort', leave);
      runNext();
      try {
        for (;;) {
          const update = await follower.mailbox.take();
          signal.throwIfAborted();
          if (!update) return;
          yield update;
          signal.throwIfAborted();
        }
      } finally {
        leave();
      }
    },
  };
}
