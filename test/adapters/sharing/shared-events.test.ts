import type { EventsCall, JobRef, JobUpdate } from 'generation-lifecycle';
import { readEventStream, sharedEvents } from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';
import { channelServer } from '../../support/channel-server.js';
import { follow } from '../../support/follower.js';
import { loopback } from '../../support/loopback.js';

type Message = { readonly ids?: readonly string[]; readonly update: JobUpdate<string> };

const progress = (share: number): JobUpdate<string> => ({ kind: 'pending', progress: share });
const changed: JobUpdate<string> = { kind: 'changed' };
const succeeded = (output: string): JobUpdate<string> => ({ kind: 'succeeded', output });

/** Messages over the one channel of a server: each lists whom it is for, or is for all. */
function sharing(url: string, channelOf: (job: JobRef) => string = () => 'user.1', maxConnections?: number) {
  return sharedEvents<Message, string>({
    async *open(channel: string, call: EventsCall, job: JobRef) {
      for await (const { data } of readEventStream(`${url}/${channel}`, { ...call, job })) yield JSON.parse(data);
    },
    route: { channelOf, idsIn: ({ ids }) => ids, toUpdate: ({ update }) => update },
    maxConnections,
  });
}

/** So many who follow on one connection, which is open. */
async function followers(ids: readonly string[]) {
  const server = await channelServer();
  const shared = sharing(server.url);
  const all = ids.map(id => follow(shared, { id }));
  const endings = all.map(({ ending }) => ending());
  const channel = await server.channel(0);
  await Promise.all(all.map(({ opened }) => opened()));
  return { server, shared, all, endings, channel };
}

describe('one connection', () => {
  it('is shared by all jobs of a channel, and each hears what is about it', async () => {
    const { server, all, channel } = await followers(['a', 'b', 'c']);
    channel.send({ ids: ['a'], update: progress(0.1) });
    channel.send({ ids: ['b', 'b', 'x'], update: changed });
    channel.send({ ids: [], update: succeeded('nobody') });
    channel.send({ update: succeeded('all') });
    await Promise.all(all.map(({ updates }) => expect.poll(() => updates).toContainEqual(succeeded('all'))));
    expect(all.map(({ updates }) => updates)).toEqual([
      [progress(0.1), succeeded('all')],
      [changed, succeeded('all')],
      [succeeded('all')],
    ]);
    expect(server.heard.map(({ path }) => path)).toEqual(['/user.1']);
  });

  it('serves two who follow the same job', async () => {
    const { all, channel } = await followers(['a', 'a']);
    channel.send({ ids: ['a'], update: changed });
    await Promise.all(all.map(({ heard }) => heard(1)));
  });

  it('is open at once for who joins it, without another byte', async () => {
    const { server, shared } = await followers(['a']);
    const late = follow(shared, { id: 'b' });
    const ending = late.ending();
    await late.opened();
    expect(server.heard).toHaveLength(1);
    late.abort();
    expect(await ending).toBe('enough');
  });

  it('goes on for the others when one is aborted, and closes with the last', async () => {
    const { server, shared, all, endings, channel } = await followers(['a', 'b']);
    all[0]?.abort();
    expect(await endings[0]).toBe('enough');
    channel.send({ update: changed });
    await all[1]?.heard(1);
    expect(all[0]?.updates).toEqual([]);
    all[1]?.abort();
    await channel.heard.closed;
    const next = follow(shared, { id: 'a' });
    void next.ending();
    await next.opened();
    expect(server.heard).toHaveLength(2);
  });

  it('closes although the last who was aborted does not ask for more', async () => {
    const server = await channelServer();
    const idle = follow(sharing(server.url), { id: 'a' });
    const first = idle.iterator.next();
    const channel = await server.channel(0);
    channel.send({ update: changed });
    expect(await first).toMatchObject({ value: changed });
    idle.abort();
    await channel.heard.closed;
  });

  it('delivers nothing after an abort, not even what had arrived', async () => {
    const { all, endings, channel } = await followers(['a', 'b']);
    channel.send({ ids: ['a', 'b'], update: changed });
    await all[1]?.heard(1);
    all[0]?.abort();
    const heard = all[0]?.updates.length;
    channel.send({ ids: ['a', 'b'], update: succeeded('late') });
    await all[1]?.heard(2);
    expect(await endings[0]).toBe('enough');
    expect(all[0]?.updates).toHaveLength(heard ?? -1);
  });

  it('is not opened for who was aborted before', async () => {
    const server = await channelServer();
    const one = follow(sharing(server.url), { id: 'a' });
    one.abort();
    expect(await one.ending()).toBe('enough');
    expect(server.heard).toEqual([]);
  });

  it('tells of bytes at most once a second, and of a wait also who comes later', async () => {
    const { shared, all, channel } = await followers(['a']);
    for (const _ of Array(50)) channel.write(': ping\n\n');
    channel.write('retry: 7000\n\n');
    await expect.poll(() => all[0]?.calls).toContain(7_000);
    expect(all[0]?.calls).toEqual(['open', 'alive', 7_000]);
    const late = follow(shared, { id: 'b' });
    void late.ending();
    await late.opened();
    expect(late.calls).toEqual(['open', 7_000]);
  });
});

