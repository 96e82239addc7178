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
import type { Situation, Start } from './explore.types.js';

type Event = GenerationEvent<unknown, string>;
type Outcome = Extract<JobUpdate<string>, { kind: 'succeeded' | 'failed' | 'cancelled' }>;

const job: JobRef = { id: 'job-1' };
const otherJob: JobRef = { id: 'job-2' };

const failure = (code: FailureCode) => createFailure(code, `It was ${code}.`);
const succeeded: Outcome = { kind: 'succeeded', output: 'picture' };
const failed: Outcome = { kind: 'failed', failure: failure('job-failed') };
const cancelled: Outcome = { kind: 'cancelled' };
const outcomes = [succeeded, failed, cancelled];
const pending = (progress?: number) => ({ kind: 'pending', progress }) as const;
const inconclusive = [pending(), pending(0.5), { kind: 'changed' }, { kind: 'ignored' }] as const;

const ended = outcomes.map((outcome): Event => ({ type: 'job.ended', outcome }));

/** What each child can say: all of the port, by kinds that the chart tells apart. */
const sayings: { readonly [child: string]: readonly Event[] } = {
  submit: [
    { type: 'job.accepted', job },
    ...[...inconclusive, ...outcomes].map((update): Event => ({ type: 'job.accepted', job, update })),
    // The answer was lost, and the backend refused.
    { type: 'submit.failed', failure: failure('network') },
    { type: 'submit.failed', failure: { ...failure('payment-required'), charged: 'no' } },
  ],
  sse: [
    ...[pending(), pending(0), pending(0.5), pending(1)].map((update): Event => ({ type: 'job.progressed', update })),
    { type: 'job.changed' },
    { type: 'job.failureReported', outcome: failed },
    { type: 'job.ended', outcome: succeeded },
    { type: 'job.ended', outcome: cancelled },
    { type: 'stream.opened' },
    { type: 'stream.alive' },
    { type: 'stream.metadata', lastEventId: 'event-1', reopenAfterMs: 9_000 },
    { type: 'stream.lost' },
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

/** Numbers that are none. */
const hostile: readonly Event[] = [Number.NaN, -1, 7].map(progress => ({
  type: 'job.progressed',
  update: pending(progress),
}));

const unheard: EventObject = { type: 'render.exploded' };

/** The end of a child by a throw. Unhandled, it would stop the machine. */
const thrown = Object.keys(sayings).map(child => ({ type: `xstate.error.actor.${child}`, error: 'thrown' }));

/** A submit of another generation that answers late. Which job is accepted first is a matter of its name. */
const misdirected: readonly Event[] = [undefined, succeeded].map(update => ({
  type: 'job.accepted',
  job: otherJob,
  update,
}));

const delayEvents = (node: AnyStateNode): readonly EventObject[] => [
  ...node.after.map(({ eventType }) => ({ type: eventType })),
  ...Object.values(node.states).flatMap(delayEvents),
];

/** Against what a generation is explored. */
export type GenerationAdversary = 'accurate' | 'adversary';

/** Whether some active state has a handler for an event, other than one that ignores all there is. */
function isHeard(snapshot: AnyMachineSnapshot) {
  const heard = getNextTransitions(snapshot).filter(
    ({ eventType, target, actions, guard }) => eventType !== '*' || target || actions.length > 0 || guard,
  );
  const exact = new Set(heard.map(({ eventType }) => eventType));
  const prefixes = [...exact].filter(name => name.endsWith('*')).map(name => name.slice(0, -1));
  return ({ type }: EventObject) => exact.has(type) || prefixes.some(prefix => type.startsWith(prefix));
}

/**
 * What may arrive in a situation.
 *
 * - `accurate`: the commands of the user, whatever children that are alive can say, and delays that are armed. A
 *   child may say more than one last word: more than the real one does, and never less.
 * - `adversary`: everything, always. Answers of children that were stopped or never were, delays that were never
 *   armed or fire after all, in any order and number.
 *
 * An event for which no active state has a handler does what any other such event does, so one stands for all of
 * them. It is no idle one: on every event the chart looks at the clock again.
 */
export function generationEvents(machine: AnyStateMachine, environment: GenerationAdversary) {
  const everything = [...commands, ...Object.values(sayings).flat(), ...hostile, ...delayEvents(machine.root)];
  return ({ snapshot, children }: Situation<AnyStateMachine>): readonly EventObject[] => {
    const isAccurate = environment === 'accurate';
    const possible = isAccurate
      ? [...commands, ...children.flatMap(child => sayings[child] ?? [])]
      : [...everything, ...(snapshot.context.job === undefined ? [] : misdirected)];
    return [...possible.filter(isHeard(snapshot)), unheard, ...(isAccurate ? [] : thrown)];
  };
}

const id = 'generation-1';
const token: ResumeToken = { version: 1, id, idempotencyKey: 'key-1', startedAt: 0, cancelRequested: false };
/** Ahead of every clock, and a number that JSON knows. */
const distant = Number.MAX_SAFE_INTEGER;
const tokens: { readonly [name: string]: ResumeToken | undefined } = {
  fresh: undefined,
  'resumed before its job was known': token,
  'resumed before its job was known, to be cancelled': { ...token, cancelRequested: true },
  'resumed while followed': { ...token, job, deadlineAt: distant },
  'resumed without a deadline': { ...token, job },
  'resumed past its deadline': { ...token, job, deadlineAt: -1 },
  'resumed with progress': { ...token, job, deadlineAt: distant, progress: 0.5, lastEventId: 'event-1' },
  'resumed while cancelling': { ...token, job, deadlineAt: distant, cancelRequested: true },
};

/** A fresh generation, and one resumed in each phase of its life. */
export const generationStarts: readonly (Start<AnyStateMachine> & { readonly input: GenerationActorInput })[] =
  Object.entries(tokens).map(([name, resume]) => ({ name, input: { id, idempotencyKey: 'key-1', resume } }));
