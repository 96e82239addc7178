import type { DurationHistory } from '../reads/duration-history.js';
import type { ShownEstimate } from '../reads/steady-estimate.js';
import type { Failure, JobPhase, JobRef, Preview } from './generation.port.js';
import type { GenerationOutcome, ResumeToken, StreamInfo } from './generation.types.js';

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

/**
 * What the chart remembers. JSON, except for the adapter's output in `outcome`.
 *
 * XState copies it for each event. It has fewer than 20 members, because V8 (as of Node 20) copies an object of 20 or more by
 * `Object.assign()` an order of magnitude slower: group what belongs together.
 */
export type GenerationContext<TOutput> = {
  readonly id: string;
  readonly idempotencyKey: string;
  readonly job?: JobRef | undefined;
  /** When the submit was sent, in ms since the epoch. */
  readonly startedAt?: number | undefined;
  /** When the submit is sent again, in ms since the epoch, while it waits. */
  readonly retryAt?: number | undefined;
  /** When following ends unless the job's phase changes, in ms since the epoch. */
  readonly deadlineAt?: number | undefined;
  readonly clock: ClockState;
  /** How long earlier jobs took. It does not change. */
  readonly history?: DurationHistory | undefined;
  /** Until when the backend asks for no request, in ms since the epoch. */
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
  /** A token that could not be read, unchanged. */
  readonly refusedToken?: ResumeToken | undefined;
  /** How it ended. Provisional in `verifying`, `expiring` and `cancelling`: a read may still change it. */
  readonly outcome?: GenerationOutcome<TOutput> | undefined;
  /** When the job succeeded, in ms since the epoch. */
  readonly endedAt?: number | undefined;
  readonly end?: EndState | undefined;
};
