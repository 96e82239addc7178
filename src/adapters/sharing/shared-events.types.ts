import type { EventsCall, GenerationAdapter, JobRef, JobUpdate } from '../../machines/generation/generation.port.js';

/** Which connection a job's events come on, and which of a connection's messages are a job's. */
export type EventRoute<TMessage, TOutput> = {
  /** Names the connection. Jobs of one name share one. */
  channelOf(job: JobRef): string;
  /** The ids under which messages name this job. @defaultValue its `id` */
  readonly idsOf?: ((job: JobRef) => readonly string[]) | undefined;
  /** The ids that a message names; an empty list is nobody's. Nothing, or no such function: it is for each job there. */
  readonly idsIn?: ((message: TMessage) => readonly string[] | undefined) | undefined;
  /** What a message says of a job. */
  toUpdate(message: TMessage, job: JobRef): JobUpdate<TOutput>;
};

/** How to open a connection, and how to take its messages apart. */
export type SharedEventsOptions<TMessage, TOutput> = {
  /**
   * Opens the connection of a channel, once, for as long as `call.signal` is not aborted. It ends, throws and calls back
   * as the `events` of an adapter do. `job` is the one that asked first.
   */
  open(channel: string, call: EventsCall, job: JobRef): AsyncIterable<TMessage>;
  readonly route: EventRoute<TMessage, TOutput>;
  /** How many connections there are at most at a time, 1 or more. @defaultValue 3 */
  readonly maxConnections?: number | undefined;
};

/** What takes the place of an adapter's `events`. */
export type SharedEvents<TOutput> = {
  events: NonNullable<GenerationAdapter<never, TOutput>['events']>;
};
