import { assertPort, outcomeOf } from './bench.js';
import { isReadable, type Requirement } from './requirement.js';

const modes: readonly unknown[] = [undefined, true, false, 'replays', 'rejects'];
const tells: readonly unknown[] = ['changes', 'states', 'outcome'];

export const adapterWideRequirements: readonly Requirement[] = [
  {
    name: 'the adapter declares what the port knows',
    async test({ adapter }) {
      const { idempotentSubmit, idempotencyWindowMs, stream } = adapter;
      assertPort(
        modes.includes(idempotentSubmit),
        `idempotentSubmit is ${String(idempotentSubmit)}, and must be replays or rejects.`,
      );
      const isWindow = idempotencyWindowMs === undefined || idempotencyWindowMs > 0;
      assertPort(
        isWindow,
        `idempotencyWindowMs is ${String(idempotencyWindowMs)}, and must be a number of ms above 0.`,
      );
      assertPort(
        !stream || tells.includes(stream.tells),
        `stream.tells is ${String(stream?.tells)}, and must be changes, states or outcome.`,
      );
    },
  },
  {
    name: 'the origin is the same for each adapter of a backend, and holds no secret',
    member: 'origin',
    async test(bench) {
      const originOf = ({ origin }: typeof bench.adapter) => (typeof origin === 'function' ? origin() : origin);
      const origin: unknown = originOf(bench.adapter);
      const other: unknown = originOf(bench.create({ url: bench.server.url }));
      assertPort(
        typeof origin === 'string' && origin === other,
        `The origin is ${String(origin)} and then ${String(other)}, and must be the same text.`,
      );
      const isBare = !/[?#]|\/\/[^/]*@/.test(origin) && !bench.options.secrets?.some(secret => origin.includes(secret));
      assertPort(isBare, 'The origin has a query or credentials in it. It is stored with each job.');
    },
  },
  {
    name: 'a new adapter follows a job from its JSON',
    isMeant: isReadable,
    async test(bench) {
      const job = await bench.submitted();
      const { succeeded } = bench.options.server.read;
      const before = await bench.read(job, succeeded);
      const later = bench.create({ url: bench.server.url });
      const attempt = await bench.read(JSON.parse(JSON.stringify(job)), succeeded, later);
      const isSame = JSON.stringify(attempt.answer) === JSON.stringify(before.answer);
      assertPort(
        isSame && !attempt.isRejected,
        `read() of a new adapter must answer as before. What it needs belongs into the job: ${outcomeOf(attempt)}.`,
      );
    },
  },
  {
    name: 'two adapters share nothing',
    isMeant: isReadable,
    async test(bench) {
      const job = await bench.submitted();
      const { running } = bench.options.server.read;
      const other = await bench.openAnotherServer();
      const second = bench.create({ url: other.url });
      other.setReply(running);
      const { requests } = await bench.read(job, running);
      assertPort(
        requests.length > 0,
        'read() of the first adapter asked the backend of the second one, which was made later.',
      );
      const { requests: strays } = await bench.read(job, running, second);
      assertPort(strays.length === 0, 'read() of the second adapter asked the backend of the first one.');
      assertPort(other.requests.length > 0, 'read() of the second adapter did not ask its own backend.');
    },
  },
];
