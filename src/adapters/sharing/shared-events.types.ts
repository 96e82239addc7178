import type { EventsCall, GenerationAdapter, JobRef, JobUpdate } from '../../machines/generation/generation.port.js';

/** Which connection brings the events of a job, and which messages of a connection are about it. */
export type EventRoute<TMessage, TOutput> = {
  /** The name of a job's channel. Jobs with the same name share one connection. */
  channelOf(job: JobRef): string;
  /** The ids by which messages name this job. @defaultValue its `id` */
  readonly idsOf?: ((job: JobRef) => readonly string[]) | undefined;
  /**
   * The ids in a message. A message with an empty list is ignored. Without this function, or if it returns `undefined`, the
   * message is for every job of the channel.
   */
  readonly idsIn?: ((message: TMessage) => readonly string[] | undefined) | undefined;
  /** What a message says about a job. */
  toUpdate(message: TMessage, job: JobRef): JobUpdate<TOutput>;
};

/** How {@link sharedEvents} opens a connection, and how it distributes the messages. */
export type SharedEventsOptions<TMessage, TOutput> = {
  /**
   * Opens the connection of a channel, once, until `call.signal` is aborted. It ends, throws and calls back like the
   * `events` of an adapter. `job` is the first one that needs the channel.
   */
  open(channel: string, call: EventsCall, job: JobRef): AsyncIterable<TMessage>;
  readonly route: EventRoute<TMessage, TOutput>;
  /** How many connections are open at the same time, 1 or more. @defaultValue 3 */
  readonly maxConnections?: number | undefined;
};

/** Replaces the `events` of an adapter. */
export type SharedEvents<TOutput> = {
  events: NonNullable<GenerationAdapter<never, TOutput>['events']>;
};
