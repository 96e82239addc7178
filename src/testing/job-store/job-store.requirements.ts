import type { InsertLimits, NewStoredJob } from '../../server/store/job-store.js';
import { assertPort } from '../conformance/bench.js';
import { durationRequirements } from './duration.requirements.js';
import { leaseRequirements, lookRequirements } from './lease.requirements.js';
import { recordRequirements } from './record.requirements.js';
import { eventually, inserted, isEqual, type JobStoreRequirement, lease, minute, newJob } from './requirement.js';
import { transactionRequirements } from './transaction.requirements.js';

const kinds = (results: readonly { readonly kind: string }[]) => results.map(({ kind }) => kind).sort();

const insertRequirements: readonly JobStoreRequirement[] = [
  {
    name: 'migrate() can be repeated, also by two processes at once, and keeps what is there',
    async test(here, there) {
      const { id } = await inserted(here);
      await Promise.all([here.migrate(), there.migrate(), there.migrate()]);
      assertPort(await there.get(id), 'migrate() must keep the jobs that are there.');
    },
  },
  {
    name: 'insert() answers with the job: version 1, due at once, with the times of the store',
    async test(here, there) {
      const given = newJob();
      const before = await here.now();
      const result = await here.insert(given, lease('me'));
      assertPort(result.kind === 'inserted', `insert() of a new key must insert, and answered ${result.kind}.`);
      const { job } = result;
      const isRight = job.version === 1 && job.owner === 'me' && job.endedAt === null && job.dueAt === job.createdAt;
      assertPort(isRight, `insert() answered with ${JSON.stringify(job)}.`);
      assertPort(job.createdAt >= before - 1_000, 'insert() must take createdAt from the clock of the store.');
      const isSame = Object.entries(given).every(([name, value]) => isEqual(Reflect.get(job, name), value));
      assertPort(isSame, `insert() of ${JSON.stringify(given)} answered with ${JSON.stringify(job)}.`);
      const read = await there.get(given.id);
      assertPort(isEqual(read, job), `get() of another process answers ${JSON.stringify(read)}.`);
    },
  },
  {
    name: 'insert() with a known key of the user answers with its job, and changes nothing',
    async test(here, there) {
      const first = await inserted(here);
      const again = await there.insert(newJob({ key: first.key, wishHash: 'another' }), lease('me'));
      assertPort(
        again.kind === 'known' && isEqual(again.job, first),
        `insert() with a known key must answer with the first job as it is, and answered ${JSON.stringify(again)}.`,
      );
    },
  },
  {
    name: 'insert() with the key of another user inserts',
    async test(here) {
      const first = await inserted(here);
      const other = await here.insert(newJob({ key: first.key, userId: 'bob' }), undefined);
      assertPort(
        other.kind === 'inserted',
        'insert() with the key of another user must insert: keys are a user’s own.',
      );
    },
  },
  {
    name: 'insert() inserts one of two jobs with the same key that come at once',
    async test(here, there) {
      for (let round = 0; round < 10; round += 1) {
        const key = `raced-${round}`;
        const results = await Promise.all([
          here.insert(newJob({ key }), undefined),
          there.insert(newJob({ key }), undefined),
        ]);
        assertPort(
          isEqual(kinds(results), ['inserted', 'known']),
          `Two insert() with one key at once must answer inserted and known, and answered ${kinds(results)}.`,
        );
      }
    },
  },
  {
    name: 'insert() holds its limits',
    async test(here) {
      const first = await inserted(here);
      const limited = async (limits: InsertLimits, changes: Partial<NewStoredJob> = {}) => {
        const result = await here.insert(newJob(changes), undefined, limits);
        return result.kind === 'limited' ? result : undefined;
      };
      const perMinute = await limited({ perMinute: 1 });
      assertPort(perMinute?.by === 'perMinute', 'insert() must refuse the second job of a minute with perMinute: 1.');
      assertPort(
        perMinute.retryAfterMs > 0 && perMinute.retryAfterMs <= minute,
        `insert() that is limited to one a minute must say when to come back, and says ${perMinute.retryAfterMs} ms.`,
      );
      const ofUser = await limited({ runningOfUser: 1 }, { backend: 'video' });
      assertPort(ofUser?.by === 'runningOfUser', 'insert() must count the running jobs of a user over all backends.');
      const ofBackend = await limited({ runningOfBackend: 1 }, { userId: 'bob' });
      assertPort(
        ofBackend?.by === 'runningOfBackend',
        'insert() must count the running jobs of a backend of all users.',
      );
      const known = await here.insert(newJob({ key: first.key }), undefined, { perMinute: 1 });
      assertPort(known.kind === 'known', 'insert() must answer with the job of a known key, whatever the limits are.');
      await here.write(first.id, { version: first.version }, { status: 'completed', dueAt: null });
      const after = await here.insert(newJob(), undefined, { runningOfUser: 1, runningOfBackend: 1 });
      assertPort(after.kind === 'inserted', 'insert() must not count jobs that have ended as running.');
    },
  },
  {
    name: 'insert() holds its limits among jobs that come at once',
    async test(here, there) {
      const results = await Promise.all(
        Array.from({ length: 8 }, (_, at) => (at % 2 ? here : there).insert(newJob(), undefined, { runningOfUser: 3 })),
      );
      const { length } = results.filter(({ kind }) => kind === 'inserted');
      assertPort(length === 3, `Eight insert() at once with runningOfUser: 3 inserted ${length} jobs.`);
    },
  },
];