describe('a connection that is lost', () => {
  it('is lost for each, and the next one is shared, too, from the last event id on', async () => {
    const { server, shared, all, endings, channel } = await followers(['a', 'b']);
    channel.write(`id: 1\ndata: ${JSON.stringify({ ids: ['a'], update: changed })}\n\nid: 2\n\n`);
    await all[0]?.heard(1);
    expect([all[0]?.calls.includes('id 1'), all[1]?.calls.includes('id 1')]).toEqual([true, false]);
    channel.end();
    expect(await Promise.all(endings)).toEqual(['end', 'end']);
    expect(all.map(({ calls }) => calls.at(-1))).toEqual(['id 2', 'id 2']);

    const again = ['a', 'b'].map(id => follow(shared, { id }, '2'));
    for (const { ending } of again) void ending();
    await Promise.all(again.map(({ opened }) => opened()));
    expect(server.heard.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '2']);
  });

  it.each([
    { status: 204, code: 'not-found' },
    { status: 503, code: 'network', retryAfterMs: 7_000 },
  ] as const)('throws its $code for each', async ({ status, ...error }) => {
    const { url, heard } = await loopback(() => ({ status, headers: { 'retry-after': '7' } }));
    const shared = sharing(url);
    const endings = ['a', 'b'].map(id => follow(shared, { id }).ending());
    for (const ending of endings) expect(await ending).toMatchObject(error);
    expect(heard).toHaveLength(1);
  });

  it('can be followed again in the very moment', async () => {
    const { server, shared, endings, channel } = await followers(['a']);
    const again = endings[0]?.then(() => follow(shared, { id: 'a' }).ending());
    channel.end();
    (await server.channel(1)).end();
    expect(await again).toBe('end');
  });
});

describe('a listener that is slow', () => {
  it('holds up nobody, and finds one update of each kind, the newest', async () => {
    const { shared, all, channel } = await followers(['fast']);
    const slow = follow(shared, { id: 'slow' });
    const first = slow.iterator.next();
    channel.send({ update: progress(0) });
    await first;
    for (let step = 1; step <= 500; step += 1) {
      channel.send({ update: step % 2 ? progress(step / 1_000) : changed });
    }
    channel.send({ update: { kind: 'pending', message: 'Soon' } });
    channel.send({ update: succeeded('won') });
    channel.send({ update: { kind: 'cancelled' } });
    await expect.poll(() => all[0]?.updates.at(-1)).toEqual({ kind: 'cancelled' });
    channel.end();
    expect(await slow.ending()).toBe('end');
    expect(slow.updates).toEqual([{ kind: 'pending', progress: 0.499, message: 'Soon' }, changed, succeeded('won')]);
  });
});

