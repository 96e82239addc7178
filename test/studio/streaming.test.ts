import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, type Faults, startBackend } from '../support/studio-server.js';
import { eventsOf, isEvent, openStream, read, small, submit, submitDone, type WireEvent } from '../support/wire.js';

let backend: Backend;
beforeAll(async () => {
  backend = await startBackend({ pingMs: 20 });
});
afterAll(() => backend.close());

const slow: Faults = { renderMs: 60_000 };
let users = 0;

/** All that is told of one job, from its very beginning: the user's channel is open before there is a file. */
async function told(faults: Faults, until: (block: string) => boolean, ofStream?: Faults): Promise<readonly string[]> {
  const user = `user-${users++}`;
  const stream = await openStream(backend, `user.${user}`, ofStream);
  await submit(backend, { user, faults });
  const blocks = await stream.until(until);
  stream.close();
  return blocks.filter(isEvent);
}
const thumbnailed = (block: string) => block.includes('.thumbnail.png');
const failed = (block: string) => block.includes('could not');
const types = (events: readonly WireEvent[]) => events.map(({ type, object }) => object?.status ?? type);

/** How a stream is recorded, once it is closed. */
async function recordOf(path: string) {
  const find = () => backend.requests.findLast(request => request.path === path);
  await expect.poll(() => find()?.closedAt).toBeDefined();
  return find();
}

describe('events', () => {
  it('tell a job from its start to its thumbnail', async () => {
    const blocks = await told({}, thumbnailed);
    expect(types(eventsOf(blocks))).toEqual([
      'in_progress',
      ...new Array(5).fill('render_progress'),
      'file',
      'completed',
      'render_result',
      'file',
    ]);
    expect(eventsOf(blocks)[6]?.object).toMatchObject({ url: expect.any(String), thumbnail_url: null });
  });

  it('are data lines and pings, and nothing else', async () => {
    const stream = await openStream(backend, 'user.quiet');
    await submit(backend, { user: 'quiet' });
    await stream.until(thumbnailed);
    const blocks = await stream.until(block => block === ': ping');
    expect(blocks.filter(block => !/^(data: \{.*\}|: ping)$/.test(block))).toEqual([]);
    expect(stream.response.headers.get('content-type')).toContain('text/event-stream');
    stream.close();
  });

  it('are neither repeated nor summed up for who comes late', async () => {
    const stream = await openStream(backend, `file.${await submitDone(backend)}`);
    const blocks = await stream.until(block => block === ': ping');
    expect(blocks.filter(isEvent)).toEqual([]);
    stream.close();
  });

  it('come on the channel of the file, and of no other file', async () => {
    const [one, other] = [
      await submit(backend, { faults: slow }),
      await submit(backend, { faults: { renderMs: 300 } }),
    ];
    const [quiet, busy] = [await openStream(backend, `file.${one}`), await openStream(backend, `file.${other}`)];
    await busy.until(thumbnailed);
    expect(JSON.stringify(quiet.blocks)).not.toContain(other);
    quiet.close();
    busy.close();
  });

  it('come on the channel of the project, for all its files', async () => {
    const body = { ...small, chatId: 'chat-7' };
    const fileId = await submitDone(backend, { body });
    const [task] = (await (await read(backend, fileId)).json()).tasks;
    const stream = await openStream(backend, `project.${task.project_id}`);
    const next = await submit(backend, { body });
    const blocks = await stream.until(block => block.includes('render_result'));
    expect(eventsOf(blocks).at(-1)?.object).toMatchObject({ file_id: next });
    stream.close();
  });

  it.each(['file.nobody', 'planet.7', 'file'])('answer 404 for the channel %s', async channel => {
    expect((await openStream(backend, channel)).response.status).toBe(404);
  });
});

