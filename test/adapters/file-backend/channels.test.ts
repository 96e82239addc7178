import type { JobRef } from 'generation-lifecycle';
import { fileBackend, fileChannels, sharedEvents, toFileIds, toFileUpdates } from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';
import { channelServer } from '../../support/channel-server.js';
import { follow } from '../../support/follower.js';
import { collect, json, loopback, stream } from '../../support/loopback.js';

const { signal } = new AbortController();
const quiet = { signal, onOpen() {}, onAlive() {}, onId() {}, onRetry() {} };
const url = 'https://cdn.test/1.png';
const pictures: JobRef = { id: 'f1', files: ['f1', 'f2'] };

describe('the channels of files', () => {
  it('bring a batch the events of each of its files, and ignore an event that names no file', async () => {
    const server = await channelServer();
    const shared = sharedEvents(fileChannels({ baseUrl: server.url, channelOf: () => 'project.7' }));
    const one = follow(shared, pictures);
    void one.ending();
    const channel = await server.channel(0);
    channel.send({ type: 'error', error: 'Somebody else failed' });
    channel.send({ type: 'task_status', object: { status: 'COMPLETED' } });
    channel.send({ type: 'file', object: { id: 'f3', url } });
    channel.write('data: {"type\n\n');
    channel.send({ type: 'file', object: { id: 'f2', url } });
    await one.heard(1);
    expect(one.updates).toEqual([{ kind: 'changed' }]);
    expect(server.heard.map(({ path }) => path)).toEqual(['/api/events/project.7']);
    one.abort();
  });

  it('are one for each file unless they are named, where an error is about that file', async () => {
    const { url: baseUrl, heard } = await loopback(() => stream(['data: {"type":"error","error":"Broken"}\n\n']));
    const one = follow(sharedEvents(fileChannels({ baseUrl })), { id: 'f1' });
    expect(await one.ending()).toBe('end');
    expect(one.updates).toEqual([{ kind: 'changed' }]);
    expect(heard.map(({ path }) => path)).toEqual(['/api/events/file.f1']);
  });

  it('say which job cannot be followed without the URL of the backend', async () => {
    expect(String(await follow(sharedEvents(fileChannels()), { id: 'f1' }).ending())).toContain(
      'The event stream of job f1 failed: the URL /api/events/file.f1 is relative',
    );
  });

  it('renew headers once when they are refused', async () => {
    const { url: baseUrl, heard } = await loopback((_, index) => (index === 0 ? { status: 401 } : stream([])));
    let asked = 0;
    const headers = () => ({ Authorization: `Bearer t${++asked}` });
    expect(await follow(sharedEvents(fileChannels({ baseUrl, headers })), { id: 'f1' }).ending()).toBe('end');
    expect(heard.map(one => one.headers.authorization)).toEqual(['Bearer t1', 'Bearer t2']);
  });
});

it('renews headers once for the reads and the streams of many jobs', async () => {
  const refused: (() => void)[] = [];
  let asked = 0;
  const { url: baseUrl, heard } = await loopback(({ headers, path }) => {
    if (headers.authorization === 'Bearer new') {
      return path.startsWith('/api/events') ? stream([]) : json({ id: path.split('/').pop(), tasks: [] });
    }
    return response => {
      refused.push(() => response.writeHead(401).end());
      // All are under way before the first is refused.
      if (refused.length === 8) for (const refuse of refused) refuse();
    };
  });
  const headers = () => ({ Authorization: ++asked > 8 ? 'Bearer new' : 'Bearer old' });
  const adapter = fileBackend({ kind: 'image', baseUrl, headers });
  const jobs = ['a', 'b', 'c', 'd'].map(id => ({ id }));
  const all = await Promise.all([
    ...jobs.map(job => adapter.read(job, { signal })),
    ...jobs.map(job => collect(adapter.events?.(job, quiet))),
  ]);
  expect(all).toEqual([...jobs.map(() => ({ kind: 'pending' })), ...jobs.map(() => [])]);
  expect({ asked, requests: heard.length }).toEqual({ asked: 9, requests: 16 });
});

describe('many files in one answer', () => {
  const done = (id: string) => ({ id, url: `https://cdn.test/${id}.png`, tasks: [] });
  it.each<{ title: string; files: unknown; job: JobRef; update: object }>([
    { title: 'a job that is done', files: [done('f9'), done('f1')], job: { id: 'f1' }, update: { kind: 'succeeded' } },
    {
      title: 'a job that goes on',
      files: [{ ...done('f1'), url: null }],
      job: { id: 'f1' },
      update: { kind: 'pending' },
    },
    { title: 'a job without an answer', files: [done('f9')], job: { id: 'f1' }, update: { code: 'invalid-response' } },
    {
      title: 'a job whose answer does not fit',
      files: [{ id: 'f1', url: 5 }],
      job: { id: 'f1' },
      update: { code: 'invalid-response' },
    },
    { title: 'a batch that is done', files: [done('f1'), done('f2')], job: pictures, update: { kind: 'succeeded' } },
    {
      title: 'a batch of which one is missing',
      files: [done('f2')],
      job: pictures,
      update: { kind: 'pending', progress: 0.5 },
    },
    { title: 'a batch without an answer', files: [], job: pictures, update: { code: 'invalid-response' } },
    { title: 'no list at all', files: { error: 'Internal' }, job: { id: 'f1' }, update: { code: 'invalid-response' } },
  ])('says of $title what it is', ({ files, job, update }) => {
    expect(toFileUpdates(files, [job]).get(job.id)).toMatchObject(update);
  });

  it('makes urls absolute, and describes a file by what was asked for', () => {
    const job = { id: 'f1', kind: 'video', request: { prompt: 'waves' } };
    const updates = toFileUpdates([{ id: 'f1', url: '/1.mp4' }], [job], { baseUrl: 'https://a.test' });
    expect(updates.get('f1')).toMatchObject({
      output: { files: [{ url: 'https://a.test/1.mp4', type: 'video', metadata: { prompt: 'waves' } }] },
    });
  });

  it('are asked for by the ids of all files of the jobs', () => {
    expect([{ id: 'f0' }, pictures].flatMap(toFileIds)).toEqual(['f0', 'f1', 'f2']);
  });
});
