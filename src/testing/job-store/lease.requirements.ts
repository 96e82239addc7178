import type { JobStore } from '../../server/store/job-store.js';
import { assertPort } from '../conformance/bench.js';
import { eventually, inserted, isEqual, type JobStoreRequirement, lease } from './requirement.js';

/** A job that is due at this time, and in nobody's hands. */
async function dueAt(store: JobStore, time: number | null): Promise<string> {
  const { id, version } = await inserted(store);
  await store.write(id, { version }, { dueAt: time });
  return id;
}

/** Leases, and what is due: who makes the next step of a job. */
export const leaseRequirements: readonly JobStoreRequirement[] = [
  {
    name: 'claim() gives a job to one owner, until it is released',
    async test(here, there) {
      const { id } = await inserted(here);
      const claimed = await here.claim(id, lease('first'));
      assertPort(
        claimed?.owner === 'first' && claimed.version === 1,
        `claim() of a free job must give it to its owner, and answered ${JSON.stringify(claimed)}.`,
      );
      assertPort((await there.claim(id, lease('second'))) === undefined, 'claim() must not give a job to two owners.');
      await there.release(id, 'second');
      assertPort((await there.claim(id, lease('second'))) === undefined, 'release() by another must change nothing.');
      await here.release(id, 'first');
      assertPort(
        await there.claim(id, lease('second')),
        'claim() after release() must give the job to the next owner.',
      );
      assertPort((await here.claim('nobody', lease('first'))) === undefined, 'claim() of no job must answer nothing.');
    },
  },
  {
    name: 'claim() gives a job to one of two owners that come at once',
    async test(here, there) {
      const { id } = await inserted(here);
      const claims = await Promise.all([here.claim(id, lease('first')), there.claim(id, lease('second'))]);
      const { length } = claims.filter(claim => claim !== undefined);
      assertPort(length === 1, `${length} of two claim() at once have got the job. One must.`);
    },
  },
  {
    name: 'renew() prolongs a lease, and says so if it was taken over',
    async test(here, there) {
      const { id } = await inserted(here);
      const claimed = await here.claim(id, lease('first', 1));
      assertPort(await here.renew(id, lease('first')), 'renew() of one’s own lease must answer true.');
      const renewed = await there.get(id);
      assertPort(
        Number(renewed?.leaseUntil) > Number(claimed?.leaseUntil),
        'renew() must set the end of the lease anew, counted from now.',
      );
      assertPort(
        (await there.claim(id, lease('second'))) === undefined,
        'A lease that was renewed must not be given away.',
      );
      assertPort(!(await there.renew(id, lease('second'))), 'renew() of somebody else’s lease must answer false.');
      await here.renew(id, lease('first', 1));
      await eventually(() => there.claim(id, lease('second')), 'claim() must take a lease whose time is over.');
      assertPort(!(await here.renew(id, lease('first'))), 'renew() of a lease that was taken over must answer false.');
    },
  },
  {
    name: 'claimDue() gives what is due and free, the longest due first, up to the limit',
    async test(here) {
      const now = await here.now();
      const [late, later] = [await dueAt(here, now - 2_000), await dueAt(here, now - 1_000)];
      await dueAt(here, now + 600_000);
      await dueAt(here, null);
      const owned = await dueAt(here, now - 3_000);
      await here.claim(owned, lease('another'));
      const one = await here.claimDue(lease('me'), 1);
      assertPort(
        isEqual(
          one.map(({ id }) => id),
          [late],
        ),
        'claimDue() must give what has been due for the longest time.',
      );
      const rest = await here.claimDue(lease('me too'), 10);
      const isRight =
        isEqual(
          rest.map(({ id }) => id),
          [later],
        ) && rest[0]?.owner === 'me too';
      assertPort(isRight, `claimDue() must give what is due and free, and gave ${rest.map(({ id }) => id).join()}.`);
    },
  },
  {
    name: 'claimDue() leaves what has not been due for long, if it is asked to',
    async test(here) {
      const now = await here.now();
      const late = await dueAt(here, now - 60_000);
      const recent = await dueAt(here, now - 1_000);
      const claimed = await here.claimDue(lease('me'), 10, 30_000);
      assertPort(
        isEqual(
          claimed.map(({ id }) => id),
          [late],
        ),
        'claimDue() with lateMs must give only what has been due for at least this long.',
      );
      assertPort((await here.get(recent))?.owner === null, 'claimDue() with lateMs must not take a recent one.');
    },
  },
  {
    name: 'claimDue() gives no job to two processes',
    async test(here, there) {
      const now = await here.now();
      for (let at = 0; at < 20; at += 1) await dueAt(here, now - 1_000);
      const parts = await Promise.all(
        Array.from({ length: 6 }, (_, at) => (at % 2 ? here : there).claimDue(lease(`worker-${at}`), 5)),
      );
      const ids = parts.flat().map(({ id }) => id);
      assertPort(
        new Set(ids).size === ids.length,
        'claimDue() of two processes at once must not give one job to both.',
      );
      assertPort(ids.length === 20, `claimDue() gave ${ids.length} of 20 jobs that were due.`);
    },
  },
];