describe('forms of an outcome', () => {
  const url = expect.stringContaining('/media/');
  const file_id = expect.any(String);
  it.each<[NonNullable<Faults['resultForm']>, WireEvent[]]>([
    ['file', [expect.objectContaining({ type: 'file', object: expect.objectContaining({ id: file_id, url }) })]],
    ['file_changed', [{ type: 'file', object: { file_id } }]],
    ['render_result', [{ type: 'render_result', object: { file_id, url } }]],
    ['render_result_file_url', [{ type: 'render_result', object: { file_id, file_url: url } }]],
    ['render_result_object', [{ type: 'render_result', object: expect.objectContaining({ id: file_id, url }) }]],
    ['data', [{ type: 'data', object: expect.objectContaining({ value: { url, file_id } }) }]],
    ['data_file_id', [{ type: 'data', object: expect.objectContaining({ value: { file_id } }) }]],
    ['task', [{ type: 'task', object: expect.objectContaining({ status: 'completed', file_id }) }]],
    ['task_status', [{ type: 'task_status', object: { status: 'COMPLETED' } }]],
    ['none', []],
  ])('tells success as %s only', async (resultForm, expected) => {
    const user = `form-${resultForm}`;
    const stream = await openStream(backend, `user.${user}`);
    await submitDone(backend, { user, faults: { resultForm } });
    // The next job on this channel marks the end of what is told of the first.
    const next = await submit(backend, { user, faults: slow });
    const blocks = await stream.until(block => block.includes(next));
    const events = eventsOf(blocks.filter(block => !block.includes(next)));
    const outcome = events.filter(({ type, object }) => type !== 'render_progress' && object?.status !== 'in_progress');
    expect(outcome.slice(0, resultForm === 'file' ? 1 : 9)).toEqual(expected);
    stream.close();
  });

  const error = 'It could not be done.';
  it.each<[Faults['errorForm'], WireEvent]>([
    [undefined, { type: 'error', error }],
    ['error', { type: 'error', error }],
    ['error-data', { type: 'error', data: { error } }],
  ])('tells failure as %s', async (errorForm, expected) => {
    const blocks = await told(
      { failTheJob: { message: error, atProgress: 0.25 }, ...(errorForm ? { errorForm } : {}) },
      failed,
    );
    const events = eventsOf(blocks);
    expect(events.at(-1)).toEqual(expected);
    expect(types(events).includes('error') && events.filter(({ object }) => object?.status === 'error')).toHaveLength(
      errorForm ? 0 : 1,
    );
    expect(events.flatMap(({ object }) => object?.progress ?? [])).toEqual([0, 25]);
  });

  it('tells failure as a task only', async () => {
    const blocks = await told({ failTheJob: {}, errorForm: 'task' }, block => block.includes('"error"'));
    expect(eventsOf(blocks).at(-1)).toMatchObject({ type: 'task', object: { status: 'error' } });
  });

  it('tells progress from 0 to 1 at the top level', async () => {
    const blocks = await told({ progressScale: '0..1-top-level' }, thumbnailed);
    const told01 = eventsOf(blocks).filter(({ type }) => type === 'render_progress');
    expect(told01).toEqual([0, 0.25, 0.5, 0.75, 1].map(progress => ({ type: 'render_progress', progress })));
  });

  it('tells objects as text', async () => {
    const blocks = await told({ objectForm: 'json-string', resultForm: 'render_result' }, block =>
      block.includes('render_result'),
    );
    const object: unknown = eventsOf(blocks).at(-1)?.object;
    expect(JSON.parse(String(object))).toMatchObject({ url });
  });
});

