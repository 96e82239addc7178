import type { StateValue } from 'xstate';
import { toJob } from '../../machines/generation/generation.answers.js';
import type { GenerationContext } from '../../machines/generation/generation.context.js';
import type {
  JobOutcome,
  JobRef,
  JobUpdate,
  JsonObject,
  JsonValue,
} from '../../machines/generation/generation.port.js';
import { toSubmitOutcome } from '../../machines/generation/generation.submit.js';
import { isResumeToken, toResumeToken } from '../../machines/generation/generation.token.js';
import type { ResumeStep, ResumeToken } from '../../machines/generation/generation.types.js';
import type { DurationHistory, JobDuration } from '../../machines/reads/duration-history.js';
import type { CopyState } from '../copies/copy-state.js';
import type { Charge } from '../money/money.types.js';
import type { StoredJob, StoredJobStatus } from '../store/job-store.js';
import type { Chart, RequestName, Stance } from './chart.js';

type Context = GenerationContext<unknown>;

/** Where a chart stands, as JSON: for the version of it that has made it. */
type Position = {
  readonly form: string;
  readonly value: StateValue;
  readonly context: Context;
  readonly delays: Readonly<Record<string, number>>;
  readonly requests: readonly RequestName[];
};

/** What the hooks about money know of a job. A job without it is none of theirs. */
export type SettlementState = {
  /** Counts the reservations, from 1. */
  readonly attempt: number;
  /** What `onReserve` has returned. */
  readonly reserve?: JsonValue | undefined;
  /** What they were told last; nothing before it is settled. */
  readonly told?: Charge | undefined;
  /** When they are told what is owed to them, in ms since the epoch. */
  readonly dueAt?: number | undefined;
  /** How often a hook has failed at that. */
  readonly failures?: number | undefined;
};

/** What a row's `state` is. */
export type JobState = {
  /** What any version of the chart can go on from. */
  readonly token: ResumeToken;
  readonly position?: Position | undefined;
  readonly shown?: Context['shown'] | undefined;
  /** How it ended. */
  readonly outcome?: JobOutcome<unknown> | undefined;
  /** What becomes of the results. */
  readonly copy?: CopyState | undefined;
  /** The end is what this server assumes, because it stopped asking: the vendor may say otherwise. */
  readonly isAssumed?: boolean | undefined;
  /** The ids of the uploaded files that it needs. */
  readonly inputs?: readonly string[] | undefined;
  /** Whose durations are learned together with its own. */
  readonly durationLabel?: string | undefined;
  /** How long it took, once it has ended and as far as that is known. */
  readonly duration?: JobDuration | undefined;
  // What others have to tell whoever makes the next step.
  readonly cancelRequested?: boolean | undefined;
  /** The job of a submit whose answer was lost, by a webhook. */
  readonly foundJob?: JobRef | undefined;
  /** Its key is never submitted again. */
  readonly isForbidden?: boolean | undefined;
  /** What the hooks about money were told, and what is owed to them. */
  readonly settlement?: SettlementState | undefined;
};

/** Whether somebody wants no job: a generation was cancelled, or its key was forbidden. */
export const isCancelled = ({ cancelRequested, isForbidden }: Partial<JobState>): boolean =>
  cancelRequested === true || isForbidden === true;

const unsentStep: ResumeStep = {
  lossCount: 0,
  readCount: 0,
  isJobSeen: false,
  isMissing: false,
  unansweredMs: 0,
  cancelReadCount: 0,
  isCancelUnanswered: false,
  mayHaveArrived: false,
};

/** The state of a job whose submit is not sent yet: if nothing follows, it never was. */
export const unsentState = (
  id: string,
  startedAt: number,
  about: Pick<JobState, 'durationLabel' | 'inputs'> = {},
): JobState => ({
  ...about,
  token: {
    version: 2,
    id,
    idempotencyKey: id,
    startedAt,
    cancelRequested: false,
    step: unsentStep,
  },
});

/** The state of a job whose submit is about to be sent: if nothing follows, it may have arrived. */
export const sendingState = ({ token, ...mail }: JobState): JobState => ({
  ...mail,
  token: { ...token, step: { ...unsentStep, ...token.step, mayHaveArrived: true } },
});

export const toStoredState = (state: JobState): JsonObject => JSON.parse(JSON.stringify(state)) as JsonObject;

