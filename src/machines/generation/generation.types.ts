import type { DurationHistory, JobDuration } from '../reads/duration-history.js';
import type { ShownEstimate } from '../reads/steady-estimate.js';
import type {
  Cost,
  Failure,
  JobOutcome,
  JobPhase,
  JobRef,
  JobUpdate,
  PendingUpdate,
  Preview,
} from './generation.port.js';

/** What is needed to continue a generation after a reload, as JSON. Store it whole, and do not rely on its members. */
export type ResumeToken = {
  /** Version 1 has neither phases nor `step`, and can still be resumed. */
  readonly version: 1 | 2;
  readonly id: string;
  readonly idempotencyKey: string;
  readonly job?: JobRef | undefined;
  readonly lastEventId?: string | undefined;
  /** 0..1 */
  readonly progress?: number | undefined;
  /** ms since the epoch */
  readonly startedAt?: number | undefined;
  /** When the job is no longer followed if its phase does not change, in ms since the epoch; without it, the job gets a new deadline. */
  readonly deadlineAt?: number | undefined;
  readonly phase?: JobPhase | undefined;
  /** When the result was expected last, in ms since the epoch. */
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

/** The actor's output: how the generation ended, its id, and its job where there was one. */
export type GenerationResult<TOutput> = GenerationOutcome<TOutput> & {
  readonly id: string;
  readonly job: JobRef | undefined;
  /** How long the job took, as far as it was seen: for `addDuration`. Also of a job that was given up before its end. */
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

/** What a user of the actor may send. */
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
type StreamInfo = {
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

/** What the page shows of a running job. */
type Shown = {
  readonly phase?: JobPhase | undefined;
  readonly progress?: number | undefined;
  readonly message?: string | undefined;
  readonly backendPosition?: number | undefined;
  readonly previews?: readonly Preview[] | undefined;
  /** When the backend expects the result, in ms since the epoch. */
  readonly expectedAt?: number | undefined;
};

/** When the job is expected to end. Shown, and not decided by. */
type EstimateState = {
  readonly shown?: ShownEstimate | undefined;
  /** It is the backend's own, or from a token. */
  readonly isTold: boolean;
  /** It takes longer than usual. */
  readonly isLate: boolean;
  /** When it begins to, in ms since the epoch. */
  readonly lateAt?: number | undefined;
  /** The age at which the progress began to move, in ms; and when that shows a speed, in ms since the epoch. */
  readonly movingSinceMs?: number | undefined;
  readonly speedAt?: number | undefined;
  /** When it was made, in ms since the epoch, and after which time it changes without news, in ms. */
  readonly madeAt?: number | undefined;
  readonly dueMs?: number | undefined;
};

type StreamState = StreamInfo & {
  /** Losses since a stream has lived for a while. */
  readonly lossCount: number;
  /** When it was last requested, and when that connection opened, in ms since the epoch. */
  readonly triedAt?: number | undefined;
  readonly openedAt?: number | undefined;
  /** This connection has told the job's state, or that it changed. */
  readonly isTelling: boolean;
  /** When it was lost, in ms since the epoch; absent if it is opened again as soon as it may be. */
  readonly lostAt?: number | undefined;
};

type ReadsState = {
  /** Reads since polling began. */
  readonly count: number;
  /** A read was requested while none could be made. Any number of requests leads to one read. */
  readonly isReadRequested: boolean;
  /** The stream said that something changed: no read has begun since, or one is being made. */
  readonly change?: 'unread' | 'reading' | undefined;
  /** When the last read began or ended, in ms since the epoch. */
  readonly lastAt?: number | undefined;
  /** Reads in a row that got no answer in their time. */
  readonly timeoutCount: number;
  /** The backend's hint of when to read next, in ms. */
  readonly readAfterMs?: number | undefined;
  /** How long the last answer asks to wait, in ms. */
  readonly retryAfterMs?: number | undefined;
  /** The last answer was that there is no such job. */
  readonly isMissing: boolean;
};

/** When the job was last seen, by a successful read or by one of its events. A ping does not count. */
type HealthState = {
  readonly isJobSeen: boolean;
  /** When the stream last delivered an event of the job, in ms since the epoch. */
  readonly seenOnStreamAt?: number | undefined;
  /** Time online and awake in which the job was not seen, up to `markedAt`, in ms. */
  readonly unansweredMs: number;
  readonly markedAt: number;
  /** When the job was last seen not to have ended, in ms since the epoch. */
  readonly pendingAt?: number | undefined;
};

/** What the end of the job says of how long it took. */
type EndState = {
  /** It was heard as it happened, on a stream. */
  readonly isLive: boolean;
  /** By the backend's own clock. */
  readonly durationMs?: number | undefined;
};

/** The submit, until the backend has accepted the job. */
type SubmitState = {
  /** Gives the input. A function, because inputs hold files, and contexts are shown as JSON. Gone once the job is known. */
  readonly getInput?: (() => unknown) | undefined;
  /** When it was first sent here, in ms since the epoch. */
  readonly firstAt?: number | undefined;
  /** How often it was sent here. */
  readonly count: number;
  /** An earlier request may have arrived: it was not answered, or its answer says so. */
  readonly mayHaveArrived: boolean;
  /** Why the last request failed. */
  readonly failure?: Failure | undefined;
  /** The job that the refusal names, if it can be followed. */
  readonly job?: JobRef | undefined;
  /** How long to wait before the next request, in ms. */
  readonly retryInMs?: number | undefined;
  /** How often it was looked up, or forbidden, without an answer. */
  readonly lookupCount: number;
};

/** How long the job was followed in each phase, up to the beginning of the current one, in ms. */
type ClockState = {
  /** The phase that `deadlineAt` is about. */
  readonly phase: JobPhase;
  readonly queuedMs: number;
  readonly runningMs: number;
};

type CancelState = {
  /** Reads since the backend was first asked to stop. */
  readonly readCount: number;
  /** The backend did not answer the command, or refused it only for now: it is sent again. */
  readonly isUnanswered: boolean;
  /** How long the backend asks to wait before the command is sent again, in ms. */
  readonly retryAfterMs?: number | undefined;
};

/** What the chart remembers. JSON, except for the adapter's output in `outcome`. */
export type GenerationContext<TOutput> = {
  readonly id: string;
  readonly idempotencyKey: string;
  readonly job?: JobRef | undefined;
  /** When the submit was sent, in ms since the epoch. */
  readonly startedAt?: number | undefined;
  /** When the submit is sent again, in ms since the epoch, while it waits. */
  readonly retryAt?: number | undefined;
  /** When the job is no longer followed if its phase does not change, in ms since the epoch. */
  readonly deadlineAt?: number | undefined;
  readonly clock: ClockState;
  /** How long earlier jobs took. It does not change. */
  readonly history?: DurationHistory | undefined;
  /** Until when the backend asks for no request, on the stream or in a read, in ms since the epoch. */
  readonly busyUntil?: number | undefined;
  readonly cancelRequested: boolean;
  /** `DETACH` was sent, and no `ATTACH` since. */
  readonly isDetached: boolean;
  readonly submit: SubmitState;
  readonly shown: Shown;
  readonly estimate: EstimateState;
  readonly stream: StreamState;
  readonly reads: ReadsState;
  readonly health: HealthState;
  readonly cancel: CancelState;
  /** A token that could not be read, as it was given. */
  readonly refusedToken?: ResumeToken | undefined;
  /** How it ended. In `verifying`, `expiring` and `cancelling` it is provisional: it holds unless a read says otherwise. */
  readonly outcome?: GenerationOutcome<TOutput> | undefined;
  /** When the job has succeeded, in ms since the epoch. */
  readonly endedAt?: number | undefined;
  readonly end?: EndState | undefined;
};
