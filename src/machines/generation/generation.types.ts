import type { DurationHistory, JobDuration } from '../reads/duration-history.js';
import type { Cost, Failure, JobOutcome, JobPhase, JobRef, JobUpdate, PendingUpdate } from './generation.port.js';

/** What is needed to continue a generation after a reload, as JSON. Store it whole, and do not rely on its members. */
export type ResumeToken = {
  /** Version 1 lacks phases and `step`, and can still be resumed. */
  readonly version: 1 | 2;
  readonly id: string;
  readonly idempotencyKey: string;
  readonly job?: JobRef | undefined;
  readonly lastEventId?: string | undefined;
  /** 0..1 */
  readonly progress?: number | undefined;
  /** ms since the epoch */
  readonly startedAt?: number | undefined;
  /**
   * When following ends unless the job's phase changes, in ms since the epoch. Without it, the job gets a new deadline.
   */
  readonly deadlineAt?: number | undefined;
  readonly phase?: JobPhase | undefined;
  /** The latest expected time of the result, in ms since the epoch. */
  readonly expectedAt?: number | undefined;
  /** How long the job was followed in each phase before the current one, in ms. */
  readonly queuedMs?: number | undefined;
  readonly runningMs?: number | undefined;
  readonly cancelRequested: boolean;
  /** Where the next step begins, for a server that follows a job in steps. */
  readonly step?: ResumeStep | undefined;
};

/** What the chart remembers between two requests. */
export type ResumeStep = {
  /** Times that the stream was lost before it had lived for a while. */
  readonly lossCount: number;
  /** How long the backend asks to wait before each opening of the stream, in ms. */
  readonly reopenAfterMs?: number | undefined;
  /** Until when the backend asks for no request, in ms since the epoch. */
  readonly busyUntil?: number | undefined;
  readonly readCount: number;
  /** Reads in a row that got no answer in their time. */
  readonly readTimeoutCount?: number | undefined;
  readonly isJobSeen: boolean;
  /** The last answer was that there is no such job. */
  readonly isMissing: boolean;
  /** How long reads have failed without a sign of the job, in ms. */
  readonly unansweredMs: number;
  readonly cancelReadCount: number;
  /** The cancel is sent again. */
  readonly isCancelUnanswered: boolean;
  /** A submit without a job may have arrived. */
  readonly mayHaveArrived: boolean;
};

/** The input of a generation's actor. */
export type GenerationActorInput = {
  /** The id of this generation. Unique. */
  readonly id: string;
  /** Sent with the submit. A backend that honors it charges once per key. @defaultValue the id */
  readonly idempotencyKey?: string | undefined;
  /**
   * Continues with a job that was submitted before. A token without a job keeps the key. A token of another id, of a newer
   * version, or with a `job` that cannot be read fails as `bad-input`, and stays as it is.
   */
  readonly resume?: ResumeToken | undefined;
  /** How long earlier jobs of the same kind took: a schedule reads the job when it should be done. @see {@link learned} */
  readonly history?: DurationHistory | undefined;
};

/** How a generation ended, without its id and its job. */
export type GenerationOutcome<TOutput> =
  | ({ readonly status: 'completed' } & CompletedPart<TOutput>)
  | { readonly status: 'failed'; readonly failure: Failure }
  | ({ readonly status: 'cancelled' } & CancelledPart);

export type CompletedPart<TOutput> = {
  readonly output: TOutput;
  /** When the URLs of the output stop working, in ms since the epoch, if the backend says so. */
  readonly expiresAt?: number | undefined;
  /** What it cost, if the backend says so. */
  readonly cost?: Cost | undefined;
};

type CancelledPart = {
  /** Whether nothing of it runs any more at the backend, as far as the backend said so. */
  readonly stopped: boolean;
  /** Whether the user has paid for it. */
  readonly charged: Failure['charged'];
  /** What it cost, if the backend says so. */
  readonly cost?: Cost | undefined;
};

