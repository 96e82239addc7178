import type { EnvironmentEvent, FailureCode, GenerationPolicy } from 'generation-lifecycle';

/** One member for each word, so that a comparison narrows. */
type Word<W extends string> = W extends string ? { readonly say: W } : never;

/** What a backend says of a job, in the words of the port. */
export type Saying =
  | { readonly say: 'pending'; readonly progress?: number | undefined; readonly readAfterMs?: number | undefined }
  | Word<'changed' | 'cancelled' | 'failed'>
  | { readonly say: 'succeeded'; readonly url: string }
  | { readonly say: 'error'; readonly code: FailureCode; readonly retryAfterMs?: number | undefined };

/** What an event stream does besides. */
export type StreamSaying =
  | Saying
  | Word<'open' | 'alive' | 'end' | 'ignored'>
  | { readonly say: 'id'; readonly id: string }
  | { readonly say: 'retry'; readonly retryMs: number };

export type CallKind = 'submit' | 'read' | 'cancel' | 'events';

/** What can be seen from outside: what the user does, what the adapter is asked and says, what the page learns. */
export type Happening = { readonly at: number } & (
  | { readonly type: 'command'; readonly command: 'GENERATE' | 'CANCEL' | 'CHECK' }
  | { readonly type: 'told'; readonly fact: EnvironmentEvent }
  | {
      readonly type: 'called';
      readonly kind: CallKind;
      readonly call: number;
      /** The key of a submit; where a stream goes on from. */
      readonly passed?: string | undefined;
    }
  | { readonly type: 'stopped'; readonly kind: CallKind; readonly call: number }
  /** The time of day jumps, and no timer runs. */
  | { readonly type: 'jumped'; readonly ms: number }
  /** The page is gone, and another goes on from its token. */
  | { readonly type: 'reloaded' }
  | { readonly type: 'said'; readonly kind: CallKind; readonly call: number; readonly saying: StreamSaying }
  | { readonly type: 'waited' }
);

export type Outcome =
  | { readonly status: 'completed'; readonly url: string }
  | { readonly status: 'failed'; readonly code: FailureCode }
  | { readonly status: 'cancelled'; readonly stopped?: boolean | undefined };

type Call = { readonly call: number; readonly since: number };

/** All that a user who knows the rules has to remember. Times are ms. */
export type Model = {
  readonly policy: GenerationPolicy;
  readonly has: { readonly events: boolean; readonly cancel: boolean };
  /** `verifying`: a failure was heard. `expiring`: the deadline has passed. `rechecking`: the cancel said nothing. */
  readonly phase:
    | 'idle'
    | 'submitting'
    | 'following'
    | 'verifying'
    | 'expiring'
    | 'cancelling'
    | 'rechecking'
    | 'ended';
  readonly key: string;
  /** The job has a name. */
  readonly isKnown: boolean;
  readonly isCancelRequested: boolean;
  readonly isAsleep: boolean;
  readonly isOnline: boolean;
  readonly progress: number | undefined;
  readonly lastEventId: string | undefined;
  /** How far the time of day is from the clock of the timers. */
  readonly skippedMs: number;
  /** When the deadline's timer fires. */
  readonly deadlineAt: number;
  /** The deadline, by the time of day. */
  readonly lateFrom: number;
  readonly submit?: Call | undefined;
  readonly cancel?: Call | undefined;
  readonly read?: Call | undefined;
  readonly stream: {
    readonly is: 'none' | 'wanted' | 'connecting' | 'open' | 'lost' | 'refused';
    readonly call?: number | undefined;
    readonly byteAt: number;
    /** By the time of day. */
    readonly heardAt?: number | undefined;
    /** What the backend asks to wait before it is opened again. */
    readonly retryMs?: number | undefined;
    /** The next opening comes between these two. */
    readonly reopenAt: number;
    readonly reopenBy: number;
    readonly lossCount: number;
  };
  readonly reads: {
    /** No read since the job was accepted. */
    readonly isHeld: boolean;
    readonly dueBy: number;
    /** The same, were there no stream. */
    readonly pollBy: number;
    readonly settledAt: number;
    readonly retryAt: number;
    /** Something has asked for the read that is due. */
    readonly isAsked: boolean;
    readonly isWantedAgain: boolean;
    /** The read in flight may be replaced. */
    readonly isRestarting: boolean;
    readonly missingCount: number;
  };
  /**
   * Time online and awake without a sign of the job. `mustMs` leaves out what may pass for interrupted: what came
   * between the last read and what the page learns, or the loss of a stream. `tailMs` is that part of it.
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
  /** Every outcome that the rules allow; the first is the usual one. */
  readonly outcomes: readonly Outcome[];
  /** The rules leave open whether it has ended so. */
  readonly mayHaveEnded: readonly Outcome[];
  readonly faults: readonly string[];
};
