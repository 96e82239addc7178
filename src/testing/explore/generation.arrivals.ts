import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type AnyStateNode,
  type EventObject,
  getNextTransitions,
} from 'xstate';
import { createFailure } from '../../machines/generation/generation.errors.js';
import type { FailureCode, JobRef, JobUpdate } from '../../machines/generation/generation.port.js';
import type { GenerationActorInput, GenerationEvent, ResumeToken } from '../../machines/generation/generation.types.js';
import type { DurationHistory } from '../../machines/reads/duration-history.js';
import type { ExplorationStart, ExploredSituation } from './explore.types.js';

type Event = GenerationEvent<unknown, string>;
type Outcome = Extract<JobUpdate<string>, { kind: 'succeeded' | 'failed' | 'cancelled' }>;

const job: JobRef = { id: 'job-1' };
const otherJob: JobRef = { id: 'job-2' };

const failure = (code: FailureCode) => createFailure(code, `The request failed with the code ${code}.`);
const succeeded: Outcome = { kind: 'succeeded', output: 'picture' };
const failed: Outcome = { kind: 'failed', failure: failure('job-failed') };
const cancelled: Outcome = { kind: 'cancelled' };
const outcomes = [succeeded, failed, cancelled];
const pending = (progress?: number) => ({ kind: 'pending', progress }) as const;
const queued = { kind: 'pending', phase: 'queued' } as const;
const running = { kind: 'pending', phase: 'running' } as const;
const hinted = { kind: 'pending', readAfterMs: 9_000 } as const;
const inconclusive = [
  hinted,
  pending(),
  pending(0.5),
  queued,
  running,
  { kind: 'changed' },
  { kind: 'ignored' },
] as const;

const ended = outcomes.map((outcome): Event => ({ type: 'job.ended', outcome }));

/** What became of a submit without an answer. */
const lookups: readonly Event[] = [
  { type: 'job.accepted', job },
  ...outcomes.map((update): Event => ({ type: 'job.accepted', job, update })),
  { type: 'lookup.answered' },
  { type: 'lookup.failed', failure: failure('network') },
];

/** The events of each child, one of each kind that the chart tells apart. */
const childEvents: { readonly [child: string]: readonly Event[] } = {
  submit: [
    { type: 'job.accepted', job },
    ...[...inconclusive, ...outcomes].map((update): Event => ({ type: 'job.accepted', job, update })),
    // The answer is lost, or the backend refuses.
    { type: 'submit.failed', failure: failure('network') },
    { type: 'submit.failed', failure: { ...failure('payment-required'), charged: 'no' } },
    // It refuses, and names the job that it has begun.
    { type: 'submit.failed', failure: { ...failure('job-failed'), resumable: true, job } },
    // The backend refuses for now, or says that this submit is in progress.
    { type: 'submit.failed', failure: { ...failure('rate-limited'), charged: 'no' }, retryAfterMs: 9_000 },
    { type: 'submit.failed', failure: failure('busy') },
  ],
  find: lookups,
  forbid: lookups,
  sse: [
    ...[pending(), pending(0), pending(0.5), pending(1), queued, running].map(
      (update): Event => ({ type: 'job.progressed', update }),
    ),
    { type: 'job.changed' },
    { type: 'job.failureReported', outcome: failed },
    { type: 'job.ended', outcome: succeeded },
    { type: 'job.ended', outcome: cancelled },
    { type: 'stream.opened' },
    { type: 'stream.alive' },
    { type: 'stream.metadata', lastEventId: 'event-1', reopenAfterMs: 9_000 },
    { type: 'stream.lost' },
    { type: 'stream.lost', retryAfterMs: 9_000 },
    { type: 'stream.refused' },
  ],
  poll: [
    ...ended,
    ...[...inconclusive, pending(1)].map((update): Event => ({ type: 'read.answered', update })),
    ...(['network', 'not-found', 'unauthorized'] as const).map(
      (code): Event => ({ type: 'read.failed', failure: failure(code) }),
    ),
    { type: 'read.failed', failure: failure('rate-limited'), retryAfterMs: 9_000 },
  ],
  cancel: [
    ...ended,
    ...inconclusive.map((update): Event => ({ type: 'cancel.answered', update })),
    { type: 'cancel.failed', failure: failure('network') },
  ],
  page: [{ type: 'page.woke' }, { type: 'page.asleep' }],
};

