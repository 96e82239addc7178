import { abortReasonOf, throwIfAborted } from '../../machines/abort.js';
import type { EventsCall, JobRef, JobUpdate } from '../../machines/generation/generation.port.js';
import { assertKnownOptions } from '../../machines/options.js';
import { createSharedConnection, type SharedConnection } from './shared-connection.js';
import type { SharedEvents, SharedEventsOptions } from './shared-events.types.js';

const optionNames = Object.keys({
  open: true,
  route: true,
  maxConnections: true,
} satisfies Record<keyof SharedEventsOptions<unknown, unknown>, true>);

/**
 * Follows many jobs over a few connections. It replaces an adapter's `events`. Create it once, at module scope, next to
 * its adapter.
 *
 * Jobs of the same channel share one connection, which opens with the first job and closes with the last. At most
 * `maxConnections` are open at the same time. A job that joins an open connection learns at once that it is open. When
 * a connection ends or fails, it does so for all its jobs, and the first one that comes back opens the next. An abort
 * affects one job only. Updates that a job does not take are merged into one of each kind, so a slow job neither delays
 * the others nor fills the memory.
 *
 * If all connections are in use, a job's first attempt ends at once without an open stream, so that the job is polled.
 * Later attempts wait for a free connection in order of arrival, while the reads go on.
 *
 * @throws TypeError if `maxConnections` is not a whole number of 1 or more, and for an unknown option
 * @example
 * const backend = fileBackend({ kind: 'image', headers });
 * const shared = sharedEvents(fileChannels({ headers, channelOf: () => `user.${userId}` }));
 * const machine = createGenerationMachine({ ...backend, events: shared.events });
 *
 * @example
 * // Each job has its own channel: three streams are open at a time, and the other jobs are read.
 * const shared = sharedEvents({
 *   open: (_, call, job) => adapter.events(job, call),
 *   route: { channelOf: job => job.id, toUpdate: update => update },
 * });
 */
export function sharedEvents<TMessage, TOutput>(
  options: SharedEventsOptions<TMessage, TOutput>,
): SharedEvents<TOutput> {
  assertKnownOptions('sharedEvents', options, optionNames);
  const { open, route, maxConnections = 3 } = options;
  if (!Number.isInteger(maxConnections) || maxConnections < 1) {
    throw new TypeError(`sharedEvents(): maxConnections is ${maxConnections}. It must be a whole number of 1 or more.`);
  }
  /** The connections that a job can join, by channel. */
  const channels = new Map<string, SharedConnection<TOutput>>();
  /** The connections that are not open yet, in the order in which they open. */
  const waiting = new Set<SharedConnection<TOutput>>();
  /** A connection that is being closed is still one of these. */
  const running = new Set<SharedConnection<TOutput>>();
  /** The jobs whose first attempt has ended because all connections were in use. A job goes with its generation. */
  const jobsDeferredOnce = new WeakSet<JobRef>();

  const isFull = () => [...running].filter(({ isEmpty }) => !isEmpty).length >= maxConnections;

  const unregister = (connection: SharedConnection<TOutput>) => {
    waiting.delete(connection);
    if (channels.get(connection.channel) === connection) channels.delete(connection.channel);
  };

  const run = async (connection: SharedConnection<TOutput>) => {
    waiting.delete(connection);
    running.add(connection);
    const end = await connection.run();
    // Unregister it before its jobs are notified: a job that comes back at once must find a new connection.
    unregister(connection);
    running.delete(connection);
    connection.end(end);
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
      throwIfAborted(signal);
      const channel = route.channelOf(job);
      const known = channels.get(channel);
      const hasToWait = known ? waiting.has(known) : isFull();
      if (hasToWait && !jobsDeferredOnce.has(job)) {
        jobsDeferredOnce.add(job);
        return;
      }
      const connection = toConnection(channel, job);
      const follower = connection.join(job, call);
      const leave = () => {
        signal.removeEventListener('abort', leave);
        connection.leave(follower);
        follower.queue.close({ error: abortReasonOf(signal) });
        if (!connection.isEmpty) return;
        unregister(connection);
        connection.abort();
      };
      // A consumer that is aborted may never ask for the next update, so the generator cannot leave by itself.
      signal.addEventListener('abort', leave);
      runNext();
      try {
        for (;;) {
          const update = await follower.queue.take();
          throwIfAborted(signal);
          if (!update) return;
          yield update;
          throwIfAborted(signal);
        }
      } finally {
        leave();
      }
    },
  };
}
