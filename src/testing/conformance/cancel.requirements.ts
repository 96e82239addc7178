import type { JobUpdate } from '../../machines/generation/generation.port.js';
import { lostAnswers, page } from './answers.js';
import { type Attempt, assertPort, type Bench, outcomeOf } from './bench.js';
import type { Reply } from './loopback-server.js';
import { type Requirement, situation } from './requirement.js';

const member = 'cancel';

/** No value says that the job has stopped. */
const kindOf = ({ answer }: Attempt<JobUpdate<unknown> | void>) => answer?.kind ?? 'cancelled';

async function assertUndecided(bench: Bench, reply: Reply, what: string, others: readonly string[] = []) {
  const attempt = await bench.cancelOne(reply);
  const kinds = ['pending', 'changed', 'ignored', ...others];
  const isRight = attempt.isRejected || kinds.includes(kindOf(attempt));
  assertPort(
    isRight,
    `cancel() must answer ${kinds.join(', ')} or throw after ${what}. No value says that the job has stopped: ${outcomeOf(attempt)}.`,
  );
}

export const cancelRequirements: readonly Requirement[] = [
  {
    name: 'cancel() asks the backend, and submits nothing',
    member,
    situation: situation('cancel', 'stopped'),
    async test(bench, stopped) {
      const { requests } = await bench.cancelOne(stopped);
      assertPort(requests.length > 0, 'cancel() sent no request, so the job goes on and is charged.');
      assertPort(!requests.some(one => bench.isSubmit(one)), 'cancel() sent a submit, which is charged.');
    },
  },
  {
    name: 'cancel() answers that the job has stopped',
    member,
    situation: situation('cancel', 'stopped'),
    async test(bench, stopped) {
      const attempt = await bench.cancelOne(stopped);
      const isRight = !attempt.isRejected && ['cancelled', 'changed', 'pending'].includes(kindOf(attempt));
      assertPort(
        isRight,
        `cancel() of a job that stops must answer cancelled or nothing, or changed if a read has to show it: ${outcomeOf(attempt)}.`,
      );
    },
  },
  {
    name: 'cancel() that is only accepted is no end of the job',
    member,
    situation: situation('cancel', 'accepted'),
    test: (bench, accepted) => assertUndecided(bench, accepted, 'a cancel that is accepted'),
  },
  {
    name: 'cancel() that comes too late keeps the result',
    member,
    situation: situation('cancel', 'tooLate'),
    test: (bench, tooLate) => assertUndecided(bench, tooLate, 'a cancel that comes too late', ['succeeded']),
  },
  {
    name: 'cancel() that fails is no end of the job',
    member,
    async test(bench) {
      for (const [what, reply] of Object.entries({ ...lostAnswers, 'a page of HTML': page }))
        await assertUndecided(bench, reply, what);
    },
  },
];
