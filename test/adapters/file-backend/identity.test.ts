import type { JobRef } from 'generation-lifecycle';
import { fileBackend, fileChannels, sharedEvents, toFileIds, toFileUpdates } from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';
import { follow } from '../../support/follower.js';
import { type Answer, collect, json, loopback, rejection, stream } from '../../support/loopback.js';

const { signal } = new AbortController();
const quiet = { signal, onOpen() {}, onAlive() {}, onId() {}, onRetry() {} };
const url = 'https://cdn.test/1.png';

/** The ids of the files of the job that a submit with this answer makes. */
async function submitted(answer: object | string) {
  const given: Answer = typeof answer === 'string' ? { body: answer } : json(answer);
  const { url: baseUrl } = await loopback(() => given);
  const { job } = await fileBackend({ kind: 'image', baseUrl }).submit(
    { prompt: 'dunes' },
    { signal, idempotencyKey: 'key-1' },
  );
  return { job, ids: toFileIds(job) };
}

describe('M5: the identity of a file', () => {
  it.each<{ answer: object; ids: readonly string[] }>([
    { answer: { fileId: 'f1', files: [{ id: 'f1', name: 'one.png' }] }, ids: ['f1'] },
    { answer: { fileId: 'f1', files: [{ name: 'one.png', fileId: 'f1' }] }, ids: ['f1'] },
    { answer: { fileId: 'f1', files: [{ name: 'one.png' }] }, ids: ['f1'] },
    { answer: { fileId: 'f1', files: [{ name: 'one.png', url }, { label: 'two' }] }, ids: ['f1'] },
    { answer: { fileId: 'f1', files: ['one.png'] }, ids: ['f1'] },
    { answer: { fileId: 'f1', files: [url, '/media/2.webp', 'media\\3'] }, ids: ['f1'] },
    {
      answer: {
        fileId: 'f1',
        files: [
          { id: 'row-1', fileId: 'f1' },
          { id: 'row-2', file_id: 'f2' },
        ],
      },
      ids: ['f1', 'f2'],
    },
    {
      answer: {
        files: [
          { id: 'f1', name: 'same' },
          { id: 'f2', name: 'same' },
        ],
      },
      ids: ['f1', 'f2'],
    },
    { answer: { fileId: 'f1', projectId: { name: 'my project' }, requestId: { name: 'r' } }, ids: ['f1'] },
  ])('M5: is never borrowed from a name: $answer', async ({ answer, ids }) => {
    const { job, ids: made } = await submitted({ success: true, ...answer });
    expect(made).toEqual(ids);
    expect(job.id).toBe(ids[0]);
    expect(JSON.stringify(job)).not.toMatch(/one\.png|my project/);
  });

  it('M5: is read once, and ends once', async () => {
    const { url: baseUrl, heard } = await loopback(({ method }) =>
      method === 'POST'
        ? json({ success: true, fileId: 'f1', files: [{ id: 'f1', name: 'one.png' }] })
        : json({ id: 'f1', url, tasks: [] }),
    );
    const adapter = fileBackend({ kind: 'image', baseUrl });
    const { job } = await adapter.submit({ prompt: 'dunes' }, { signal, idempotencyKey: 'key-1' });
    expect(await adapter.read(job, { signal })).toMatchObject({ kind: 'succeeded', output: { files: [{ id: 'f1' }] } });
    expect(heard.map(({ path }) => path)).toEqual(['/api/generate/image', '/api/file/f1']);
  });

  it('M5: is not a name in a file or an event', async () => {
    const { url: baseUrl } = await loopback(({ path }) =>
      path.startsWith('/api/events')
        ? stream([`data: ${JSON.stringify({ type: 'file', object: { name: 'f1', url } })}\n\n`])
        : json({ name: 'f1', url, tasks: [] }),
    );
    const adapter = fileBackend({ kind: 'image', baseUrl });
    expect(await rejection(adapter.read({ id: 'f1' }, { signal }))).toMatchObject({ code: 'invalid-response' });
    expect(await collect(adapter.events?.({ id: 'f1' }, quiet))).toEqual([{ kind: 'changed' }]);
  });
});