const writeRequirements: readonly JobStoreRequirement[] = [
  {
    name: 'write() changes what it is given, and counts the version',
    async test(here, there) {
      const { id, state, createdAt } = await inserted(here);
      const written = await here.write(id, { version: 1 }, { dueAt: 41 });
      assertPort(
        written?.version === 2 && written.dueAt === 41 && isEqual(written.state, state),
        `write() of dueAt answered with ${JSON.stringify(written)}.`,
      );
      const next = await there.write(id, { version: 2 }, { state: { other: true }, dueAt: null });
      assertPort(
        next?.version === 3 &&
          next.dueAt === null &&
          isEqual(next.state, { other: true }) &&
          next.createdAt === createdAt,
        `write() of a state answered with ${JSON.stringify(next)}.`,
      );
    },
  },
  {
    name: 'write() with another version changes nothing',
    async test(here, there) {
      const { id } = await inserted(here);
      await here.write(id, { version: 1 }, { state: { by: 'here' } });
      const late = await there.write(id, { version: 1 }, { state: { by: 'there' } });
      assertPort(late === undefined, 'write() with a version that is not the newest must answer nothing.');
      const job = await here.get(id);
      assertPort(isEqual(job?.state, { by: 'here' }), 'write() with an old version must change nothing.');
      assertPort(
        (await here.write('nobody', { version: 1 }, { dueAt: 1 })) === undefined,
        'write() of an unknown job must answer nothing.',
      );
    },
  },
  {
    name: 'write() lets one of two writers win that come at once',
    async test(here, there) {
      const { id } = await inserted(here);
      for (let version = 1; version < 10; version += 1) {
        const results = await Promise.all([
          here.write(id, { version }, { state: { by: 'here' } }),
          there.write(id, { version }, { state: { by: 'there' } }),
        ]);
        const { length } = results.filter(result => result !== undefined);
        assertPort(length === 1, `${length} of two write() with one version have changed the job. One must.`);
      }
    },
  },
  {
    name: 'write() by an owner changes nothing once the lease is somebody else’s',
    async test(here, there) {
      const { id } = await inserted(here);
      await here.claim(id, lease('first', 1));
      await eventually(() => there.claim(id, lease('second')), 'claim() must take a lease whose time is over.');
      const late = await here.write(id, { version: 1, owner: 'first' }, { dueAt: 1 });
      assertPort(late === undefined, 'write() of an owner whose lease was taken over must answer nothing.');
      const own = await there.write(id, { version: 1, owner: 'second' }, { release: true });
      assertPort(own?.owner === null && own.leaseUntil === null, 'write() with release must end the lease.');
    },
  },
  {
    name: 'write() of a final status says when the job ended, and of another one that it has not',
    async test(here) {
      const { id } = await inserted(here);
      const ended = await here.write(id, { version: 1 }, { status: 'failed', dueAt: null });
      assertPort(ended?.endedAt === ended?.updatedAt, `endedAt of a job that has just ended is ${ended?.endedAt}.`);
      const again = await here.write(id, { version: 2 }, { state: {} });
      assertPort(again?.endedAt === ended?.endedAt, 'A write after the end must keep endedAt.');
      const late = await here.write(id, { version: 3 }, { status: 'running' });
      assertPort(late?.endedAt === null, 'A job that goes on after all must have no endedAt.');
    },
  },
];

export const jobStoreRequirements: readonly JobStoreRequirement[] = [
  ...insertRequirements,
  ...writeRequirements,
  ...transactionRequirements,
  ...leaseRequirements,
  ...lookRequirements,
  ...durationRequirements,
  ...recordRequirements,
];
