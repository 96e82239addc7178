import type { ImageGenerator } from 'generation-lifecycle/react/drop-in';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { form, shownImages } from '../support/drop-in-component.js';
import { modes } from '../support/painter.js';
import {
  fileEvent,
  fileObject,
  jsonAnswer,
  progressEvent,
  readyAt,
  scheduledWire,
  urlOf,
  type WireSchedule,
} from '../support/scheduled-wire.js';

const minute = 60_000;
const startedAt = 1_000_000;
const noStream = { streamStatus: () => 404 };
const never = Number.POSITIVE_INFINITY;
const done = (id: string, at: number): WireSchedule => ({ says: [[at, fileEvent(id)]], file: readyAt(at) });
const once = ['generation.started', 'generation.completed'];

const start = ({ generateImage }: ImageGenerator) => generateImage(form);
const settings = { model: 'flux-dev', style: 'photo', shotSize: 'wide', resolution: '1024x768', seed: 7 };

/** A running generation as the hooks before left it. */
const oldEntry = {
  id: 'gen-1',
  type: 'image',
  status: 'processing',
  fileId: 'file-1',
  projectId: 'image-generator-tool',
  prompt: 'an old lighthouse',
  startTime: startedAt - minute,
  lastUpdate: startedAt - minute,
  settings,
};

