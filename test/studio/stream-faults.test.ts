import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, type Faults, startBackend } from '../support/studio-server.js';
import {
  eventBlocksOf,
  eventsOf,
  hasThumbnail,
  isEvent,
  openStream,
  read,
  recordOf,
  submit,
  types,
  watchAnswer,
} from '../support/wire.js';

let backend: Backend;
beforeAll(async () => {
  backend = await startBackend({ pingMs: 20 });
});
afterAll(() => backend.close());

const slow: Faults = { renderMs: 60_000 };

describe('faults of the stream', () => {
  it('opens late, and loses no event', async () => {
    const opening = openStream(backend, 'user.patient', { openLateMs: 50 });
    await expect.poll(() => backend.requests.at(-1)?.path).toBe('/api/events/user.patient');
    await submit(backend, { user: 'patient' });
    const stream = await opening;
    expect(types(eventsOf(await stream.until(hasThumbnail)))).toEqual(
      expect.arrayContaining(['in_progress', 'render_result']),
    );
    stream.close();
  });

  it('opens after the job has ended, without the events before that', async () => {
    const fileId = await submit(backend, { faults: { renderMs: 50, openAfterEndMs: 20, thumbnailLateMs: 0 } });
    const stream = await openStream(backend, `file.${fileId}`);
    expect((await (await read(backend, fileId)).json()).url).not.toBeNull();
    const blocks = await stream.until(block => block === ': ping');
    expect(types(eventsOf(blocks))).not.toContain('render_result');
    stream.close();
  });

  it('sends its headers with the first byte', async () => {
    const opening = openStream(backend, 'user.first', { openWithFirstByte: true, pingMs: 60_000 });
    const watched = watchAnswer(opening);
    await expect.poll(() => backend.requests.at(-1)?.path).toBe('/api/events/user.first');
    (await openStream(backend, 'user.healthy')).close();
    expect(watched.isOpen()).toBe(true);
    await submit(backend, { user: 'first' });
    expect(types(eventsOf(await (await opening).until(isEvent)))).toContain('in_progress');
    (await opening).close();
  });

  it('only pings when it is silent', async () => {
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
    expect(await recordOf(backend, `/api/events/file.${fileId}`)).toMatchObject({
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

  it('is refused as often as requested', async () => {
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

  it('sends every event more than once', async () => {
    const blocks = await eventBlocksOf(backend, { duplicateEvents: 1, resultForm: 'render_result' }, block =>
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

  it('sends events of other files, and errors of other jobs', async () => {
    const blocks = await eventBlocksOf(backend, { foreignEvents: true }, hasThumbnail);
    const foreign = eventsOf(blocks).filter(({ object }) => object?.file_id === 'another-file');
    expect(new Set(foreign.map(({ type }) => type))).toEqual(
      new Set(['task', 'render_progress', 'file', 'render_result']),
    );
    expect(types(eventsOf(blocks))).toContain('error');
  });

  it('sends unknown event types', async () => {
    expect(types(eventsOf(await eventBlocksOf(backend, { unknownEvents: true }, hasThumbnail)))).toEqual(
      expect.arrayContaining(['entity', 'weather']),
    );
  });

  it('sends data that is not JSON', async () => {
    const blocks = await eventBlocksOf(backend, { brokenEvents: true }, hasThumbnail);
    expect(() => eventsOf(blocks)).toThrow(SyntaxError);
  });

  it('sends an event of the requested size', async () => {
    const stream = await openStream(backend, 'user.large', { oversizedEventBytes: 200_000 });
    const [first = ''] = await stream.until(isEvent);
    expect(first.length).toBeGreaterThan(200_000);
    stream.close();
  });
});
