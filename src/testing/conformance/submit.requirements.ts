import { isGenerationError } from '../../machines/generation/generation.errors.js';
import type { FailureCode, GenerationAdapter } from '../../machines/generation/generation.port.js';
import { isJson } from '../../machines/json.js';
import { emptyObject, lostAnswers, page, refusalsOf, waitMs } from './answers.js';
import { type Attempt, assertPort, type Bench, idempotencyKey, outcomeOf } from './bench.js';
import type { Reply } from './loopback-server.js';
import { type Requirement, situation } from './requirement.js';

const outcomeKinds: readonly string[] = ['succeeded', 'failed', 'cancelled'];

const usesKey = ({ idempotentSubmit, find, cancelByKey }: GenerationAdapter<unknown, unknown>): boolean =>
  !!(idempotentSubmit || find || cancelByKey);

const declares =
  (...modes: readonly unknown[]) =>
  ({ idempotentSubmit }: GenerationAdapter<unknown, unknown>): boolean =>
    modes.includes(idempotentSubmit);

async function assertOnePaidRequest(bench: Bench, replies: Record<string, Reply>) {
  for (const [what, reply] of Object.entries(replies)) {
    const { requests } = await bench.submit(reply);
    const { length } = bench.submitsIn(requests);
    assertPort(
      length === 1,
      `submit() sent ${length} paid requests to a backend that answers with: ${what}. Send exactly one.`,
    );
  }
}

/** The code of a refusal. It is thrown: an answer would be a job. */
export function assertThrown(attempt: Attempt<unknown>, call: string, codes: readonly FailureCode[]): void {
  const isRight = isGenerationError(attempt.error) && codes.includes(attempt.error.code);
  assertPort(
    isRight,
    `${call}() must throw a GenerationError with the code ${codes.join(' or ')}: ${outcomeOf(attempt)}.`,
  );
}

const refusal = (name: keyof ReturnType<typeof refusalsOf>, ...others: readonly FailureCode[]): Requirement => ({
  name: `submit() that is refused throws ${name}`,
  test: async bench =>
    assertThrown(await bench.submit(refusalsOf(bench.options.server)[name]), 'submit', [name, ...others]),
});