describe('faults of the stream', () => {
  it('opens late, and loses nothing', async () => {
    const fileId = await submit(backend, { faults: { renderMs: 300 } });
    let opened = false;
    const opening = openStream(backend, `file.${fileId}`, { openLateMs: 500 }).finally(() => {
      opened = true;
    });
    await read(backend, fileId);
    expect(opened).toBe(false);
    expect(types(eventsOf(await (await opening).until(thumbnailed)))).toContain('render_result');
    (await opening).close();
  });

  it('opens only when the job has ended, without what was told before', async () => {
    const fileId = await submit(backend, { faults: { renderMs: 50, openAfterEndMs: 20, thumbnailLateMs: 0 } });
    const stream = await openStream(backend, `file.${fileId}`);
    expect((await (await read(backend, fileId)).json()).url).not.toBeNull();
    const blocks = await stream.until(block => block === ': ping');
    expect(types(eventsOf(blocks))).not.toContain('render_result');
    stream.close();
  });

  it('sends its headers with the first byte', async () => {
    let opened = false;
    const opening = openStream(backend, 'user.first', { openWithFirstByte: true, pingMs: 60_000 }).finally(() => {
      opened = true;
    });
    await expect.poll(() => backend.requests.at(-1)?.path).toBe('/api/events/user.first');
    (await openStream(backend, 'user.healthy')).close();
    expect(opened).toBe(false);
    await submit(backend, { user: 'first' });
    expect(types(eventsOf(await (await opening).until(isEvent)))).toContain('in_progress');
    (await opening).close();
  });

  it('pings and delivers nothing when it is silent', async () => {
    const fileId = await submit(backend, { faults: { silentStream: true, renderMs: 60 } });
    const stream = await openStream(backend, `file.${fileId}`);
    while ((await (await read(backend, fileId)).json()).url === null) await stream.until(block => block === ': ping');
    stream.close();
    await stream.end();
    expect(new Set(stream.blocks)).toEqual(new Set([': ping']));
  });

  it.each<['end' | 'reset', Faults]>([
    ['end', { cutStreamAfterMs: 30 }],
    ['reset', { cutStreamAfterMs: 30, cutForm: 'reset' }],
  ])('is cut after a time by %s', async (how, faults) => {
    const fileId = await submit(backend, { faults: { ...slow, ...faults } });
    const stream = await openStream(backend, `file.${fileId}`);
    expect(await stream.end()).toBe(how);
    expect(await recordOf(`/api/events/file.${fileId}`)).toMatchObject({
      closedBy: 'server',
      status: 200,
      kind: 'events',
      fileId,
    });
  });

  it.each<['end' | 'reset', Faults]>([
    ['end', { cutStreamAfterEvents: 3 }],
    ['reset', { cutStreamAfterEvents: 3, cutForm: 'reset' }],
  ])('is cut after events by %s', async (how, faults) => {
    const stream = await openStream(backend, `user.cut-${how}`, faults);
    await submit(backend, { user: `cut-${how}` });
    expect(await stream.end()).toBe(how);
    expect(stream.blocks.filter(isEvent)).toHaveLength(3);
  });

  it('is refused as often as asked', async () => {
    const faults: Faults = { ...slow, streamStatus: { times: 1, status: 524 }, htmlStream: { times: 1 } };
    const fileId = await submit(backend, { faults });
    const answers: unknown[] = [];
    for (let i = 0; i < 3; i++) {
      const { response, close } = await openStream(backend, `file.${fileId}`);
      answers.push([response.status, response.headers.get('content-type')?.split(';')[0]]);
      close();
    }
    expect(answers).toEqual([
      [524, 'application/json'],
      [200, 'text/html'],
      [200, 'text/event-stream'],
    ]);
  });

  it('tells every event more than once', async () => {
    const blocks = await told({ duplicateEvents: 1, resultForm: 'render_result' }, block =>
      block.includes('render_result'),
    );
    const urls = eventsOf(blocks).map(event => JSON.stringify(event));
    expect(urls.slice(0, 4)).toEqual([urls[0], urls[0], urls[2], urls[2]]);
  });

  it('repeats the file after the end', async () => {
    const user = 'repeated';
    const stream = await openStream(backend, `user.${user}`);
    await submit(backend, {
      user,
      faults: { repeatFileAfterCompletion: { times: 3, everyMs: 5 }, thumbnailLateMs: 60_000 },
    });
    const files = () => eventsOf(stream.blocks).filter(({ type }) => type === 'file');
    while (files().length < 4) await stream.until(() => files().length === 4);
    expect(new Set(files().map(({ object }) => object?.url)).size).toBe(4);
    stream.close();
  });

  it('tells of other files, and of errors that concern nobody', async () => {
    const blocks = await told({ foreignEvents: true }, thumbnailed);
    const foreign = eventsOf(blocks).filter(({ object }) => object?.file_id === 'another-file');
    expect(new Set(foreign.map(({ type }) => type))).toEqual(
      new Set(['task', 'render_progress', 'file', 'render_result']),
    );
    expect(types(eventsOf(blocks))).toContain('error');
  });

  it('tells types that nobody knows', async () => {
    expect(types(eventsOf(await told({ unknownEvents: true }, thumbnailed)))).toEqual(
      expect.arrayContaining(['entity', 'weather']),
    );
  });

  it('tells what is no JSON', async () => {
    const blocks = await told({ brokenEvents: true }, thumbnailed);
    expect(() => eventsOf(blocks)).toThrow(SyntaxError);
  });

  it('tells an event as large as asked', async () => {
    const stream = await openStream(backend, 'user.large', { oversizedEventBytes: 200_000 });
    const [first = ''] = await stream.until(isEvent);
    expect(first.length).toBeGreaterThan(200_000);
    stream.close();
  });
});

describe('what is recorded of streams', () => {
  it('says when the client has gone away', async () => {
    const fileId = await submit(backend, { faults: slow });
    const before = backend.openStreams();
    const stream = await openStream(backend, `file.${fileId}`);
    expect(backend.openStreams()).toBe(before + 1);
    stream.close();
    expect(await recordOf(`/api/events/file.${fileId}`)).toMatchObject({ closedBy: 'client', fileId });
    expect(backend.openStreams()).toBe(before);
  });

  it('says when a client goes away before the headers', async () => {
    const fileId = await submit(backend, { faults: slow });
    const abort = new AbortController();
    const url = `${backend.url}/api/events/file.${fileId}?faults={"openLateMs":60000}`;
    const opening = fetch(url, { signal: abort.signal });
    await expect.poll(() => backend.requests.at(-1)?.kind).toBe('events');
    abort.abort();
    await expect(opening).rejects.toThrow();
    const record = await recordOf(`/api/events/file.${fileId}`);
    expect(record).toMatchObject({ closedBy: 'client' });
    expect(record).not.toHaveProperty('status');
  });

  it('says when the backend was closed, which ends everything', async () => {
    const own = await startBackend({ faults: slow });
    const fileId = await submit(own);
    const stream = await openStream(own, `file.${fileId}`);
    await own.close();
    expect(await stream.end()).toBe('reset');
    expect(own.requests.map(({ kind, closedBy }) => [kind, closedBy])).toEqual([
      ['submit', 'server'],
      ['events', 'server'],
    ]);
    await expect(read(own, fileId)).rejects.toThrow();
  });
});
