import type { EnvironmentEvent, FailureCode, GenerationPolicy, JobPhase } from 'generation-lifecycle';

/** One member for each type, so that a comparison narrows. */
type OfType<T extends string> = T extends string ? { readonly type: T } : never;

/** A message of the backend about a job. */
export type JobMessage =
  | {
      readonly type: 'pending';
      readonly phase?: JobPhase | undefined;
      readonly progress?: number | undefined;
      readonly readAfterMs?: number | undefined;
    }
  | OfType<'changed' | 'cancelled' | 'failed'>
  | { readonly type: 'succeeded'; readonly url: string }
  | { readonly type: 'error'; readonly code: FailureCode; readonly retryAfterMs?: number | undefined };

/** A message or event of a stream. */
export type StreamMessage =
  | JobMessage
  | OfType<'open' | 'alive' | 'end' | 'ignored'>
  | { readonly type: 'id'; readonly id: string }
  | { readonly type: 'retry'; readonly retryMs: number };

export type CallKind = 'submit' | 'read' | 'cancel' | 'events';

/** An observable event: a user's command, a call of the adapter, a message of the backend, or an event of the page. */
export type Happening = { readonly at: number } & (
  | { readonly type: 'command'; readonly command: 'GENERATE' | 'CANCEL' | 'CHECK' }
  | { readonly type: 'page'; readonly event: EnvironmentEvent }
  | {
      readonly type: 'called';
      readonly kind: CallKind;
      readonly call: number;
      /** The key of a submit, or the last event id of a stream. */
      readonly passed?: string | undefined;
    }
  | { readonly type: 'stopped'; readonly kind: CallKind; readonly call: number }
  /** The time of day jumps, and no timer runs. */
  | { readonly type: 'jumped'; readonly ms: number }
  /** The page was closed, and another resumes from its token. */
  | { readonly type: 'reloaded' }
  | { readonly type: 'sent'; readonly kind: CallKind; readonly call: number; readonly message: StreamMessage }
  | { readonly type: 'waited' }
);

export type Outcome =
  | { readonly status: 'completed'; readonly url: string }
  | { readonly status: 'failed'; readonly code: FailureCode }
  | { readonly status: 'cancelled'; readonly stopped?: boolean | undefined };

type Call = { readonly call: number; readonly since: number };

/** The state of the reference model. Times are in ms. */
export type Model = {
  readonly policy: GenerationPolicy;
  readonly has: { readonly events: boolean; readonly cancel: boolean };
  /** `verifying`: a failure was reported. `expiring`: the deadline has passed. `confirming`: after the cancel, the job is read. */
  readonly phase:
    | 'idle'
    | 'submitting'
    | 'following'
    | 'verifying'
    | 'expiring'
    | 'cancelling'
    | 'confirming'
    | 'ended';
  readonly key: string;
  /** The id of the job is known. */
  readonly isKnown: boolean;
  /** Another page has submitted it, and its answer is not known. */
  readonly mayHaveArrived: boolean;
  readonly isCancelRequested: boolean;
  readonly isAsleep: boolean;
  readonly isOnline: boolean;
  readonly progress: number | undefined;
  readonly lastEventId: string | undefined;
  /** The difference between the time of day and the clock of the timers. */
  readonly skippedMs: number;
  /** What the backend last said of its queue. */
  readonly phaseOfJob: JobPhase | undefined;
  /** The phase that the deadline is about, and the time spent in each before. */
  readonly clock: { readonly phase: JobPhase; readonly queuedMs: number; readonly runningMs: number };
  /** The backend asks for no request until then, by the time of day. */
  readonly busyUntil: number;
  /** When it last asked, and what held before: a request of the same moment may not know of it. */
  readonly askedAt: number;
  readonly busyBefore: number;
  /** When the deadline's timer fires. */
  readonly deadlineAt: number;
  /** The deadline, by the time of day. */
  readonly lateFrom: number;
  readonly submit?: Call | undefined;
  /** When it was first submitted, by the time of day, and when it is submitted again. */
  readonly submittedAt: number;
  readonly resubmitAt: number | undefined;
  readonly cancel?: Call | undefined;
  readonly read?: Call | undefined;
  /** Between the first answer to a cancel and the end. */
  readonly confirm?:
    | {
        readonly until: number;
        /** The next request, and when it is made. */
        readonly next: 'read' | 'cancel';
        readonly dueAt: number;
        readonly readCount: number;
        /** The newest cancel was refused only for now, or not answered. */
        readonly isUnanswered: boolean;
        readonly retryMs: number;
      }
    | undefined;
  readonly stream: {
    readonly is: 'none' | 'requested' | 'connecting' | 'open' | 'lost' | 'refused';
    readonly call?: number | undefined;
    readonly byteAt: number;
    /** By the time of day. */
    readonly seenAt?: number | undefined;
    /** The reconnection delay that the backend requested. */
    readonly retryMs?: number | undefined;
    /** When it was last requested, and when that one opened; by the time of day. */
    readonly triedAt?: number | undefined;
    readonly openAt?: number | undefined;
    /** It has told the job's state, or that it changed. */
    readonly isTelling: boolean;
    /** The stream opens again between these two times. */
    readonly reopenAt: number;
    readonly reopenBy: number;
    readonly lossCount: number;
  };
  readonly reads: {
    /** No read has started since the job was accepted. */
    readonly isHeld: boolean;
    /** When the answer to the submit asks to be read first. */
    readonly firstAt: number;
    /** When the stream has been awaited for long enough. */
    readonly heldUntil: number;
    readonly dueBy: number;
    /** The same without a stream. */
    readonly pollBy: number;
    /** When the last read began or ended, by the time of day. */
    readonly readAt?: number | undefined;
    /** Reads since they began, or began again; without a number where the rules leave it open. */
    readonly count?: number | undefined;
    readonly timeoutCount: number;
    /** The gap after a read, and when its timer ends. */
    readonly isSettling: boolean;
    readonly settlesAt: number;
    /** The stream tells, so that reads are rare; since when. */
    readonly watchedFrom?: number | undefined;
    /** Whether the next read may begin within the gap. */
    readonly isGapFree: boolean;
    /** The stream said that something changed: not read since, or being read. */
    readonly change?: 'unread' | 'reading' | undefined;
    /** A read was requested. */
    readonly isRequested: boolean;
    readonly isRequestedAgain: boolean;
    /** The read in flight may be replaced. */
    readonly isRestarting: boolean;
    readonly missingCount: number;
  };
  /**
   * Time online and awake without a sign of the job. `mustMs` excludes time that may count as interrupted: between the last
   * read and an event of the page, or the loss of a stream. `tailMs` is that excluded part.
   */
  readonly outage: {
    readonly mustMs: number;
    readonly mayMs: number;
    readonly tailMs: number;
    readonly markedAt: number;
  };
  readonly isSeen: boolean;
  readonly submitCount: number;
  readonly cancelCount: number;
  /** Every allowed outcome; the first is the usual one. */
  readonly outcomes: readonly Outcome[];
  /** Outcomes that it may already have ended with. */
  readonly mayHaveEnded: readonly Outcome[];
  readonly faults: readonly string[];
};