export const submitRequirements: readonly Requirement[] = [
  {
    name: 'submit() answers with a job that has a text as id, and survives JSON',
    async test(bench) {
      const job: unknown = await bench.submitted();
      const id: unknown = isJson(job) && typeof job === 'object' && job !== null && 'id' in job ? job['id'] : undefined;
      assertPort(
        isJson(job),
        'The job of submit() does not survive JSON. Keep texts, numbers, lists and plain objects in it.',
      );
      assertPort(
        typeof id === 'string' && id.trim() !== '',
        `The id of the job of submit() is ${String(id)}, and must be a text.`,
      );
    },
  },
  {
    name: 'submit() sends one paid request',
    test: bench => assertOnePaidRequest(bench, { 'an answer that accepts it': bench.options.server.submit.accepted }),
  },
  {
    name: 'submit() sends one paid request also if it fails',
    test: bench =>
      assertOnePaidRequest(bench, { ...refusalsOf(bench.options.server), ...lostAnswers, 'a page of HTML': page }),
  },
  {
    name: 'submit() does not wait for the job',
    async test(bench) {
      const { requests } = await bench.submit(bench.options.server.submit.accepted);
      const last = requests[requests.length - 1];
      const isPaid = last !== undefined && bench.submitsIn([last]).length === 1;
      assertPort(
        isPaid,
        `submit() sent ${last?.method} ${last?.path} after the paid request. Answer with the job: the chart reads it.`,
      );
    },
  },
  {
    name: 'submit() of a job that goes on has no outcome',
    async test(bench) {
      const { answer } = await bench.submit(bench.options.server.submit.accepted);
      const kind = answer?.update?.kind;
      assertPort(
        kind === undefined || !outcomeKinds.includes(kind),
        `submit() answers with the update ${kind}, although the backend has only accepted the job.`,
      );
    },
  },
  {
    name: 'submit() sends the idempotency key',
    isMeant: usesKey,
    async test(bench) {
      const { requests } = await bench.submit(bench.options.server.submit.accepted);
      const isSent = bench.submitsIn(requests).some(({ text }) => text.includes(idempotencyKey));
      assertPort(
        isSent,
        'The paid request of submit() does not contain call.idempotencyKey. Send it, for example as the header Idempotency-Key.',
      );
    },
  },
  {
    name: 'submit() with a known key gives the same job',
    situation: situation('submit', 'repeated'),
    isMeant: declares('replays', true),
    async test(bench, repeated) {
      const first = await bench.submitted();
      const again = await bench.submit(repeated);
      assertPort(
        again.answer?.job.id === first.id,
        `submit() with a known key must answer with job ${first.id}: ${outcomeOf(again)}.`,
      );
    },
  },
  {
    name: 'submit() with a known key is refused',
    situation: situation('submit', 'repeated'),
    isMeant: declares('rejects'),
    async test(bench, repeated) {
      const again = await bench.submit(repeated);
      assertPort(
        isGenerationError(again.error),
        `submit() with a known key must throw a GenerationError: ${outcomeOf(again)}.`,
      );
    },
  },
  {
    name: 'submit() with a key in progress throws busy, and may be charged',
    isMeant: usesKey,
    situation: situation('submit', 'inProgress'),
    async test(bench, inProgress) {
      const attempt = await bench.submit(inProgress);
      assertThrown(attempt, 'submit', ['busy']);
      assertPort(
        attempt.failed?.failure.charged !== 'no',
        'submit() with a key in progress has charged: no, but a job is running or will be.',
      );
    },
  },
  refusal('unauthorized'),
  refusal('payment-required'),
  refusal('bad-input'),
  refusal('rate-limited', 'busy'),
  {
    name: 'submit() that is refused for load throws busy, and is not charged',
    situation: situation('submit', 'busy'),
    async test(bench, busy) {
      const attempt = await bench.submit(busy);
      assertThrown(attempt, 'submit', ['busy', 'rate-limited']);
      assertPort(
        attempt.failed?.failure.charged === 'no',
        `submit() that is refused for load must have charged: no: ${outcomeOf(attempt)}.`,
      );
    },
  },
  {
    name: 'submit() of content that is refused throws moderated',
    situation: situation('submit', 'moderated'),
    test: async (bench, moderated) => assertThrown(await bench.submit(moderated), 'submit', ['moderated']),
  },
  {
    name: 'submit() that is refused is not charged',
    async test(bench) {
      for (const [code, reply] of Object.entries(refusalsOf(bench.options.server))) {
        const attempt = await bench.submit(reply);
        assertPort(
          attempt.failed?.failure.charged === 'no',
          `submit() that is refused as ${code} must have charged: no: ${outcomeOf(attempt)}.`,
        );
      }
    },
  },
  {
    name: 'submit() whose answer is lost may be charged',
    async test(bench) {
      for (const [what, reply] of Object.entries(lostAnswers)) {
        const attempt = await bench.submit(reply);
        const isTold = attempt.isRejected && attempt.failed?.failure.charged !== 'no';
        assertPort(isTold, `submit() must throw with charged: maybe after ${what}: ${outcomeOf(attempt)}.`);
      }
    },
  },
  {
    name: 'submit() throws if the answer names no job, and may be charged',
    async test(bench) {
      for (const reply of [page, emptyObject]) {
        const attempt = await bench.submit(reply);
        const isTold = attempt.isRejected && attempt.failed?.failure.charged !== 'no';
        assertPort(
          isTold,
          `submit() must throw with charged: maybe if it is answered with ${reply.body}: ${outcomeOf(attempt)}.`,
        );
      }
    },
  },
  {
    name: 'submit() tells how long to wait',
    async test(bench) {
      const { rateLimited } = bench.options.server.submit;
      const attempt = await bench.submit(refusalsOf(bench.options.server)['rate-limited']);
      assertWait(attempt, 'submit', rateLimited !== undefined);
    },
  },
];

/** The kit's own answer asks for a time that is known. */
export function assertWait(attempt: Attempt<unknown>, call: string, isOwn: boolean): void {
  const waited = attempt.failed?.retryAfterMs;
  const isTold = isOwn ? waited !== undefined && waited > 0 : waited === waitMs;
  const expected = isOwn ? 'the time' : `${waitMs} ms`;
  assertPort(
    isTold,
    `${call}() that is asked to wait must throw with retryAfterMs, ${expected}: it is ${String(waited)}.`,
  );
}
