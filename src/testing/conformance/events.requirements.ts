import type { FailureCode } from '../../machines/generation/generation.port.js';
import { lostAnswers, rateLimited, waitMs } from './answers.js';
import { assertPort, type Bench, outcomeOf } from './bench.js';
import type { Reply } from './loopback-server.js';
import { type Requirement, situation } from './requirement.js';

const member = 'events';
const running = situation('events', 'running');
const comment: Reply = { status: 200, headers: { 'content-type': 'text/event-stream' }, body: ': ping\n\n' };
const outcomes: readonly string[] = ['succeeded', 'failed', 'cancelled'];

const kindsOf = (updates: readonly { readonly kind: string }[]) =>
  updates.map(({ kind }) => kind).join(', ') || 'no update';

async function assertNoStream(bench: Bench, reply: Reply) {
  const stream = await bench.stream(reply);
  const code: FailureCode | undefined = stream.failed?.failure.code;
  assertPort(code === 'not-found', `events() of a job without a stream must throw not-found: ${outcomeOf(stream)}.`);
}

export const eventsRequirements: readonly Requirement[] = [
  {
    name: 'events() calls onOpen when the stream is open',
    member,
    async test(bench) {
      const { openCount } = await bench.stream(bench.options.server.events?.silent ?? comment, {
        until: stream => stream.openCount > 0,
      });
      assertPort(openCount > 0, 'events() did not call onOpen, although the backend has answered with a stream.');
    },
  },
  {
    name: 'events() calls onAlive when bytes arrive that are no event',
    member,
    async test(bench) {
      const { aliveCount } = await bench.stream(bench.options.server.events?.silent ?? comment, {
        until: stream => stream.aliveCount > 0,
      });
      assertPort(
        aliveCount > 0,
        'events() did not call onAlive for bytes without an event: the stream counts as dead.',
      );
    },
  },
  {
    name: 'events() yields that the job goes on',
    member,
    situation: running,
    async test(bench, answer) {
      const { updates } = await bench.stream(answer);
      const isTold = updates.some(({ kind }) => kind === 'pending' || kind === 'changed');
      const isRight = isTold && !updates.some(({ kind }) => outcomes.includes(kind));
      assertPort(isRight, `events() must yield pending or changed for a running job, and yields ${kindsOf(updates)}.`);
    },
  },
  {
    name: 'events() yields the result, or that a read has it',
    member,
    situation: situation('events', 'succeeded'),
    async test(bench, answer) {
      const { updates } = await bench.stream(answer);
      const isTold = updates.some(
        update => update.kind === 'changed' || (update.kind === 'succeeded' && update.output !== undefined),
      );
      assertPort(
        isTold,
        `events() must yield succeeded with an output, or changed, for a job that has succeeded, and yields ${kindsOf(updates)}.`,
      );
    },
  },
  {
    name: 'events() ends when the stream ends',
    member,
    situation: running,
    async test(bench, answer) {
      // The bench complains if it does not end.
      const { requests } = await bench.stream(answer);
      const { length } = requests;
      assertPort(length === 1, `events() opened ${length} streams in one call. Open one: the chart opens it again.`);
    },
  },
  {
    name: 'events() opens one stream also if it fails',
    member,
    async test(bench) {
      for (const [what, reply] of Object.entries(lostAnswers)) {
        const { requests } = await bench.stream(reply);
        assertPort(
          requests.length === 1,
          `events() sent ${requests.length} requests to a backend that answers with: ${what}. Send one: the chart repeats it.`,
        );
      }
    },
  },
  {
    name: 'events() throws not-found where there is no stream',
    member,
    test: bench => assertNoStream(bench, bench.options.server.events?.noStream ?? { status: 404 }),
  },
  {
    name: 'events() throws another error if the stream is only lost',
    member,
    async test(bench) {
      for (const [what, reply] of Object.entries({
        ...lostAnswers,
        'the answer 401': { status: 401 },
        'the answer 429': rateLimited,
      })) {
        const stream = await bench.stream(reply);
        const isLost = stream.isRejected && stream.failed?.failure.code !== 'not-found';
        assertPort(
          isLost,
          `events() must throw after ${what}, and not with not-found, which ends all streaming: ${outcomeOf(stream)}.`,
        );
      }
    },
  },
  {
    name: 'events() tells how long to wait',
    member,
    async test(bench) {
      const { failed, retryMs } = await bench.stream(rateLimited);
      const isTold = failed?.retryAfterMs === waitMs || retryMs.includes(waitMs);
      assertPort(
        isTold,
        `events() that is asked to wait ${waitMs} ms must throw with retryAfterMs: it is ${String(failed?.retryAfterMs)}.`,
      );
    },
  },
  {
    name: 'events() ignores events of another job',
    member,
    situation: situation('events', 'otherJob'),
    async test(bench, answer) {
      const { updates } = await bench.stream(answer);
      const taken = updates.find(({ kind }) => kind !== 'ignored' && kind !== 'changed');
      assertPort(!taken, `events() yields ${taken?.kind} for an event of another job, and must yield ignored.`);
    },
  },
  {
    name: 'events() goes on after an event that is none',
    member,
    situation: situation('events', 'garbled'),
    async test(bench, answer) {
      const { updates } = await bench.stream(answer);
      const isTold = updates.some(({ kind }) => kind === 'pending' || kind === 'changed');
      const isRight = isTold && !updates.some(({ kind }) => outcomes.includes(kind));
      assertPort(
        isRight,
        `events() must yield ignored for an event that is none, then the next event, and yields ${kindsOf(updates)}.`,
      );
    },
  },
  {
    name: 'events() puts an event together that arrives in parts',
    member,
    situation: running,
    async test(bench, answer) {
      const job = await bench.submitted();
      const { updates: whole } = await bench.stream(answer, { job });
      const { updates } = await bench.stream(answer, { job, isInParts: true });
      assertPort(
        JSON.stringify(updates) === JSON.stringify(whole),
        `events() must yield the same for a body that arrives in two parts, and yields ${kindsOf(updates)} in place of ${kindsOf(whole)}.`,
      );
    },
  },
  {
    name: 'events() reports event ids, and opens the stream with the last one',
    member,
    situation: situation('events', 'withId'),
    async test(bench, answer) {
      const { ids } = await bench.stream(answer);
      assertPort(
        ids.includes('last-1'),
        `events() must call onId with last-1, and calls it with ${ids.join(', ') || 'no id'}.`,
      );
      const { requests } = await bench.stream(answer, { lastEventId: 'last-1' });
      const isSent = requests.some(({ text }) => text.includes('last-1'));
      assertPort(isSent, 'events() does not send call.lastEventId: what happened between two streams is lost.');
    },
  },
];
