import { toJobInput, toSubmitInput } from './generation.actors.js';

// Parts of the chart that stand in several places of it.

/** How a job ends. The parallel state handles it, not its regions: a transition within a region would not end the state. */
export const endings = [
  { guard: 'isSuccess', target: '#generation.completed', actions: 'setOutcome' },
  { guard: 'isFailure', target: '#generation.failed', actions: 'setOutcome' },
  { guard: 'isCancellation', target: '#generation.cancelled', actions: 'setOutcome' },
] as const;

/** One last read, after the stream has reported a failure or the deadline has passed. The outcome is provisional until the read is answered. */
export const lastReadState = {
  initial: 'reading',
  invoke: { id: 'page', src: 'page' },
  on: {
    CANCEL: { target: 'cancelling', actions: 'requestCancel' },
    DETACH: { target: 'detached', actions: 'detach' },
    'job.ended': endings,
  },
  states: {
    reading: {
      entry: 'beginRead',
      invoke: { id: 'poll', src: 'poll', input: toJobInput },
      after: { requestTimeoutMs: '#generation.failed' },
      on: {
        'read.answered': '#generation.failed',
        'read.failed': '#generation.failed',
        'page.woke': { guard: 'isReadOverdue', target: 'reading', reenter: true },
        'page.asleep': 'asleep',
      },
    },
    asleep: { on: { 'page.woke': 'reading' } },
  },
} as const;

/** Commands while no job is known: they are remembered, because the submit may be charged. */
export const remembered = {
  CANCEL: { actions: 'requestCancel' },
  DETACH: { actions: 'detach' },
  ATTACH: { actions: 'attach' },
} as const;

/** What follows when the backend names the job of a submit. */
export const acceptances = [
  { guard: 'isSuccess', target: '#generation.completed', actions: ['setJob', 'announce', 'setOutcome'] },
  { guard: 'isFailure', target: '#generation.failed', actions: ['setJob', 'announce', 'setOutcome'] },
  { guard: 'isCancellation', target: '#generation.cancelled', actions: ['setJob', 'announce', 'setOutcome'] },
  { guard: 'isCancelRequested', target: '#generation.cancelling', actions: ['setJob', 'announce'] },
  { guard: 'isDetached', target: '#generation.detached', actions: ['setJob', 'announce'] },
  { target: '#generation.following', actions: ['setJob', 'announce'] },
] as const;

/** Asks the backend about a submit without an answer, until it says something. */
export const lookupStates = <TChild extends 'find' | 'forbid', const TAnswered>(child: TChild, answered: TAnswered) =>
  ({
    asking: {
      entry: 'countLookup',
      invoke: { id: child, src: child, input: toSubmitInput },
      after: { requestTimeoutMs: 'pausing' },
      on: { 'job.accepted': acceptances, 'lookup.answered': answered, 'lookup.failed': 'pausing' },
    },
    pausing: { after: { lookupDelay: 'asking' } },
  }) as const;