describe.each(modes)('the catalogue in a page of the drop-in with $mode', ({ Wrapper }) => {
  beforeEach(() => {
    localStorage.clear();
    vi.useFakeTimers({ now: startedAt });
  });
  afterEach(() => void vi.useRealTimers());

  /** The page after a reload in the middle of a generation of old code. */
  async function recovered(schedule: WireSchedule, entry: object = oldEntry) {
    localStorage.setItem('generation_states', JSON.stringify([entry]));
    const wire = scheduledWire();
    wire.adopt('file-1', schedule);
    const page = await shownImages(Wrapper, [], { wire });
    await page.pass(0);
    return page;
  }

  it('D1 a result at 5 s is one item and one notice, without later requests', async () => {
    const page = await shownImages(Wrapper, [done('file-1', 5_000)]);
    await page.press(start);
    await page.pass(6_000);
    expect(page.shown()).toEqual(['file-1']);
    const requests = page.wire.exchanges.length;
    await page.pass(minute);
    expect([page.shown(), page.noticeTypes()]).toEqual([['file-1'], once]);
    expect(page.wire.exchanges.length).toBe(requests);
  });

  it.each<{ what: string; schedule: WireSchedule }>([
    {
      what: 'D5 the stream and a read, with different metadata,',
      schedule: { readTakes: () => 4_900, ...done('file-1', 4_500) },
    },
    {
      what: 'D10 a result and then the file, with another url,',
      schedule: {
        says: [
          [5_000, { type: 'render_result', object: { file_id: 'file-1', url: 'https://cdn.test/file-1.webp' } }],
          [5_001, fileEvent('file-1')],
          [5_002, fileEvent('file-1')],
        ],
        file: readyAt(5_000),
      },
    },
  ])('$what give one item with the whole input', async ({ schedule }) => {
    const page = await shownImages(Wrapper, [schedule]);
    await page.press(start);
    await page.pass(20_000);
    expect([page.shown(), page.noticeTypes()]).toEqual([['file-1'], once]);
    expect(page.now().generatedImages).toMatchObject([{ prompt: form.prompt, settings, timestamp: startedAt }]);
  });

  it('D7 a page that is mounted twice recovers its generation once', async () => {
    const page = await recovered(done('file-1', 5_000));
    await page.pass(minute);
    expect([page.shown(), page.noticeTypes()]).toEqual([['file-1'], ['generation.completed']]);
    expect([page.wire.submits().length, page.wire.streams().length]).toEqual([0, 1]);
    expect(page.now().generatedImages).toMatchObject([{ prompt: 'an old lighthouse', settings }]);
  });

  it('D9 a double click before the page renders is one POST and one stream', async () => {
    const page = await shownImages(Wrapper, [done('file-1', 5_000), done('file-2', 5_000)]);
    await page.press(client => {
      void start(client);
      void start(client);
    });
    await page.press(start);
    await page.pass(minute);
    expect([page.wire.submits().length, page.wire.streams().length]).toEqual([1, 1]);
    expect(page.shown()).toEqual(['file-1']);
  });

  it('D13 a result is reported once, however often the page is mounted again', async () => {
    const page = await shownImages(Wrapper, [done('file-1', 5_000)]);
    await page.press(start);
    for (const mode of ['hidden', 'visible', 'gone', 'visible', 'hidden', 'visible'] as const) {
      await page.pass(2_000);
      await page.show(mode);
    }
    await page.pass(minute);
    expect([page.shown(), page.noticeTypes()]).toEqual([['file-1'], once]);
    expect(page.wire.submits()).toHaveLength(1);
  });

  it('L4 a recovery by polling survives a page that is mounted twice', async () => {
    const page = await recovered({ ...noStream, file: readyAt(20_000) });
    let mostReads = 0;
    for (let seconds = 0; seconds < 40; seconds += 1) {
      await page.pass(1_000);
      mostReads = Math.max(mostReads, page.wire.open('read'));
    }
    expect([page.shown(), page.noticeTypes()]).toEqual([['file-1'], ['generation.completed']]);
    expect(mostReads).toBeLessThanOrEqual(1);
  });

  it.each<{ what: string; schedule: WireSchedule; end: string[]; status: string }>([
    {
      what: 'that had failed',
      schedule: { file: id => fileObject(id, null, { tasks: [{ id: 't', type: 'image', status: 'error' }] }) },
      end: ['generation.failed'],
      status: 'error',
    },
    {
      what: 'whose stream never opens',
      schedule: { opensAt: never, file: readyAt(0) },
      end: ['generation.completed'],
      status: 'completed',
    },
  ])(
    'L5 the recovery of a generation $what ends, and its stored generation is removed',
    async ({ schedule, end, status }) => {
      const page = await recovered(schedule);
      expect(page.status()).toBe('processing');
      await page.pass(20_000);
      expect([page.status(), page.noticeTypes()]).toEqual([status, end]);
      expect(JSON.parse(localStorage.getItem('generation_states') ?? '[]')).toEqual([]);
    },
  );

  it('L6 a generation that stops polling is an error at once, and resuming it finds its result', async () => {
    const page = await shownImages(Wrapper, [{ ...noStream, file: readyAt(10 * minute) }]);
    await page.press(start);
    await page.pass(8 * minute);
    expect([page.status(), page.noticeTypes()]).toEqual(['error', ['generation.started', 'generation.failed']]);
    const reads = page.wire.reads().length;
    await page.pass(4 * minute);
    expect(page.wire.reads().length).toBe(reads);
    await page.press(({ forceCheckResults }) => forceCheckResults());
    await page.pass(3_000);
    expect([page.shown(), page.status()]).toEqual([['file-1'], 'completed']);
    expect(page.wire.submits()).toHaveLength(1);
  });

  it('L7 the second generation of a page is not "connected" on the channel of the first', async () => {
    const page = await shownImages(Wrapper, [done('file-1', 5_000), { opensAt: 3_000 }]);
    await page.press(start);
    await page.pass(1_000);
    expect(page.now()).toMatchObject({ isConnected: true, connectionStatus: 'connected' });
    await page.pass(6_000);
    await page.press(start);
    await page.pass(1_000);
    expect(page.now()).toMatchObject({ isConnected: false, connectionStatus: 'connecting' });
    await page.pass(3_000);
    expect(page.now()).toMatchObject({ isConnected: true, connectionStatus: 'connected' });
    expect(page.wire.streams().map(({ fileId }) => fileId)).toEqual(['file-1', 'file-2']);
  });

  it.each<{ what: string; schedule: WireSchedule; ids: string[] }>([
    {
      what: 'each file of a batch',
      schedule: { files: ['file-1', 'file-2', 'file-3'], file: readyAt(3_000) },
      ids: ['file-1', 'file-1/1', 'file-1/2'],
    },
    {
      what: 'a url that is in the answer already',
      schedule: { submit: () => jsonAnswer({ success: true, fileId: 'file-1', url: urlOf('file-1') }) },
      ids: ['file-1'],
    },
  ])('L18 $what becomes an item', async ({ schedule, ids }) => {
    const page = await shownImages(Wrapper, [schedule]);
    await page.press(start);
    await page.pass(minute);
    expect([page.shown(), page.noticeTypes()]).toEqual([ids, once]);
  });

  it('L20 a POST that fails is an error with one notice, and the form is enabled', async () => {
    const refuse = () => jsonAnswer({ success: false, error: 'Insufficient balance', requiredCredits: 5 }, 402);
    const page = await shownImages(Wrapper, [{ submit: refuse }, done('file-2', 5_000)]);
    await page.press(start);
    await page.pass(0);
    expect(page.now()).toMatchObject({ isGenerating: false, generationStatus: { status: 'error' } });
    expect(page.notices.at(-1)).toMatchObject({
      type: 'generation.failed',
      failure: { code: 'payment-required', charged: 'no', details: { requiredCredits: 5 } },
    });
    await page.press(start);
    await page.pass(6_000);
    expect([page.shown(), page.noticeTypes().slice(2)]).toEqual([['file-2'], once]);
  });

  it.each<{ when: string; schedule: WireSchedule; ms: number }>([
    { when: 'the stream is open', schedule: done('file-1', 30_000), ms: 2_000 },
    { when: 'it polls', schedule: { ...noStream, file: readyAt(30_000) }, ms: 2_000 },
    { when: 'a read is in flight', schedule: { ...noStream, readTakes: () => 9_000, file: readyAt(0) }, ms: 2_000 },
    { when: 'the POST is in flight', schedule: { ...done('file-1', 30_000), submitTakes: 4_000 }, ms: 2_000 },
    { when: 'the stream is late', schedule: { opensAt: never, file: readyAt(0) }, ms: 8_000 },
  ])(
    'K1 leaving while $when leaves no stream, poll or toast behind, and the next mount shows the result',
    async setting => {
      const page = await shownImages(Wrapper, [setting.schedule]);
      await page.press(start);
      await page.pass(setting.ms);
      await page.show('gone');
      await page.pass(5_000);
      expect(page.wire.open('submit', 'read', 'events')).toBe(0);
      const requests = page.wire.exchanges.length;
      await page.pass(minute);
      expect([page.noticeTypes(), page.wire.exchanges.length]).toEqual([['generation.started'], requests]);

      await page.show('visible');
      await page.pass(20_000);
      expect([page.shown(), page.noticeTypes()]).toEqual([['file-1'], once]);
      expect(page.wire.submits()).toHaveLength(1);
    },
  );

  it.each<{ by: string; end: (client: ImageGenerator) => unknown }>([
    { by: 'stopping', end: ({ stopGeneration }) => stopGeneration() },
    { by: 'clearing', end: ({ clearCurrentGeneration }) => clearCurrentGeneration() },
  ])('K5 $by ends a poll, and a new generation has its own', async ({ end }) => {
    const page = await shownImages(Wrapper, [noStream, { ...noStream, file: readyAt(20_000) }]);
    await page.press(start);
    await page.pass(15_000);
    await page.press(end);
    const reads = page.wire.reads('file-1').length;
    await page.press(start);
    await page.pass(45_000);
    expect([page.shown(), page.status()]).toEqual([['file-2'], 'completed']);
    const all = page.wire.reads().length;
    await page.pass(minute);
    expect([page.wire.reads('file-1').length, page.wire.reads().length]).toEqual([reads, all]);
  });

  it('W1 B, started a second after A was done, is neither completed by A at 10 s nor loses its stream', async () => {
    const page = await shownImages(Wrapper, [done('file-1', 5_000), done('file-2', 20_000)]);
    await page.press(start);
    await page.pass(6_000);
    await page.press(start);
    await page.pass(14_000);
    expect(page.now()).toMatchObject({
      currentGeneration: null,
      isConnected: true,
      generationStatus: { status: 'processing', fileId: 'file-2' },
    });
    expect(page.shown()).toEqual(['file-1']);
    await page.pass(minute);
    expect([page.shown(), page.noticeTypes()]).toEqual([
      ['file-2', 'file-1'],
      [...once, ...once],
    ]);
  });

  it("W3 an event of A does not overwrite B's progress and text", async () => {
    const page = await shownImages(Wrapper, [
      { says: [[8_000, progressEvent('file-1', 90, 'A is nearly there')]] },
      { says: [[1_000, progressEvent('file-2', 20, 'B has begun')]] },
    ]);
    await page.press(start);
    await page.pass(3_000);
    await page.press(({ stopGeneration }) => stopGeneration());
    await page.press(start);
    await page.pass(20_000);
    expect(page.now().generationStatus).toMatchObject({ progress: 20, message: 'B has begun' });
  });

  it("W4 A's late read does not complete B", async () => {
    const slow = { ...noStream, readTakes: () => 20_000, file: readyAt(1_000), ignoresAbort: true };
    const page = await shownImages(Wrapper, [slow, noStream]);
    await page.press(start);
    await page.pass(2_000);
    await page.press(({ clearCurrentGeneration }) => clearCurrentGeneration());
    await page.press(start);
    await page.pass(minute);
    expect(page.now().generationStatus).toMatchObject({ status: 'processing', fileId: 'file-2' });
    expect(page.shown()).toEqual([]);
  });

  it.each<{ what: string; schedule: WireSchedule }>([
    { what: 'POST', schedule: { submitTakes: 4_000, file: readyAt(0) } },
    {
      what: 'POST, with the url in its answer',
      schedule: {
        submitTakes: 4_000,
        submit: () => jsonAnswer({ success: true, fileId: 'file-1', url: urlOf('file-1') }),
      },
    },
    { what: 'read', schedule: { ...noStream, readTakes: () => 9_000, file: readyAt(0), ignoresAbort: true } },
    { what: 'stream', schedule: done('file-1', 5_000) },
    { what: 'timer', schedule: { opensAt: never, file: readyAt(0) } },
  ])('W6 a stopped or cleared generation does not come back by its $what', async ({ schedule }) => {
    for (const leave of [
      ({ stopGeneration }: ImageGenerator) => stopGeneration(),
      ({ clearCurrentGeneration }: ImageGenerator) => clearCurrentGeneration(),
    ]) {
      const page = await shownImages(Wrapper, [schedule]);
      await page.press(start);
      await page.pass(2_000);
      await page.press(leave);
      const seen = () => [page.shown(), page.status(), page.now().currentGeneration, page.noticeTypes()];
      const atOnce = [[], 'idle', null, ['generation.started', 'generation.stopped']];
      expect(seen()).toEqual(atOnce);
      await page.pass(minute);
      expect(seen()).toEqual(atOnce);
      expect([page.wire.submits().length, page.wire.open('submit', 'read', 'events')]).toEqual([1, 0]);
      // Nor after the page has been left and found again, as by a reload.
      await page.show('gone');
      await page.pass(0);
      await page.show('visible');
      await page.pass(20_000);
      expect([...page.shown(), page.status()]).toEqual(['idle']);
      expect(page.renders.some(({ generatedImages }) => generatedImages.length > 0)).toBe(false);
      await page.unmount();
      localStorage.clear();
    }
  });

  it('W8 events of other files and projects do not complete the current generation', async () => {
    const page = await shownImages(Wrapper, [
      {
        says: [
          [1_000, fileEvent('file-9')],
          [
            1_500,
            { type: 'data', object: { type: 'image', project_id: 'image-generator-tool', value: { url: urlOf('x') } } },
          ],
          [2_000, { type: 'error', error: 'another job failed' }],
        ],
      },
    ]);
    await page.press(start);
    await page.pass(20_000);
    expect([page.shown(), page.status(), page.noticeTypes()]).toEqual([[], 'processing', ['generation.started']]);
  });

  it.each<{ way: string; schedule: WireSchedule }>([
    { way: 'the stream', schedule: { ...done('file-1', 3_000), file: id => fileObject(id) } },
    {
      way: 'a bare result',
      schedule: {
        says: [[3_000, { type: 'render_result', object: { file_id: 'file-1', file_url: urlOf('file-1') } }]],
      },
    },
    { way: 'a read', schedule: { ...noStream, file: readyAt(3_000) } },
    {
      way: 'the answer to the submit',
      schedule: { submit: () => jsonAnswer({ success: true, fileId: 'file-1', url: urlOf('file-1') }) },
    },
    {
      way: 'progress whose text is no prompt',
      schedule: {
        ...done('file-1', 3_000),
        says: [
          [2_000, progressEvent('file-1', 50, 'Generated image')],
          [3_000, fileEvent('file-1')],
        ],
      },
    },
  ])('W11 prompt and settings are those of the request when the result comes by $way', async ({ schedule }) => {
    const page = await shownImages(Wrapper, [schedule]);
    await page.press(start);
    await page.pass(20_000);
    expect(page.now().currentGeneration).toMatchObject({ id: 'file-1', prompt: form.prompt, settings });
    // It is stored under the id of its generation, and shown under that of its file.
    expect(JSON.parse(localStorage.getItem('super-chatbot-generated-images') ?? '')).toEqual(
      page.now().generatedImages.map(image => ({ ...image, id: `${image.generationId}/0` })),
    );
  });
});