/** How jobs are found, deleted and watched. */
export const lookRequirements: readonly JobStoreRequirement[] = [
  {
    name: 'jobs are found by id, by ids and by key',
    async test(here, there) {
      const [one, other] = [await inserted(here), await inserted(there, { userId: 'bob' })];
      assertPort(isEqual(await there.get(one.id), one), 'get() must find what another process has inserted.');
      assertPort((await here.get('nobody')) === undefined, 'get() of no job must answer nothing.');
      const many = await here.getMany([other.id, 'nobody', one.id]);
      assertPort(
        isEqual(many.map(({ id }) => id).sort(), [one.id, other.id].sort()),
        'getMany() must find each job that is there, and leave the others out.',
      );
      assertPort((await here.getMany([])).length === 0, 'getMany() of no ids must answer an empty list.');
      assertPort(isEqual(await here.findByKey('bob', other.key), other), 'findByKey() must find the job of a key.');
      assertPort(
        (await here.findByKey('ada', other.key)) === undefined,
        'findByKey() must not find the key of another user.',
      );
    },
  },
  {
    name: 'list() tells what has no end, and what has changed since',
    async test(here) {
      const running = await inserted(here);
      const ended = await inserted(here);
      await inserted(here, { userId: 'bob' });
      await inserted(here, { backend: 'video' });
      await here.write(ended.id, { version: 1 }, { status: 'completed', dueAt: null });
      const query = { userId: 'ada', backend: 'image', limit: 10 };
      const since = async (time: number) => (await here.list({ ...query, since: time })).map(({ id }) => id).sort();
      assertPort(
        isEqual(await since(0), [running.id, ended.id].sort()),
        'list() must tell what has changed since then.',
      );
      assertPort(
        isEqual(await since((await here.now()) + 60_000), [running.id]),
        'list() must tell what runs, however old it is, and leave out what ended before.',
      );
      assertPort((await here.list({ ...query, since: 0, limit: 1 })).length === 1, 'list() must not exceed its limit.');
    },
  },
  {
    name: 'count() counts what has no end by its backend, and says how late the longest due free job is',
    async test(here, there) {
      const counted = await here.count();
      assertPort(
        Object.keys(counted.running).length === 0 && counted.lateMs === 0,
        `count() of an empty store answered ${JSON.stringify(counted)}.`,
      );
      const now = await here.now();
      await dueAt(there, now - 20_000);
      await dueAt(there, now + 600_000);
      const video = await inserted(there, { backend: 'video', status: 'submitting' });
      await there.write(video.id, { version: 1 }, { dueAt: null });
      const ended = await inserted(there);
      await there.write(ended.id, { version: 1 }, { status: 'completed', dueAt: null });
      const owned = await dueAt(there, now - 90_000);
      await there.claim(owned, lease('another'));
      const { running, lateMs } = await here.count();
      assertPort(
        isEqual(Object.entries(running).sort(), [
          ['image', 3],
          ['video', 1],
        ]),
        `count() of 3 jobs of image and 1 of video that run answered ${JSON.stringify(running)}.`,
      );
      assertPort(
        lateMs >= 20_000 && lateMs < 80_000,
        `count() must say for how long the longest due job waits that nobody has, 20 s, and answered ${lateMs} ms.`,
      );
    },
  },
  {
    name: 'prune() deletes what ended before, and frees its key',
    async test(here) {
      const [running, ended] = [await inserted(here), await inserted(here)];
      await here.write(ended.id, { version: 1 }, { status: 'completed', dueAt: null });
      assertPort((await here.prune(1)) === 0, 'prune() must keep what ended after the given time.');
      const pruned = await here.prune((await here.now()) + 60_000);
      assertPort(pruned === 1, `prune() of one ended job answered ${pruned}.`);
      assertPort((await here.get(ended.id)) === undefined, 'prune() must delete what has ended.');
      assertPort(await here.get(running.id), 'prune() must keep what has no end.');
      await inserted(here, { key: ended.key });
    },
  },
  {
    name: 'prune() keeps what has ended and is still due',
    async test(here) {
      const { id } = await inserted(here);
      await here.write(id, { version: 1 }, { status: 'completed', dueAt: (await here.now()) + 600_000 });
      const pruned = await here.prune((await here.now()) + 60_000);
      assertPort(pruned === 0 && (await here.get(id)), 'prune() must keep a job with work that is left after its end.');
      await here.write(id, { version: 2 }, { dueAt: null });
      const after = await here.prune((await here.now()) + 60_000);
      assertPort(after === 1, `prune() of one ended job without such work answered ${after}.`);
    },
  },
  {
    name: 'watch() tells of inserts and writes, also of another process, until it is stopped',
    async test(here, there) {
      const told: string[] = [];
      const stop = here.watch(({ id, version }) => told.push(`${id} ${version}`));
      const isTold = (text: string) =>
        eventually(async () => told.includes(text) || undefined, `watch() must tell ${text}.`);
      const own = await inserted(here);
      await isTold(`${own.id} 1`);
      const other = await inserted(there);
      await isTold(`${other.id} 1`);
      await there.write(other.id, { version: 1 }, { dueAt: 1 });
      await isTold(`${other.id} 2`);
      stop();
      told.length = 0;
      await inserted(here);
      assertPort(told.length === 0, 'watch() must tell nothing once it is stopped.');
    },
  },
];