/** @throws TypeError for a state that nobody can go on from, naming the job */
export function toJobState({ id, state }: Pick<StoredJob, 'id' | 'state'>): JobState {
  if (isResumeToken(state['token'])) return state as unknown as JobState;
  throw new TypeError(`The stored state of job ${id} has no resume token. Restore the row from a backup.`);
}

/** What is stored of a job that stands here, with the mail that its row has. */
export function stateOf(stance: Stance, form: string, mail: Partial<JobState> = {}): JobState {
  const { snapshot, delays, requests } = stance;
  const { context, value } = snapshot;
  const token = toResumeToken(snapshot);
  const kept = {
    token,
    shown: context.shown,
    durationLabel: mail.durationLabel,
    inputs: mail.inputs,
    ...(mail.cancelRequested && { cancelRequested: true }),
    ...(mail.isForbidden && { isForbidden: true }),
    ...(mail.settlement && { settlement: mail.settlement }),
  };
  if (snapshot.status !== 'active') {
    const { outcome, isAssumed } = toOutcome(withCancel(context, mail));
    // It is learned from once.
    const duration = mail.duration ?? snapshot.output?.duration;
    return { ...kept, outcome, duration, ...(isAssumed && { isAssumed }) };
  }
  const position: Position = {
    form,
    value,
    // The next step gets what was learned until then.
    context: { ...context, history: undefined },
    delays: Object.fromEntries(delays),
    requests: [...requests.keys()],
  };
  return { ...kept, position };
}

/** A submit that was refused or not answered ends as a cancelled one if somebody cancelled it while it was sent. */
const withCancel = (context: Context, mail: Partial<JobState>): Context =>
  isCancelled(mail) && !context.job && context.outcome?.status === 'failed'
    ? { ...context, outcome: toSubmitOutcome({ ...context, cancelRequested: true }) }
    : context;

/** How a chart has ended, as a page is told. */
function toOutcome({ outcome, end }: Context): { outcome: JobOutcome<unknown>; isAssumed: boolean } {
  // Every end state has an outcome.
  const known = outcome as NonNullable<typeof outcome>;
  switch (known.status) {
    case 'completed': {
      const { output, expiresAt, cost } = known;
      return { outcome: { kind: 'succeeded', output, expiresAt, cost, durationMs: end?.durationMs }, isAssumed: false };
    }
    case 'cancelled': {
      const { charged, cost, stopped } = known;
      // One that nobody has seen stop may run on, and the vendor may still say how it ends.
      return { outcome: { kind: 'cancelled', charged, cost, ...(!stopped && { stopped }) }, isAssumed: !stopped };
    }
    case 'failed':
      return { outcome: { kind: 'failed', failure: known.failure }, isAssumed: known.failure.resumable };
  }
}

const statusByKind = { succeeded: 'completed', failed: 'failed', cancelled: 'cancelled' } as const;

export const statusOf = ({ outcome, token, copy }: JobState): StoredJobStatus =>
  outcome && !copy?.isAwaited ? statusByKind[outcome.kind] : token.job ? 'running' : 'submitting';

/** What a page is told of a job now. */
export function updateOf({ outcome, shown, token, copy }: JobState, now: number): JobUpdate<unknown> {
  if (outcome && !copy?.isAwaited) return outcome;
  const { expectedAt: toldAt, ...rest } = shown ?? {};
  // By the vendor, or by what earlier jobs took.
  const expectedAt = token.expectedAt ?? toldAt;
  return { kind: 'pending', ...rest, ...(expectedAt !== undefined && { etaMs: Math.max(0, expectedAt - now) }) };
}

/** A chart where its position says, or where its token leads if another version has made the position. */
export function stanceOf(
  chart: Chart,
  { token, position, foundJob }: JobState,
  now: number,
  earlier: DurationHistory | undefined,
): Stance {
  const job = token.job ?? toJob(foundJob);
  if (!position || position.form !== chart.form || (foundJob && !token.job))
    return chart.resume({ ...token, job }, now, earlier);
  const snapshot = chart.resolve({ value: position.value, context: { ...position.context, history: earlier } });
  const requests = new Map(position.requests.map(name => [name, { input: snapshot.context }] as const));
  // A child that runs is known to the snapshot, so that the chart can stop it.
  const children = Object.fromEntries(position.requests.map(id => [id, { id }]));
  return {
    snapshot: { ...snapshot, children } as unknown as typeof snapshot,
    delays: new Map(Object.entries(position.delays)),
    requests,
  };
}