describe('S28: a number', () => {
  it('S28: as an id is taken as text in the answer to a submit', async () => {
    const { job, ids } = await submitted({ success: true, fileId: 41, projectId: 7, requestId: 0, files: [41, 42] });
    expect(job).toMatchObject({ id: '41', projectId: '7', requestId: '0' });
    expect(ids).toEqual(['41', '42']);
    const listed = await submitted({ files: [{ id: 1 }, { fileId: 2 }] });
    expect(listed.ids).toEqual(['1', '2']);
  });

  it('S28: as an id keeps all its digits', async () => {
    const { job } = await submitted('{"success":true,"fileId":1234567890123456789,"projectId":9007199254740993}');
    expect(job).toMatchObject({ id: '1234567890123456789', projectId: '9007199254740993' });
    const text = '{"fileId":"f1","requestId":"\\"1234567890123456789, \\\\","projectId":"a:1234567890123456789}"}';
    const quoted = await submitted(text);
    expect(quoted.job).toMatchObject({ requestId: '"1234567890123456789, \\', projectId: 'a:1234567890123456789}' });
  });

  it.each(['{"fileId":1.5}', '{"fileId":1e400}', '{"fileId":true}', '{"fileId":[1]}'])(
    'S28: is no id if it is %s',
    async answer => {
      expect(await rejection(submitted(answer))).toMatchObject({ code: 'invalid-response' });
    },
  );

  it('S28: as the id of a file, a task or an event is the text of it', async () => {
    const failing = { id: 41, url: null, tasks: [{ status: 'error', file_id: 42 }] };
    const { url: baseUrl } = await loopback(({ path }) => {
      if (!path.startsWith('/api/events')) return json(path.endsWith('41') ? failing : { ...failing, id: 42 });
      const events = [
        { type: 'file', object: { id: 41, url } },
        { type: 'render_progress', object: { file_id: 41, progress: 5 } },
        { type: 'render_progress', object: { file_id: 42, progress: 5 } },
        { type: 'file', object: '41' },
        { type: 'file', object: 41 },
      ];
      return stream(events.map(event => `data: ${JSON.stringify(event)}\n\n`));
    });
    const adapter = fileBackend({ kind: 'image', baseUrl });
    expect(await adapter.read({ id: '41' }, { signal })).toMatchObject({ kind: 'pending' });
    expect(await adapter.read({ id: '42' }, { signal })).toMatchObject({ kind: 'failed' });
    const updates = await collect(adapter.events?.({ id: '41' }, quiet));
    expect(updates.map(({ kind }) => kind)).toEqual(['succeeded', 'pending', 'ignored', 'changed', 'changed']);
    const shared = toFileUpdates([{ id: 41, url }], [{ id: '41' }]);
    expect(shared.get('41')).toMatchObject({ kind: 'succeeded', output: { files: [{ id: '41' }] } });
  });

  it('S28: as an id on a shared channel finds its job', async () => {
    const event = { type: 'file', object: { id: 41, url } };
    const { url: baseUrl } = await loopback(() => stream([`data: ${JSON.stringify(event)}\n\n`]));
    const one = follow(sharedEvents(fileChannels({ baseUrl, channelOf: () => 'user.1' })), { id: '41' });
    await one.ending();
    expect(one.updates).toMatchObject([{ kind: 'succeeded' }]);
  });

  it('S28: in metadata and progress may be a text', async () => {
    const image_generation = { width: '1280', height: ' 720 ', seed: '7', steps: '2e1', frame_rate: '24.0' };
    const { url: baseUrl } = await loopback(({ path }) =>
      path.startsWith('/api/events')
        ? stream(
            ['45', '45.5', '45%', '-1', 'half', '', null].map(
              progress =>
                `data: ${JSON.stringify({ type: 'render_progress', object: { file_id: 'f1', progress } })}\n\n`,
            ),
          )
        : json({ id: 'f1', url, image_generation, duration: '5.0' }),
    );
    const adapter = fileBackend({ kind: 'video', baseUrl });
    expect(await adapter.read({ id: 'f1' }, { signal })).toMatchObject({
      output: { files: [{ metadata: { width: 1280, height: 720, seed: 7, steps: 20, frameRate: 24, duration: 5 } }] },
    });
    const updates = await collect(adapter.events?.({ id: 'f1' }, quiet));
    expect(updates.map(update => update.kind === 'pending' && update.progress)).toEqual([
      0.45,
      0.455,
      0.45,
      0,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('S28: as a seed keeps all its digits', async () => {
    const body = '{"id":"f1","url":"https://a.test/1.png","image_generation":{"seed":9007199254740993}}';
    const { url: baseUrl } = await loopback(() => ({ body }));
    const adapter = fileBackend({ kind: 'image', baseUrl });
    const seeds = async (job: JobRef) => {
      const update = await adapter.read(job, { signal });
      return update.kind === 'succeeded' && update.output.files.map(({ metadata }) => metadata.seed);
    };
    expect(await seeds({ id: 'f1' })).toEqual(['9007199254740993']);
  });

  it.each(['wide', '1280px', '0x500', '9007199254740993', '', {}])('S28: is not %j', async width => {
    const { url: baseUrl } = await loopback(() => json({ id: 'f1', url, image_generation: { width } }));
    expect(await fileBackend({ kind: 'image', baseUrl }).read({ id: 'f1' }, { signal })).toMatchObject({
      output: { files: [{ metadata: {} }] },
    });
  });
});

describe('M9: a file of a batch that was seen done', () => {
  const batch: JobRef = { id: 'f1', kind: 'image', files: ['f1', 'f2'] };
  const done = (id: string, members: object = {}) => json({ id, url: `https://cdn.test/${id}.png`, ...members });
  const pending = (id: string) => json({ id, url: null, tasks: [] });

  /** Each file answers its reads in this order, and the last one from then on. */
  async function reading(answers: Readonly<Record<string, readonly Answer[]>>, submit?: Answer) {
    const counts = new Map<string, number>();
    const { url: baseUrl, heard } = await loopback(({ path, method }) => {
      if (method === 'POST') return submit ?? expect.unreachable();
      const id = path.slice(-2);
      const at = counts.get(id) ?? 0;
      counts.set(id, at + 1);
      return answers[id]?.[at] ?? answers[id]?.at(-1) ?? expect.unreachable();
    });
    const adapter = fileBackend({ kind: 'image', baseUrl });
    return { adapter, heard, read: (job = batch) => adapter.read(job, { signal }) };
  }
  const both = { kind: 'succeeded', output: { files: [{ id: 'f1' }, { id: 'f2' }], failed: [] } };

  it('M9: is not asked for again, and not lost', async () => {
    const { read, heard } = await reading({ f1: [done('f1'), { status: 404 }], f2: [pending('f2'), done('f2')] });
    expect(await read()).toMatchObject({ kind: 'pending', progress: 0.5 });
    expect(await read()).toMatchObject(both);
    expect(heard.map(({ path }) => path.slice(-2)).sort()).toEqual(['f1', 'f2', 'f2']);
  });

  it('M9: is not lost by a 404 of the others', async () => {
    const { read } = await reading({
      f1: [done('f1')],
      f2: [pending('f2'), { status: 404 }, { status: 404 }, done('f2')],
    });
    for (let nth = 0; nth < 3; nth += 1) expect(await read()).toMatchObject({ kind: 'pending', progress: 0.5 });
    expect(await read()).toMatchObject(both);
  });

  it('M9: does not hide that the others cannot be read', async () => {
    const { read } = await reading({ f1: [done('f1')], f2: [pending('f2'), { status: 503 }, { status: 401 }] });
    await read();
    expect(await rejection(read())).toMatchObject({ code: 'network' });
    expect(await rejection(read())).toMatchObject({ code: 'unauthorized' });
  });

  it('M9: is the result at last where another one is never found', async () => {
    const { read } = await reading({ f1: [done('f1')], f2: [{ status: 404 }] });
    let reads = 0;
    let update = await read();
    while (update.kind === 'pending' && ++reads < 100) update = await read();
    expect(reads).toBe(59);
    expect(update).toMatchObject({ kind: 'succeeded', output: { files: [{ id: 'f1' }], failed: [{ id: 'f2' }] } });
  });

  it('M9: is known from the answer to the submit, too', async () => {
    const files = [{ id: 'f1', url: 'https://cdn.test/f1.png' }, { id: 'f2' }];
    const { adapter, read } = await reading({ f1: [{ status: 404 }], f2: [done('f2')] }, json({ fileId: 'f1', files }));
    const { job } = await adapter.submit({ prompt: 'dunes' }, { signal, idempotencyKey: 'key-1' });
    expect(await read(job)).toMatchObject(both);
  });

  it('M9: is asked for again once its url has expired, and once the job has ended', async () => {
    const old = done('f1', { expires_at: '2001-01-01T00:00:00Z' });
    const { read, heard } = await reading({ f1: [old, { status: 404 }, done('f1')], f2: [pending('f2'), done('f2')] });
    await read();
    expect(await read()).toMatchObject(both);
    expect(await read()).toMatchObject(both);
    expect(heard).toHaveLength(6);
  });

  it('M9: is not lost to reads that are shared', () => {
    const job = { ...batch };
    const [f1, f2] = ['f1', 'f2'].map(id => ({ id, url: `https://cdn.test/${id}.png` }));
    expect(toFileUpdates([f1, { id: 'f2', url: null }], [job]).get('f1')).toMatchObject({ progress: 0.5 });
    expect(toFileUpdates([f2], [{ ...batch }]).get('f1')).toMatchObject({ kind: 'pending', progress: 0.5 });
    expect(toFileUpdates([f2], [job], { baseUrl: 'https://b.test' }).get('f1')).toMatchObject({ kind: 'pending' });
    expect(toFileUpdates([f1], [job]).get('f1')).toMatchObject({ progress: 0.5 });
    expect(toFileUpdates([f2], [job]).get('f1')).toMatchObject(both);
    expect(toFileUpdates([f2], [job]).get('f1')).toMatchObject({ progress: 0.5 });
  });

  it('M9: of one job is not one of another', async () => {
    const { read } = await reading({ f1: [done('f1'), pending('f1')], f2: [pending('f2')], f3: [pending('f3')] });
    await read();
    expect(await read({ id: 'f3', files: ['f3', 'f1'] })).toMatchObject({ kind: 'pending', progress: undefined });
  });
});