/** The actor's output: how the generation ended, its id, and its job if there was one. */
export type GenerationResult<TOutput> = GenerationOutcome<TOutput> & {
  readonly id: string;
  readonly job: JobRef | undefined;
  /** How long the job took, as far as it was seen: for `addDuration`. Also set for a job that was given up. */
  readonly duration?: JobDuration | undefined;
};

type WithJob = { readonly id: string; readonly job: JobRef };
type WithOptionalJob = { readonly id: string; readonly job: JobRef | undefined };

/** What the actor emits: `submitted` at most once, when the backend has accepted the job, then exactly one of the three outcomes. */
export type GenerationEmitted<TOutput> =
  | ({ readonly type: 'submitted' } & WithJob)
  | ({ readonly type: 'completed' } & CompletedPart<TOutput> & WithJob)
  | ({ readonly type: 'failed'; readonly failure: Failure } & WithOptionalJob)
  | ({ readonly type: 'cancelled' } & CancelledPart & WithOptionalJob);

/** The commands of the actor. */
export type GenerationCommand<TInput> =
  | { readonly type: 'GENERATE'; readonly input: TInput }
  | { readonly type: 'CANCEL' }
  /** Reads the job now. */
  | { readonly type: 'CHECK' }
  /** Stops following the job, without cancelling it. A submit or a cancel in flight runs to its end first. */
  | { readonly type: 'DETACH' }
  /** Follows the job again after `DETACH`. */
  | { readonly type: 'ATTACH' };

/** What the next request for the stream needs. */
export type StreamInfo = {
  readonly lastEventId?: string | undefined;
  /** What the backend asked for before each opening, in ms. */
  readonly reopenAfterMs?: number | undefined;
};

type Ending<TOutput> = {
  readonly outcome: JobOutcome<TOutput>;
  /** Heard on a stream that was open before, and not found out by a read. */
  readonly isLive?: boolean | undefined;
};
type Answer<TOutput> = { readonly update: Exclude<JobUpdate<TOutput>, JobOutcome<TOutput>> };
/** How long the backend asks to wait before the next request, once, in ms. */
type Wait = { readonly retryAfterMs?: number | undefined };
type FailedCall = Wait & { readonly failure: Failure };

/** What the children of the chart send. Nothing else sends these. */
export type GenerationChildEvent<TOutput> =
  | { readonly type: 'job.accepted'; readonly job: JobRef; readonly update?: JobUpdate<TOutput> | undefined }
  | { readonly type: 'job.progressed'; readonly update: PendingUpdate }
  | { readonly type: 'job.changed' }
  | ({ readonly type: 'job.failureReported' } & Ending<TOutput>)
  | ({ readonly type: 'job.ended' } & Ending<TOutput>)
  | { readonly type: 'stream.opened' }
  | { readonly type: 'stream.alive' }
  | ({ readonly type: 'stream.metadata' } & StreamInfo)
  | ({ readonly type: 'stream.lost' } & Wait)
  | { readonly type: 'stream.refused' }
  | ({ readonly type: 'read.answered' } & Answer<TOutput>)
  | ({ readonly type: 'cancel.answered' } & Answer<TOutput>)
  | ({ readonly type: 'submit.failed' } & FailedCall)
  /** The backend knows no submit with this key. */
  | { readonly type: 'lookup.answered' }
  | ({ readonly type: 'lookup.failed' } & FailedCall)
  | ({ readonly type: 'read.failed' } & FailedCall)
  /** A read got no answer in its time, perhaps because it got no connection. */
  | { readonly type: 'read.starved' }
  | ({ readonly type: 'cancel.failed' } & FailedCall)
  | { readonly type: 'page.woke' }
  | { readonly type: 'page.asleep' };

/** The events as one shape: the chart uses each action and guard only on events that have the members it reads. */
export type AnyEvent<TOutput> = { readonly type: string } & Partial<StreamInfo & Ending<TOutput> & FailedCall> & {
    readonly job?: JobRef | undefined;
    readonly update?: JobUpdate<TOutput> | undefined;
    readonly input?: unknown;
  };

/** Every event of the chart. */
export type GenerationEvent<TInput, TOutput> = GenerationCommand<TInput> | GenerationChildEvent<TOutput>;
