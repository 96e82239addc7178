import type { FailureCode, JobUpdate } from '../../machines/generation/generation.port.js';
import { lostAnswers, page, rateLimited } from './answers.js';
import { type Attempt, assertPort, outcomeOf } from './bench.js';
import { isReadable, type Requirement, situation } from './requirement.js';
import { assertThrown, assertWait } from './submit.requirements.js';

/** The chart ends a paid generation on these. */
const finalCodes: readonly FailureCode[] = ['unauthorized', 'bad-input', 'payment-required', 'not-found'];

function assertKind(
  attempt: Attempt<JobUpdate<unknown> | void>,
  kinds: readonly JobUpdate<unknown>['kind'][],
  what: string,
): JobUpdate<unknown> {
  const { answer } = attempt;
  assertPort(
    answer && kinds.includes(answer.kind),
    `read() of ${what} must answer ${kinds.join(' or ')}: ${outcomeOf(attempt)}.`,
  );
  return answer;
}

/** A job that ended without a result. The reason is an answer: a read that throws is repeated. */
const endsAs = (name: 'failed' | 'moderated' | 'expired', code: FailureCode | undefined): Requirement => ({
  name: code ? `read() answers ${code} as a failed job` : 'read() answers a failed job, and does not throw',
  situation: situation('read', name),
  async test(bench, reply) {
    const update = assertKind(await bench.readOne(reply), ['failed'], `a job that is ${name}`);
    const told = update.kind === 'failed' ? update.failure.code : undefined;
    assertPort(
      !code || told === code,
      `read() of a job that is ${name} must answer the failure code ${code}, and answers ${told}.`,
    );
  },
});

const readableRequirements: readonly Requirement[] = [
  {
    name: 'read() sends one request, which is no submit',
    async test(bench) {
      const { requests } = await bench.readOne(bench.options.server.read.running);
      const { length } = requests;
      assertPort(length === 1, `read() of a running job sent ${length} requests. Send one: the chart repeats it.`);
      const changes = requests.find(one => bench.isSubmit(one) || ['PUT', 'PATCH', 'DELETE'].includes(one.method));
      assertPort(!changes, `read() sent ${changes?.method} ${changes?.path}, which changes something at the backend.`);
    },
  },
  {
    name: 'read() sends one request also if it fails',
    async test(bench) {
      const job = await bench.submitted();
      for (const [what, reply] of Object.entries({ ...lostAnswers, 'the answer 429': rateLimited })) {
        const { requests } = await bench.read(job, reply);
        assertPort(
          requests.length === 1,
          `read() sent ${requests.length} requests to a backend that answers with: ${what}. Send one: the chart repeats it.`,
        );
      }
    },
  },
  {
    name: 'read() asks the backend each time',
    async test(bench) {
      const job = await bench.submitted();
      const { running, succeeded } = bench.options.server.read;
      const { answer: before } = await bench.read(job, running);
      const { requests } = await bench.read(job, succeeded);
      assertPort(
        requests.length > 0,
        `read() sent no request, and answers ${before?.kind} as before. Ask the backend each time.`,
      );
    },
  },
  {
    name: 'read() leaves the job as it is',
    async test(bench) {
      const job = await bench.submitted();
      const before = JSON.stringify(job);
      await bench.read(job, bench.options.server.read.running);
      assertPort(JSON.stringify(job) === before, `read() changed the job from ${before} to ${JSON.stringify(job)}.`);
    },
  },
  {
    name: 'read() answers pending for a running job',
    test: async bench =>
      void assertKind(await bench.readOne(bench.options.server.read.running), ['pending'], 'a running job'),
  },
  {
    name: 'read() answers the phase queued for a job in the queue',
    situation: situation('read', 'queued'),
    async test(bench, queued) {
      const update = assertKind(await bench.readOne(queued), ['pending'], 'a job in the queue');
      const phase = update.kind === 'pending' ? update.phase : undefined;
      assertPort(
        phase === 'queued',
        `read() of a job in the queue must answer the phase queued, and answers ${phase}.`,
      );
    },
  },
  {
    name: 'read() answers when to read next',
    situation: situation('read', 'paced'),
    async test(bench, paced) {
      const update = assertKind(await bench.readOne(paced), ['pending'], 'a job that is to be read later');
      const waited = update.kind === 'pending' ? update.readAfterMs : undefined;
      assertPort(
        waited !== undefined && waited > 0,
        `read() must answer with readAfterMs if the backend says when to read next: it is ${String(waited)}.`,
      );
    },
  },
  {
    name: 'read() answers pending for an unknown status',
    situation: situation('read', 'unknownStatus'),
    test: async (bench, unknown) =>
      void assertKind(await bench.readOne(unknown), ['pending', 'changed'], 'a job of unknown status'),
  },
  {
    name: 'read() answers an output for a job that has succeeded',
    async test(bench) {
      const update = assertKind(
        await bench.readOne(bench.options.server.read.succeeded),
        ['succeeded'],
        'a job that has succeeded',
      );
      const output: unknown = update.kind === 'succeeded' ? update.output : undefined;
      assertPort(
        output !== undefined && output !== null,
        'read() of a job that has succeeded answers without an output.',
      );
    },
  },
  endsAs('failed', undefined),
  endsAs('moderated', 'moderated'),
  endsAs('expired', 'expired'),
  {
    name: 'read() answers cancelled for a job that was stopped',
    situation: situation('read', 'cancelled'),
    test: async (bench, cancelled) =>
      void assertKind(await bench.readOne(cancelled), ['cancelled'], 'a job that was stopped'),
  },
  {
    name: 'read() throws not-found for a job that is not there',
    test: async bench =>
      assertThrown(await bench.readOne(bench.options.server.read.notFound ?? { status: 404 }), 'read', ['not-found']),
  },
  {
    name: 'read() throws unauthorized if the credentials are refused',
    test: async bench =>
      assertThrown(await bench.readOne(bench.options.server.read.unauthorized ?? { status: 401 }), 'read', [
        'unauthorized',
      ]),
  },
  {
    name: 'read() that fails is no failed job',
    async test(bench) {
      const job = await bench.submitted();
      for (const [what, reply] of Object.entries({ ...lostAnswers, 'a page of HTML': page })) {
        const attempt = await bench.read(job, reply);
        const code = attempt.failed?.failure.code;
        const isRepeated = code !== undefined && !finalCodes.includes(code);
        assertPort(
          isRepeated,
          `read() must throw an error after which it is repeated, such as network, after ${what}: ${outcomeOf(attempt)}.`,
        );
      }
    },
  },
  {
    name: 'read() tells how long to wait',
    async test(bench) {
      const own = bench.options.server.read.rateLimited;
      const attempt = await bench.readOne(own ?? rateLimited);
      assertThrown(attempt, 'read', ['rate-limited', 'busy']);
      assertWait(attempt, 'read', own !== undefined);
    },
  },
];

export const readRequirements: readonly Requirement[] = [
  ...readableRequirements.map(requirement => ({ ...requirement, isMeant: isReadable })),
  {
    name: 'read() answers ignored where the stream is the job',
    isMeant: adapter => !isReadable(adapter),
    test: async bench =>
      void assertKind(await bench.readOne(bench.options.server.read.running), ['ignored'], 'a job that is its stream'),
  },
];
