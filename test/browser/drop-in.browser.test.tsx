import {
  type GeneratedImage,
  type ImageForm,
  type ImageGenerator,
  useImageGenerator,
} from 'generation-lifecycle/react/drop-in';
import { act } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { form, ImagePage, shownImages, withoutLocks } from '../support/drop-in-component.js';
import { modes, testRoot } from '../support/painter.js';
import {
  fileEvent,
  fileObject,
  jsonAnswer,
  progressEvent,
  readyAt,
  textAnswer,
  type WireSchedule,
} from '../support/scheduled-wire.js';

const noStream = { streamStatus: () => 404 };
const done = (id: string, at: number): WireSchedule => ({ says: [[at, fileEvent(id)]], file: readyAt(at) });
const start = ({ generateImage }: ImageGenerator) => generateImage(form);

const image = (members: Partial<GeneratedImage> = {}): GeneratedImage => ({
  id: 'file-1',
  url: 'https://files.test/file-1.png',
  prompt: 'a lighthouse',
  timestamp: 1,
  settings: { model: '', style: '', resolution: '', shotSize: '' },
  ...members,
});

describe.each(modes)('useImageGenerator with $mode', ({ Wrapper }) => {
  beforeEach(() => {
    localStorage.clear();
    vi.useFakeTimers({ now: 1_000_000 });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });

  it('shows each step of a generation as the replaced hook did', async () => {
    const page = await shownImages(Wrapper, [
      {
        ...done('file-1', 5_000),
        submitTakes: 500,
        opensAt: 1_000,
        says: [
          [3_000, progressEvent('file-1', 45, 'Painting')],
          [5_000, fileEvent('file-1')],
        ],
      },
    ]);
    expect(page.now()).toMatchObject({ generationStatus: { status: 'idle' }, connectionStatus: 'disconnected' });
    await page.press(start);
    expect(page.now()).toMatchObject({ generationStatus: { status: 'pending' }, isGenerating: true });
    await page.pass(550);
    expect(page.now()).toMatchObject({ generationStatus: { status: 'processing' }, connectionStatus: 'connecting' });
    await page.pass(2_450);
    expect(page.now()).toMatchObject({
      generationStatus: {
        status: 'processing',
        progress: 45,
        message: 'Painting',
        expectedAt: expect.any(Number),
        isLate: false,
        fileId: 'file-1',
      },
      isConnected: true,
      connectionStatus: 'connected',
      isGenerating: true,
      currentGeneration: null,
    });
    await page.pass(3_000);
    expect(page.now()).toMatchObject({
      generationStatus: {
        status: 'completed',
        progress: 100,
        expectedAt: undefined,
        projectId: 'image-generator-tool',
        fileId: 'file-1',
      },
      isConnected: false,
      isGenerating: false,
      currentGeneration: { id: 'file-1', prompt: form.prompt },
      generatedImages: [{ id: 'file-1' }],
    });
    expect(page.now().generateImage).toBe(page.renders[0]?.generateImage);
  });

  it.each<{ what: string; schedule: WireSchedule; status: string }>([
    { what: 'is accepted', schedule: { submitTakes: 3_000 }, status: 'processing' },
    {
      what: 'is refused',
      schedule: { submitTakes: 3_000, submit: () => jsonAnswer({ error: 'Internal error' }, 500) },
      status: 'error',
    },
  ])('resolves generateImage without a value as soon as the submit $what', async ({ schedule, status }) => {
    const page = await shownImages(Wrapper, [schedule]);
    const answers: unknown[] = [];
    await page.press(client => start(client).then(answer => answers.push(answer)));
    await page.pass(2_900);
    expect(answers).toEqual([]);
    await page.pass(200);
    expect([answers, page.status()]).toEqual([[undefined], status]);
  });

  it.each<{ kind: string; given: ImageForm; sent: object }>([
    { kind: 'as the backend has it', given: form, sent: { ...form, chatId: 'image-generator-tool' } },
    {
      kind: 'of texts and empty fields',
      given: {
        prompt: 'a lighthouse',
        model: 'flux-dev',
        resolution: '1024 x 768',
        style: 'photo',
        shotSize: '',
        seed: '7',
        steps: '',
        negativePrompt: '',
        chatId: 'chat-1',
        file: null,
      },
      sent: {
        prompt: 'a lighthouse',
        model: { name: 'flux-dev' },
        resolution: { width: 1024, height: 768 },
        style: { id: 'photo' },
        seed: 7,
        chatId: 'chat-1',
      },
    },
  ])('sends a form $kind in the format of the route, with the headers of the page', async ({ given, sent }) => {
    const requests: { readonly path: string; readonly body: unknown; readonly token: string | null }[] = [];
    const page = await shownImages(Wrapper, [], {
      options: {
        headers: { Authorization: 'Bearer 1' },
        fetch: async (url, { body, headers }) => {
          const token = new Headers(headers).get('authorization');
          requests.push({ path: new URL(url).pathname, body: JSON.parse(String(body)), token });
          return jsonAnswer({ error: 'no more' }, 402);
        },
      },
    });
    await page.press(({ generateImage }) => generateImage(given));
    await page.pass(0);
    expect(requests).toEqual([{ path: '/api/generate/image', body: sent, token: 'Bearer 1' }]);
  });

  it('rejects an invalid form before anything is sent, and never throws', async () => {
    const page = await shownImages(Wrapper);
    for (const bad of [{ prompt: ' ' }, { prompt: 'a', batchSize: 9 }, undefined]) {
      // As a page without types may call it.
      const call = page.now().generateImage as (form: unknown) => Promise<void>;
      await page.press(() => call(bad));
      await page.pass(0);
      expect(page.notices.at(-1)).toMatchObject({
        type: 'generation.failed',
        failure: { code: 'bad-input', charged: 'no' },
      });
      expect(page.now()).toMatchObject({ isGenerating: false, generationStatus: { status: 'error' } });
    }
    expect(page.wire.exchanges).toEqual([]);
  });

  it('reads the file at once on request, and only once for two clicks', async () => {
    const page = await shownImages(Wrapper, [{ ...noStream, readTakes: () => 300 }]);
    await page.press(start);
    await page.pass(30_000);
    const before = page.wire.reads().length;
    while (page.wire.reads().length === before) await page.pass(100);
    // Past the shortest gap between two reads, and before the next one by itself.
    await page.pass(1_500);
    const reads = page.wire.reads().length;
    await page.press(client => {
      void client.forceCheckResults();
      void client.forceCheckResults();
    });
    await page.press(({ forceCheckResults }) => forceCheckResults());
    expect(page.wire.reads().length).toBe(reads + 1);
    await page.pass(350);
    expect(page.wire.reads().length).toBe(reads + 1);
  });

  it('resumes a failed generation without a charge on request', async () => {
    let isDown = true;
    const file = (id: string) => (isDown ? textAnswer('', 403) : fileObject(id, 'https://files.test/1.png'));
    const page = await shownImages(Wrapper, [{ opensAt: Number.POSITIVE_INFINITY, file }]);
    await page.press(start);
    await page.pass(12_000);
    expect([page.status(), page.noticeTypes()]).toEqual(['error', ['generation.started', 'generation.failed']]);
    // It outlives the page.
    await page.show('gone');
    await page.pass(0);
    await page.show('visible');
    await page.pass(1_000);
    expect(page.status()).toBe('error');

    isDown = false;
    const reads = page.wire.reads().length;
    await page.press(client => {
      void client.forceCheckResults();
      void client.forceCheckResults();
    });
    await page.pass(100);
    expect([page.status(), page.wire.reads().length, page.wire.submits().length]).toEqual(['completed', reads + 1, 1]);
    expect(page.noticeTypes().slice(2)).toEqual(['generation.completed']);
  });

  it('deletes an image permanently, and all images', async () => {
    const page = await shownImages(Wrapper, [done('file-1', 1_000), done('file-2', 1_000), done('file-3', 1_000)]);
    for (const _ of ['first', 'second', 'third']) {
      await page.press(start);
      await page.pass(3_000);
    }
    expect(page.shown()).toEqual(['file-3', 'file-2', 'file-1']);
    await page.press(({ deleteImage }) => deleteImage('file-1'));
    expect([page.shown(), page.status()]).toEqual([['file-3', 'file-2'], 'completed']);
    await page.press(({ deleteImage }) => deleteImage('file-3'));
    expect([page.shown(), page.status()]).toEqual([['file-2'], 'idle']);
    await page.press(({ clearAllImages }) => clearAllImages());
    await page.pass(1_000);
    expect(page.shown()).toEqual([]);
    await page.show('gone');
    await page.pass(0);
    await page.show('visible');
    await page.pass(1_000);
    expect([page.shown(), localStorage.getItem('super-chatbot-generated-images')]).toEqual([[], '[]']);
  });

  it('clears the current generation, and keeps the gallery', async () => {
    const page = await shownImages(Wrapper, [done('file-1', 1_000), done('file-2', 1_000)]);
    for (const _ of ['first', 'second']) {
      await page.press(start);
      await page.pass(3_000);
    }
    await page.press(({ clearCurrentGeneration }) => clearCurrentGeneration());
    expect(page.now()).toMatchObject({ generationStatus: { status: 'idle' }, currentGeneration: null });
    expect(page.shown()).toEqual(['file-2', 'file-1']);
  });

  it('reports once that the backend of a stopped generation goes on', async () => {
    const page = await shownImages(Wrapper, [done('file-1', 5_000)]);
    await page.press(start);
    await page.pass(2_000);
    await page.press(({ stopGeneration }) => stopGeneration());
    await page.press(({ stopGeneration }) => stopGeneration());
    expect(page.notices.slice(1)).toMatchObject([
      {
        type: 'generation.stopped',
        isCancelled: false,
        charged: 'yes',
        message: expect.stringContaining('cannot cancel'),
      },
    ]);
    expect(page.now()).toMatchObject({ isGenerating: false, generationStatus: { status: 'idle' } });
  });

  it('names the failed files of a batch in its notice', async () => {
    const failed = { tasks: [{ id: 't', type: 'image', status: 'error' }] };
    const page = await shownImages(Wrapper, [
      {
        files: ['file-1', 'file-2'],
        file: id => (id === 'file-1' ? fileObject(id, 'https://files.test/1.png') : fileObject(id, null, failed)),
      },
    ]);
    await page.press(start);
    await page.pass(5_000);
    expect(page.notices.slice(1)).toMatchObject([
      {
        type: 'generation.completed',
        items: [{ id: 'file-1' }],
        failed: [{ id: 'file-2' }],
        message: 'The image is ready. 1 failed.',
      },
    ]);
  });

  it('generates again from a notice of an outcome, and resolves when that submit is answered', async () => {
    let answered = 0;
    const again = async () => {
      await page.now().generateImage(form);
      answered += 1;
    };
    const page = await shownImages(
      Wrapper,
      [
        { submit: () => jsonAnswer({ error: 'Unauthorized' }, 401) },
        { ...done('file-2', 2_000), submitTakes: 500 },
        { ...done('file-3', 2_000), submitTakes: 500 },
      ],
      { options: { notify: ({ type }) => type !== 'generation.started' && void again() } },
    );
    await page.press(start);
    await page.pass(400);
    expect([page.wire.submits().length, answered]).toEqual([2, 0]);
    await page.pass(200);
    expect(answered).toBe(1);
    await page.pass(2_000);
    expect([page.wire.submits().length, page.shown()]).toEqual([3, ['file-2']]);
  });

  it('E6: says of which generation each notice is, whatever the page shows by then', async () => {
    const page = await shownImages(Wrapper, [
      done('file-1', 1_000),
      { submit: () => jsonAnswer({ error: 'Unauthorized' }, 401) },
      {},
    ]);
    const of = (prompt: string) => ({ ...form, prompt, resolution: '16:9' });
    for (const prompt of ['of A', 'of B', 'of C']) {
      await page.press(({ generateImage }) => generateImage(of(prompt)));
      await page.pass(3_000);
    }
    await page.press(({ stopGeneration }) => stopGeneration());
    const settings = { model: 'flux-dev', style: 'photo', shotSize: 'wide', resolution: '16:9', seed: 7 };
    const about = (prompt: string, id: unknown) => ({ id, description: { prompt, settings } });
    const ids = page.notices.map(notice => 'id' in notice && notice.id);
    expect(page.notices).toMatchObject([
      { type: 'generation.started', ...about('of A', ids[0]) },
      { type: 'generation.completed', ...about('of A', ids[0]) },
      { type: 'generation.started', ...about('of B', ids[2]) },
      { type: 'generation.failed', ...about('of B', ids[2]) },
      { type: 'generation.started', ...about('of C', ids[4]) },
      { type: 'generation.stopped', ...about('of C', ids[4]) },
    ]);
    expect(new Set(ids).size).toBe(3);
  });

  it('E6: says it of a generation that another page has begun, too', async () => {
    const page = await shownImages(Wrapper, [done('file-1', 5_000)]);
    await page.press(start);
    await page.pass(1_000);
    await page.show('gone');
    await page.pass(0);
    await page.show('visible');
    await page.pass(10_000);
    expect(page.notices.at(-1)).toMatchObject({
      type: 'generation.completed',
      description: { prompt: form.prompt, settings: { resolution: '1024x768' } },
    });
  });

  it.each([
    { what: 'the same form', other: form },
    { what: 'another form', other: { ...form, prompt: 'a windmill' } },
  ])('D9 submits once if a notice generates twice, with $what', async ({ other }) => {
    const again = () => {
      void page.now().generateImage(form);
      void page.now().generateImage(other);
    };
    const page = await shownImages(Wrapper, [done('file-1', 1_000), done('file-2', 1_000), done('file-3', 1_000)], {
      options: { notify: ({ type }) => page.wire.submits().length === 1 && type === 'generation.completed' && again() },
    });
    await page.press(start);
    await page.pass(5_000);
    expect([page.wire.submits().length, page.shown()]).toEqual([2, ['file-2', 'file-1']]);
  });

  it('notifies the component that was mounted last, with its newest callback, once', async () => {
    const page = await shownImages(Wrapper, [done('file-1', 5_000)]);
    const other: string[] = [];
    const { render } = testRoot();
    const inner = (round: number) => (
      <ImagePage
        options={{
          baseUrl: page.baseUrl,
          fetch: page.wire.fetch,
          notify: ({ type }) => other.push(`${type} ${round}`),
        }}
        onRender={() => {}}
      />
    );
    await render(inner(1));
    await render(inner(2));
    await page.press(start);
    await page.pass(3_000);
    await render(inner(3));
    await page.pass(3_000);
    expect([page.noticeTypes(), other]).toEqual([[], ['generation.started 2', 'generation.completed 3']]);
  });

  describe('a finished image', () => {
    const saved = () => {
      const names: string[] = [];
      vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
        names.push(this.download);
      });
      return names;
    };

    it('is saved under a name with the extension of its content type', async () => {
      const names = saved();
      vi.stubGlobal('fetch', async () => new Response(new Blob(['x'], { type: 'image/jpeg' })));
      const page = await shownImages(Wrapper);
      await act(() => page.now().downloadImage(image()));
      expect([names, page.noticeTypes()]).toEqual([['image-file-1.jpg'], ['item.downloaded']]);
    });

    /** How the page asks for the file: each time that it did. */
    const answering = (answer: (init: RequestInit | undefined) => Response) => {
      const caches: (string | undefined)[] = [];
      vi.stubGlobal('fetch', async (_: string, init?: RequestInit) => {
        caches.push(init?.cache);
        return answer(init);
      });
      return caches;
    };
    const unreadable = (): never => {
      throw new TypeError('Failed to fetch');
    };

    it('is opened in a new tab if the page cannot read it', async () => {
      const names = saved();
      const tab = document.body.appendChild(document.createElement('iframe'));
      const open = vi.spyOn(window, 'open').mockReturnValue(tab.contentWindow);
      answering(unreadable);
      const page = await shownImages(Wrapper);
      await act(() => page.now().downloadImage(image()));
      expect([names, page.noticeTypes()]).toEqual([[], ['item.opened']]);
      expect(open).toHaveBeenCalledExactlyOnceWith('https://files.test/file-1.png', '_blank');
      tab.remove();
    });

    it('S25: is told as not saved if the page cannot read it and the browser blocks the new tab', async () => {
      const names = saved();
      vi.spyOn(window, 'open').mockReturnValue(null);
      answering(unreadable);
      const page = await shownImages(Wrapper);
      await act(() => page.now().downloadImage(image()));
      expect([names, page.notices]).toMatchObject([
        [],
        [{ type: 'item.download-failed', level: 'error', message: expect.stringContaining('blocked the new tab') }],
      ]);
    });

    it('S25: is fetched past a cache that holds it without CORS', async () => {
      const names = saved();
      const open = vi.spyOn(window, 'open');
      const caches = answering(init => {
        if (init?.cache !== 'reload') unreadable();
        return new Response(new Blob(['x'], { type: 'image/png' }));
      });
      const page = await shownImages(Wrapper);
      await act(() => page.now().downloadImage(image()));
      expect([names, page.noticeTypes()]).toEqual([['image-file-1.png'], ['item.downloaded']]);
      expect([caches, open.mock.calls]).toEqual([[undefined, 'reload'], []]);
    });

    it.each([
      { what: 'a login page', answer: () => new Response('<p>Log in', { headers: { 'content-type': 'text/html' } }) },
      { what: 'an error as JSON', answer: () => Response.json({ error: 'expired' }) },
      { what: 'nothing', answer: () => new Response(null, { headers: { 'content-type': 'image/png' } }) },
    ])('S25: is told as not saved if its server answers with $what', async ({ answer }) => {
      const names = saved();
      answering(answer);
      const page = await shownImages(Wrapper);
      await act(() => page.now().downloadImage(image()));
      expect([names, page.noticeTypes()]).toEqual([[], ['item.download-failed']]);
    });

    it('S25: never rejects, whatever a page passes', async () => {
      vi.spyOn(window, 'open').mockImplementation(unreadable);
      answering(unreadable);
      const page = await shownImages(Wrapper);
      vi.spyOn(navigator.clipboard, 'writeText').mockImplementation(async () => unreadable());
      const { downloadImage, copyImageUrl } = page.now();
      for (const command of [downloadImage, copyImageUrl]) {
        // As a page without types may call it.
        const call = command as (item: unknown) => Promise<void>;
        for (const item of [image(), undefined, null, {}, { url: 7 }, image({ url: 'https://' })]) {
          expect(await call(item)).toBeUndefined();
        }
      }
      expect(new Set(page.noticeTypes())).toEqual(new Set(['item.download-failed', 'item.copy-failed']));
      expect(page.notices.map(({ message }) => message).join()).not.toMatch(/undefined|null/);
    });

    it('S25: says that a page without a clipboard cannot copy', async () => {
      vi.stubGlobal('navigator', Object.create(navigator, { clipboard: { value: undefined } }));
      const page = await shownImages(Wrapper);
      await page.press(({ copyImageUrl }) => copyImageUrl(image()));
      expect(page.notices).toMatchObject([
        { type: 'item.copy-failed', message: expect.stringContaining('Open this page over https.') },
      ]);
    });

    it.each([
      { what: 'whose url has expired', item: image(), status: 403 },
      { what: 'with an address that is a script', item: image({ url: 'javascript:alert(1)' }), status: 200 },
    ])('$what is not saved, and a notice says so', async ({ item, status }) => {
      const names = saved();
      const open = vi.spyOn(window, 'open').mockReturnValue(null);
      vi.stubGlobal('fetch', async () => new Response('expired', { status }));
      const page = await shownImages(Wrapper);
      const answers: unknown[] = [];
      await page.press(({ downloadImage }) => downloadImage(item).then(answer => answers.push(answer)));
      expect([answers, names, page.noticeTypes()]).toEqual([[undefined], [], ['item.download-failed']]);
      expect(open).not.toHaveBeenCalled();
    });

    it.each([
      { when: 'the page may write to it', write: async () => {}, noticeTypes: 'item.copied' },
      {
        when: 'it may not',
        write: async () => Promise.reject(new DOMException('no', 'NotAllowedError')),
        noticeTypes: 'item.copy-failed',
      },
    ])('reports whether its url was copied to the clipboard when $when', async ({ write, noticeTypes }) => {
      const texts = vi.spyOn(navigator.clipboard, 'writeText').mockImplementation(write);
      const page = await shownImages(Wrapper);
      await page.press(({ copyImageUrl }) => copyImageUrl(image()));
      expect([texts.mock.calls, page.noticeTypes()]).toEqual([[['https://files.test/file-1.png']], [noticeTypes]]);
    });
  });
});

function Plain() {
  const { generationStatus, generatedImages } = useImageGenerator();
  return (
    <p>
      {generationStatus.status} {generatedImages.length}
    </p>
  );
}

describe('hydrating a page of the drop-in', () => {
  it.each(modes)('warns of nothing, and shows what is stored, with $mode', async ({ Wrapper }) => {
    withoutLocks();
    const warned = vi.spyOn(console, 'error');
    localStorage.setItem('super-chatbot-generated-images', JSON.stringify([image()]));
    const node = (
      <Wrapper>
        <Plain />
      </Wrapper>
    );
    const container = document.body.appendChild(document.createElement('div'));
    container.innerHTML = renderToString(node);
    expect(container.textContent).toBe('idle 0');
    const recovered: unknown[] = [];
    const root = await act(async () =>
      hydrateRoot(container, node, { onRecoverableError: error => recovered.push(error) }),
    );
    onTestFinished(async () => {
      await act(() => root.unmount());
      container.remove();
      warned.mockRestore();
      localStorage.clear();
    });
    await act(async () => expect.poll(() => container.textContent).toBe('idle 1'));
    expect([recovered, warned.mock.calls]).toEqual([[], []]);
  });
});