const commands: readonly Event[] = [
  { type: 'GENERATE', input: { prompt: 'a lighthouse' } },
  { type: 'CANCEL' },
  { type: 'CHECK' },
  { type: 'DETACH' },
  { type: 'ATTACH' },
];

const invalidProgress: readonly Event[] = [Number.NaN, -1, 7].map(progress => ({
  type: 'job.progressed',
  update: pending(progress),
}));

const unhandledEvent: EventObject = { type: 'render.exploded' };

/** A child that throws. Without a handler, the machine stops in error. */
const childErrors = Object.keys(childEvents).map(child => ({ type: `xstate.error.actor.${child}`, error: 'thrown' }));

/** A late answer to the submit of another generation. Before a job is known, it is an answer to this submit. */
const otherJobEvents: readonly Event[] = [undefined, succeeded].map(update => ({
  type: 'job.accepted',
  job: otherJob,
  update,
}));

const delayEvents = (node: AnyStateNode): readonly EventObject[] => [
  ...node.after.map(({ eventType }) => ({ type: eventType })),
  ...Object.values(node.states).flatMap(delayEvents),
];

/**
 * Which events an exploration of a generation lets arrive:
 *
 * - `possible`: the user's commands, events of children that are running, and armed delays. A child may send more than
 *   one final event: more than a real child sends, and never less;
 * - `any`: every event in every state. Also events of children that have stopped or never ran, and delays that are not
 *   armed, in any order and number.
 */
export type GenerationArrivals = 'possible' | 'any';

/** Whether an active state handles the event, other than by ignoring every event. */
function hasHandler(snapshot: AnyMachineSnapshot) {
  const handled = getNextTransitions(snapshot).filter(
    ({ eventType, target, actions, guard }) => eventType !== '*' || target || actions.length > 0 || guard,
  );
  const exact = new Set(handled.map(({ eventType }) => eventType));
  const prefixes = [...exact].filter(name => name.endsWith('*')).map(name => name.slice(0, -1));
  return ({ type }: EventObject) => exact.has(type) || prefixes.some(prefix => type.startsWith(prefix));
}

/**
 * The events that may arrive in a situation.
 *
 * All events without a handler have the same effect, so one represents them. It has one: after any event, XState
 * evaluates the eventless transitions again.
 */
export function generationEvents(machine: AnyStateMachine, arrivals: GenerationArrivals) {
  const isAny = arrivals === 'any';
  const all = [...commands, ...Object.values(childEvents).flat(), ...invalidProgress, ...delayEvents(machine.root)];
  return ({ snapshot, children }: ExploredSituation<AnyStateMachine>): readonly EventObject[] => {
    const arriving = isAny
      ? [...all, ...(snapshot.context.job === undefined ? [] : otherJobEvents)]
      : [...commands, ...children.flatMap(child => childEvents[child] ?? [])];
    return [...arriving.filter(hasHandler(snapshot)), unhandledEvent, ...(isAny ? childErrors : [])];
  };
}

const id = 'generation-1';
const token: ResumeToken = { version: 1, id, idempotencyKey: 'key-1', startedAt: 0, cancelRequested: false };
/** Later than every clock. JSON has no infinity. */
const distant = Number.MAX_SAFE_INTEGER;
const tokens: { readonly [name: string]: ResumeToken | undefined } = {
  fresh: undefined,
  'resumed before its job was known': token,
  'resumed before its job was known, to be cancelled': { ...token, cancelRequested: true },
  'resumed while followed': { ...token, job, deadlineAt: distant },
  'resumed without a deadline': { ...token, job },
  'resumed past its deadline': { ...token, job, deadlineAt: -1 },
  'resumed with progress': { ...token, job, deadlineAt: distant, progress: 0.5, lastEventId: 'event-1' },
  'resumed while queued': {
    ...token,
    version: 2,
    job,
    deadlineAt: distant,
    phase: 'queued',
    queuedMs: 0,
    runningMs: 9,
  },
  'resumed while cancelling': { ...token, job, deadlineAt: distant, cancelRequested: true },
};

/** How long earlier jobs took. It decides only the lengths of delays, so one is enough. */
const history: DurationHistory = { version: 1, jobs: [[9_000, 11_000]] };

/** A fresh generation, and one resumed in each phase. */
export const generationStarts: readonly (ExplorationStart<AnyStateMachine> & {
  readonly input: GenerationActorInput;
})[] = Object.entries(tokens).map(([name, resume]) => ({
  name,
  input: { id, idempotencyKey: 'key-1', resume, history },
}));
