import { lostAnswers, page } from './answers.js';
import { assertPort, idempotencyKey, outcomeOf } from './bench.js';
import { type Requirement, situation } from './requirement.js';

/** What becomes of a submit whose answer was lost, by its key. The two calls differ in what they ask for. */
const lookupRequirements = (call: 'find' | 'cancelByKey'): readonly Requirement[] => [
  {
    name: `${call}() answers with the job of a known key`,
    member: call,
    situation: situation(call, 'known'),
    async test(bench, known) {
      const { id } = await bench.submitted();
      const attempt = await bench.attempt(call, known, given => bench.adapter[call]?.(idempotencyKey, given));
      assertPort(
        attempt.answer?.job.id === id,
        `${call}() with the key of job ${id} must answer with that job: ${outcomeOf(attempt)}.`,
      );
    },
  },
  {
    name: `${call}() sends the key, and submits nothing`,
    member: call,
    situation: situation(call, 'known'),
    async test(bench, known) {
      await bench.submitted();
      const { requests } = await bench.attempt(call, known, given => bench.adapter[call]?.(idempotencyKey, given));
      assertPort(
        requests.some(({ text }) => text.includes(idempotencyKey)),
        `${call}() does not send the key that it is about.`,
      );
      assertPort(!requests.some(one => bench.isSubmit(one)), `${call}() sent a submit, which is charged.`);
    },
  },
  {
    name: `${call}() answers undefined for an unknown key`,
    member: call,
    situation: situation(call, 'unknown'),
    async test(bench, unknown) {
      const attempt = await bench.attempt(call, unknown, given => bench.adapter[call]?.(idempotencyKey, given));
      const isRight = !attempt.isRejected && attempt.answer === undefined;
      assertPort(
        isRight,
        `${call}() with a key that the backend does not know must answer nothing: ${outcomeOf(attempt)}.`,
      );
    },
  },
  {
    name: `${call}() that fails does not say that there is no job`,
    member: call,
    async test(bench) {
      for (const [what, reply] of Object.entries({ ...lostAnswers, 'a page of HTML': page })) {
        const attempt = await bench.attempt(call, reply, given => bench.adapter[call]?.(idempotencyKey, given));
        assertPort(
          attempt.isRejected,
          `${call}() must throw after ${what}. To answer nothing says that nothing was bought: ${outcomeOf(attempt)}.`,
        );
      }
    },
  },
];

export const keyRequirements: readonly Requirement[] = [
  ...lookupRequirements('find'),
  ...lookupRequirements('cancelByKey'),
];
