import { toJobInput } from './generation.actors.js';
import { endings } from './generation.states.js';

/** After any answer to the cancel request, the job is read. */
const cancelAnswers = <TTarget extends string>(target: TTarget) =>
  ({
    'cancel.answered': { target, actions: 'setCancelAnswered' },
    'cancel.failed': { target, actions: 'setCancelFailure' },
  }) as const;

/** The backend is asked to stop the job. @param first whether it can be asked */
export const cancellingState = (first: 'asking' | 'unable') =>
  ({
    entry: 'assumeNotStopped',
    initial: first,
    on: { 'job.ended': endings },
    states: {
      unable: { always: '#generation.cancelled' },
      asking: {
        invoke: { id: 'cancel', src: 'cancel', input: toJobInput },
        after: { requestTimeoutMs: { target: 'confirming', actions: 'setCancelUnanswered' } },
        on: cancelAnswers('confirming'),
      },
      /** Whatever the backend answered, only a read shows how the job ends: it may stop late, or be done before. */
      confirming: {
        after: { cancelPatienceMs: '#generation.cancelled' },
        initial: 'reading',
        states: {
          reading: {
            entry: 'countCancelRead',
            invoke: { id: 'poll', src: 'poll', input: toJobInput },
            after: { readTimeout: { target: 'waiting', actions: 'setReadFailure' } },
            on: { 'read.answered': 'waiting', 'read.failed': 'waiting' },
          },
          waiting: {
            after: {
              cancelReadDelay: [{ guard: 'isCancelUnanswered', target: 'askingAgain' }, { target: 'reading' }],
            },
          },
          askingAgain: {
            invoke: { id: 'cancel', src: 'cancel', input: toJobInput },
            after: { requestTimeoutMs: { target: 'reading', actions: 'setCancelUnanswered' } },
            on: cancelAnswers('reading'),
          },
        },
      },
    },
  }) as const;
