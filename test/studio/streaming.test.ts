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
  small,
  submit,
  submitDone,
  types,
} from '../support/wire.js';

let backend: Backend;
beforeAll(async () => {
  backend = await startBackend({ pingMs: 20 });
});
afterAll(() => backend.close());

const slow: Faults = { renderMs: 60_000 };

describe('events', () => {
  it('cover a job from its start to its thumbnail', async () => {
    const blocks = await eventBlocksOf(backend, {}, hasThumbnail);
    expect(types(eventsOf(blocks))).toEqual([
      'in_progress',
      ...new Array(6).fill('render_progress'),
      'file',
      'completed',
      'render_result',
      'file',
    ]);
    expect(eventsOf(blocks)[7]?.object).toMatchObject({ url: expect.any(String), thumbnail_url: null });
  });

  it('are data lines and pings only', async () => {
    const stream = await openStream(backend, 'user.quiet');
    await submit(backend, { user: 'quiet' });
    await stream.until(hasThumbnail);
    const blocks = await stream.until(block => block === ': ping');
    expect(blocks.filter(block => !/^(data: \{.*\}|: ping)$/.test(block))).toEqual([]);
    expect(stream.response.headers.get('content-type')).toContain('text/event-stream');
    stream.close();
  });

  it('are not repeated for a late subscriber', async () => {
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
    await busy.until(hasThumbnail);
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
    expect(eventsOf(blocks).find(({ type }) => type === 'render_result')?.object).toMatchObject({ file_id: next });
    stream.close();
  });

  it.each(['file.nobody', 'planet.7', 'file'])('respond with 404 to the channel %s', async channel => {
    expect((await openStream(backend, channel)).response.status).toBe(404);
  });
});

describe('the request log of streams', () => {
  it('records that the client has closed the connection', async () => {
    const fileId = await submit(backend, { faults: slow });
    const before = backend.openStreams();
    const stream = await openStream(backend, `file.${fileId}`);
    expect(backend.openStreams()).toBe(before + 1);
    stream.close();
    expect(await recordOf(backend, `/api/events/file.${fileId}`)).toMatchObject({ closedBy: 'client', fileId });
    expect(backend.openStreams()).toBe(before);
  });

  it('records that the client closed the connection before the headers', async () => {
    const fileId = await submit(backend, { faults: slow });
    const abort = new AbortController();
    const url = `${backend.url}/api/events/file.${fileId}?faults={"openLateMs":60000}`;
    const opening = fetch(url, { signal: abort.signal });
    await expect.poll(() => backend.requests.at(-1)?.kind).toBe('events');
    abort.abort();
    await expect(opening).rejects.toThrow();
    const record = await recordOf(backend, `/api/events/file.${fileId}`);
    expect(record).toMatchObject({ closedBy: 'client' });
    expect(record).not.toHaveProperty('status');
  });

  it('records that the backend was closed', async () => {
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