describe('W23: updates that wait for a listener', () => {
  it('W23: are merged, and `null` clears what waits', async () => {
    const { shared, all, channel } = await followers(['fast']);
    const slow = follow(shared, { id: 'slow' });
    const first = slow.iterator.next();
    channel.send({ update: progress(0) });
    await first;
    channel.send({ update: { kind: 'pending', phase: 'queued', backendPosition: 1, message: 'Waiting', etaMs: 9 } });
    channel.send({ update: { kind: 'pending', backendPosition: null, message: null } });
    channel.send({ update: progress(0.92) });
    await expect.poll(() => all[0]?.updates.at(-1)).toEqual(progress(0.92));
    channel.end();
    await slow.ending();
    const merged = { phase: 'queued', backendPosition: null, message: null, etaMs: 9, progress: 0.92 };
    expect(slow.updates).toEqual([{ kind: 'pending', ...merged }]);
  });
});

describe('a message that cannot be understood', () => {
  it('costs nobody the connection, and is one that was changed for those it names', async () => {
    const server = await channelServer();
    const shared = sharedEvents<string, string>({
      async *open(channel, call) {
        for await (const { data } of readEventStream(`${server.url}/${channel}`, call)) yield data;
      },
      route: {
        channelOf: () => 'all',
        idsIn: data => JSON.parse(data).ids,
        toUpdate: data => JSON.parse(data).update.toUpperCase(),
      },
    });
    const one = follow(shared, { id: 'a' });
    void one.ending();
    const channel = await server.channel(0);
    channel.write('data: {"ids\n\n');
    channel.send({ ids: 7 });
    channel.send({ ids: ['a'] });
    await one.heard(1);
    expect(one.updates).toEqual([changed]);
  });
});

describe('jobs with a channel each', () => {
  const ownChannels = async (maxConnections?: number) => {
    const server = await channelServer();
    const shared = sharing(server.url, ({ id }) => id, maxConnections);
    /** A job as it is followed again and again: the same object. */
    const jobs = ['a', 'b', 'c', 'd', 'e'].map((id): JobRef => ({ id }));
    const first = jobs.map(job => follow(shared, job));
    const endings = first.map(({ ending }) => ending());
    return { server, shared, jobs, first, endings };
  };

  it.each([
    { maxConnections: undefined, paths: ['/a', '/b', '/c'] },
    { maxConnections: 2, paths: ['/a', '/b'] },
  ])('have at most $maxConnections connections, and the others are sent to read', async ({ maxConnections, paths }) => {
    const { server, first, endings } = await ownChannels(maxConnections);
    await Promise.all(first.slice(0, paths.length).map(({ opened }) => opened()));
    await expect.poll(() => first.filter(({ isOver }) => isOver())).toHaveLength(5 - paths.length);
    expect(await Promise.all(endings.slice(paths.length))).toEqual(Array(5 - paths.length).fill('end'));
    expect(first.slice(paths.length).flatMap(({ calls }) => calls)).toEqual([]);
    expect(server.heard.map(({ path }) => path).sort()).toEqual(paths);
  });

  it('wait for their turn when they come back, first come first served', async () => {
    const { server, shared, jobs, first } = await ownChannels(2);
    await Promise.all(first.slice(0, 2).map(({ opened }) => opened()));
    const again = jobs.slice(2).map(job => follow(shared, job));
    const endings = again.map(({ ending }) => ending());
    // Who leaves the queue is not served.
    again[0]?.abort();
    expect(await endings[0]).toBe('enough');
    first[0]?.abort();
    await again[1]?.opened();
    expect([again[1]?.calls, again[2]?.calls]).toEqual([['open'], []]);
    (await server.channel(1)).end();
    await again[2]?.opened();
    expect(server.heard.map(({ path }) => path)).toEqual(['/a', '/b', '/d', '/e']);
    expect(server.mostOpen).toBe(2);
  });

  it('take the place of one that is being closed, without being sent to read', async () => {
    const server = await channelServer();
    const shared = sharing(server.url, ({ id }) => id, 1);
    const one = follow(shared, { id: 'a' });
    const ending = one.ending();
    await one.opened();
    one.abort();
    const next = follow(shared, { id: 'b' });
    void next.ending();
    await next.opened();
    expect(await ending).toBe('enough');
  });

  it.each([0, 1.5, Number.NaN])('cannot have %d connections', maxConnections => {
    expect(() => sharing('', () => '', maxConnections)).toThrow(
      new TypeError(`sharedEvents(): maxConnections is ${maxConnections}. It must be a whole number of 1 or more.`),
    );
  });
});
