import type { InTransaction } from '../../server/store/job-store.js';
import { assertPort } from '../conformance/bench.js';
import { inserted, isEqual, type JobStoreRequirement, lease, newJob } from './requirement.js';

type Answer<TResult> = TResult | { readonly error: unknown };

const settled = <TResult>(call: Promise<TResult>): Promise<Answer<TResult>> =>
  call.catch((error: unknown) => ({ error }));

const isRefusedWith = (answer: unknown, error: Error): boolean =>
  typeof answer === 'object' && answer !== null && Reflect.get(answer, 'error') === error;

const refusal = () => new Error('This is thrown within a transaction.');

/** Counts how often it is called, and with which job. */
function counted(answer: InTransaction<unknown> = async () => undefined) {
  const versions: number[] = [];
  const within: InTransaction<unknown> = async (transaction, job) => {
    versions.push(job.version);
    return answer(transaction, job);
  };
  return { versions, within };
}

/** What is done together with an insert or a write. */
export const transactionRequirements: readonly JobStoreRequirement[] = [
  {
    name: 'insert() calls back with the job, and stores the state that it is told',
    async test(here, there) {
      const given = newJob();
      const { versions, within } = counted(async (_, { state }) => ({ ...state, reserved: 3 }));
      const result = await here.insert(given, lease('me'), {}, within);
      assertPort(result.kind === 'inserted', `insert() of a new key must insert, and answered ${result.kind}.`);
      assertPort(isEqual(versions, [1]), `insert() must call back once, and did so for versions ${versions}.`);
      const state = { ...given.state, reserved: 3 };
      assertPort(isEqual(result.job.state, state), `insert() answered with ${JSON.stringify(result.job)}.`);
      assertPort(isEqual(await there.get(given.id), result.job), 'The state that is told must be stored.');
    },
  },
  {
    name: 'insert() leaves nothing if what it calls back throws, and the key is free',
    async test(here, there) {
      const told: string[] = [];
      const stop = here.watch(({ id }) => told.push(id));
      const given = newJob();
      const error = refusal();
      const refused = await settled(here.insert(given, lease('me'), {}, () => Promise.reject(error)));
      assertPort(isRefusedWith(refused, error), 'insert() must reject with what was thrown within it.');
      assertPort((await there.get(given.id)) === undefined, 'insert() must leave no job that was refused within it.');
      stop();
      assertPort(told.length === 0, 'watch() must not tell of a job that was not stored.');
      const again = await there.insert(newJob({ key: given.key }), undefined, { perMinute: 1 });
      assertPort(again.kind === 'inserted', 'The key of a refused job must be free, and it must count for no limit.');
    },
  },
  {
    name: 'insert() calls nobody back if it inserts nothing',
    async test(here, there) {
      const first = await inserted(here);
      const { versions, within } = counted();
      await there.insert(newJob({ key: first.key }), undefined, {}, within);
      await there.insert(newJob(), undefined, { perMinute: 1 }, within);
      assertPort(versions.length === 0, 'insert() must not call back for a known key, or beyond a limit.');
    },
  },
  {
    name: 'write() calls back with the job as it is written, and stores the state that it is told',
    async test(here, there) {
      const { id } = await inserted(here);
      const { versions, within } = counted(async (_, { status }) => ({ settled: status }));
      const written = await here.write(id, { version: 1 }, { status: 'completed', dueAt: null }, within);
      assertPort(isEqual(versions, [2]), `write() must call back once, and did so for versions ${versions}.`);
      assertPort(
        isEqual(written?.state, { settled: 'completed' }) && written?.version === 2,
        `write() answered with ${JSON.stringify(written)}.`,
      );
      assertPort(isEqual(await there.get(id), written), 'The state that is told must be stored.');
    },
  },
  {
    name: 'write() changes nothing if what it calls back throws, and can be made again',
    async test(here, there) {
      const first = await inserted(here);
      const error = refusal();
      const change = { status: 'completed', dueAt: null } as const;
      const refused = await settled(here.write(first.id, { version: 1 }, change, () => Promise.reject(error)));
      assertPort(isRefusedWith(refused, error), 'write() must reject with what was thrown within it.');
      assertPort(isEqual(await there.get(first.id), first), 'write() must change nothing if it was refused within it.');
      const again = await there.write(first.id, { version: 1 }, change);
      assertPort(again?.status === 'completed', 'write() after one that was refused within it must write.');
    },
  },
  {
    name: 'write() calls nobody back if its condition does not hold',
    async test(here) {
      const { id } = await inserted(here);
      const { versions, within } = counted();
      await here.write(id, { version: 7 }, { dueAt: 1 }, within);
      await here.write(id, { version: 1, owner: 'nobody' }, { dueAt: 1 }, within);
      await here.write('nobody', { version: 1 }, { dueAt: 1 }, within);
      assertPort(versions.length === 0, 'write() must not call back if it writes nothing.');
    },
  },
  {
    name: 'write() keeps what one of two writers has told within it that come at once',
    async test(here, there) {
      const { id } = await inserted(here);
      for (let version = 1; version < 6; version += 1) {
        const by = (who: string): InTransaction<unknown> => {
          return async () => ({ by: who, version });
        };
        const results = await Promise.all([
          here.write(id, { version }, { dueAt: 1 }, by('here')),
          there.write(id, { version }, { dueAt: 2 }, by('there')),
        ]);
        const [winner, ...others] = results.filter(result => result !== undefined);
        assertPort(winner && others.length === 0, 'One of two write() with one version must change the job.');
        const expected = { by: winner.dueAt === 1 ? 'here' : 'there', version };
        assertPort(isEqual(winner.state, expected), `write() by both has left ${JSON.stringify(winner.state)}.`);
      }
    },
  },
];
