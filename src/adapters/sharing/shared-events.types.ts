import type { EventsCall, GenerationAdapter, JobRef, JobUpdate } from '../../machines/generation/generation.port.js';

/** Which connection carries a job's events, and which of its messages are about the job. */
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
   * Opens a channel's connection once, until `call.signal` is aborted. It ends, throws and calls back like an adapter's
   * `events`. `job` is the first one that needs the channel.
   */
  open(channel: string, call: EventsCall, job: JobRef): AsyncIterable<TMessage>;
  readonly route: EventRoute<TMessage, TOutput>;
  /** Maximum number of open connections, 1 or more. @defaultValue 3 */
  readonly maxConnections?: number | undefined;
};

/** Replaces an adapter's `events`. */
export type SharedEvents<TOutput> = {
  events: NonNullable<GenerationAdapter<never, TOutput>['events']>;
};
