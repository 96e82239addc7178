import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, type Faults, startBackend } from '../support/studio-server.js';
import {
  eventBlocksOf,
  eventsOf,
  hasThumbnail,
  openStream,
  submit,
  submitDone,
  types,
  type WireEvent,
} from '../support/wire.js';

let backend: Backend;
beforeAll(async () => {
  backend = await startBackend({ pingMs: 20 });
});
afterAll(() => backend.close());

const slow: Faults = { renderMs: 60_000 };

const failed = (block: string) => block.includes('could not');

describe('formats of an outcome', () => {
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
  ])('sends a result as %s only', async (resultForm, expected) => {
    const user = `form-${resultForm}`;
    const stream = await openStream(backend, `user.${user}`);
    await submitDone(backend, { user, faults: { resultForm } });
    // An event of the next job on this channel marks the end of the first.
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
  ])('sends a failure as %s', async (errorForm, expected) => {
    const blocks = await eventBlocksOf(
      backend,
      { failTheJob: { message: error, atProgress: 0.25 }, ...(errorForm ? { errorForm } : {}) },
      failed,
    );
    const events = eventsOf(blocks);
    expect(events.at(-1)).toEqual(expected);
    expect(types(events).includes('error') && events.filter(({ object }) => object?.status === 'error')).toHaveLength(
      errorForm ? 0 : 1,
    );
    expect(events.flatMap(({ object }) => object?.progress ?? [])).toEqual([0, 0, 25]);
  });

  it('sends a failure as a task only', async () => {
    const blocks = await eventBlocksOf(backend, { failTheJob: {}, errorForm: 'task' }, block =>
      block.includes('"error"'),
    );
    expect(eventsOf(blocks).at(-1)).toMatchObject({ type: 'task', object: { status: 'error' } });
  });

  it('sends progress from 0 to 1 at the top level', async () => {
    const blocks = await eventBlocksOf(backend, { progressScale: '0..1-top-level' }, hasThumbnail);
    const told01 = eventsOf(blocks).filter(({ type }) => type === 'render_progress');
    expect(told01).toEqual([0, 0, 0.25, 0.5, 0.75, 1].map(progress => ({ type: 'render_progress', progress })));
  });

  it('sends objects as JSON strings', async () => {
    const blocks = await eventBlocksOf(backend, { objectForm: 'json-string', resultForm: 'render_result' }, block =>
      block.includes('render_result'),
    );
    const object: unknown = eventsOf(blocks).at(-1)?.object;
    expect(JSON.parse(String(object))).toMatchObject({ url });
  });
});
