import { useVideoGenerator, type VideoGenerator } from 'generation-lifecycle/react/drop-in';
import { act, Fragment } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { form, shownImages, withoutLocks } from '../support/drop-in-component.js';
import { testRoot } from '../support/painter.js';
import { fileEvent, readyAt } from '../support/scheduled-wire.js';

const galleryKey = 'super-chatbot-generated-images';
const settings = { model: 'flux-dev', style: 'photo', resolution: '1024x768', shotSize: 'wide' };
const entry = (members: object) => ({ prompt: 'dunes', timestamp: 5, settings, ...members });
const urlOf = (name: string) => `https://files.test/${name}.png`;
const store = (entries: unknown) => localStorage.setItem(galleryKey, JSON.stringify(entries));
const stored = (key: string): unknown => JSON.parse(localStorage.getItem(key) ?? 'null');

type VideoPageProps = { readonly baseUrl: string; readonly onRender: (page: VideoGenerator) => void };

function VideoPage({ baseUrl, onRender }: VideoPageProps) {
  onRender(useVideoGenerator({ baseUrl }));
  return null;
}

describe('a gallery that the replaced hooks stored', () => {
  beforeEach(() => {
    localStorage.clear();
    vi.useFakeTimers({ now: 1_000_000 });
  });
  afterEach(() => void vi.useRealTimers());

  const opened = async () => {
    const page = await shownImages(Fragment, [{ says: [[500, fileEvent('file-1')]], file: readyAt(500) }]);
    await page.pass(1_000);
    return page;
  };
  const urlsOf = (page: Awaited<ReturnType<typeof opened>>) => page.now().generatedImages.map(({ url }) => url);
  const idsOf = (page: Awaited<ReturnType<typeof opened>>) => page.now().generatedImages.map(({ id }) => id);

  it.each([
    { what: 'numeric ids', entries: [{ id: 2 }, { id: 1 }, { id: 0 }] },
    { what: 'no ids', entries: [{}, { id: null }, { id: '' }, { id: ' ' }, { id: { of: 'old' } }, { id: true }] },
    { what: 'the same id', entries: [{ id: 'same' }, { id: 'same' }, { id: 'same' }] },
    { what: 'the same id as a number and as a text', entries: [{ id: 7 }, { id: '7' }, { id: 7 }] },
  ])('S24: is taken over whole, in its order, from entries with $what', async ({ entries }) => {
    const urls = entries.map((_, index) => urlOf(`old-${index}`));
    store(entries.map((members, index) => entry({ ...members, url: urls[index] })));
    const page = await opened();
    expect(urlsOf(page)).toEqual(urls);
    const ids = idsOf(page);
    expect(new Set(ids).size).toBe(entries.length);
    expect(ids.every(id => typeof id === 'string' && id !== '')).toBe(true);
    expect(page.notices).toEqual([]);

    // The ids stay, in other tabs and sessions, before and after the array is written.
    const other = await opened();
    expect(idsOf(other)).toEqual(ids);
    await other.press(({ generateImage }) => generateImage(form));
    await other.pass(2_000);
    expect(idsOf(other)).toEqual(['file-1', ...ids]);
    expect(stored(galleryKey)).toMatchObject([
      { prompt: form.prompt },
      ...urls.map((url, nth) => ({ id: ids[nth], url })),
    ]);
    expect(idsOf(await opened())).toEqual(['file-1', ...ids]);
  });

  it('S24: shows one picture once, if its entries differ in what a signature changes', async () => {
    store([entry({ id: 1, url: `${urlOf('a')}?sig=2` }), entry({ id: 1, url: `${urlOf('a')}?sig=1` })]);
    const page = await opened();
    expect(idsOf(page)).toEqual(['1']);
  });

  it('S24: keeps a deleted entry deleted, also when old code writes the array again', async () => {
    const entries = [entry({ url: urlOf('a') }), entry({ id: 3, url: urlOf('b') }), entry({ id: 3, url: urlOf('c') })];
    store(entries);
    const page = await opened();
    const [a, b, c] = idsOf(page);
    for (const id of [a, c]) await page.press(({ deleteImage }) => deleteImage(id ?? ''));
    await page.pass(100);
    expect(idsOf(page)).toEqual([b]);
    store(entries);
    expect(idsOf(await opened())).toEqual([b]);
  });

  it('S24: sets aside what has no url, says so once, and shows everything else', async () => {
    const unusable = [null, 'text', 7, [], {}, entry({ id: 1 }), entry({ id: 'x', url: ' ' }), entry({ url: 5 })];
    store([...unusable.slice(0, 4), entry({ id: 9, url: urlOf('a') }), ...unusable.slice(4)]);
    const page = await opened();
    expect(idsOf(page)).toEqual(['9']);
    expect(stored(`${galleryKey}:set-aside:1`)).toEqual(unusable);
    expect(page.notices).toMatchObject([
      { type: 'storage.set-aside', level: 'error', message: expect.stringContaining(`${galleryKey}:set-aside:1`) },
    ]);
    expect((await opened()).notices).toEqual([]);
  });

  it.each(['[{"id":"a"', '{"id":"a"}', '"text"', '7', 'null'])(
    'S24: says that %s is no gallery, and keeps it',
    async text => {
      localStorage.setItem(galleryKey, text);
      const page = await opened();
      expect(page.noticeTypes()).toEqual(['storage.set-aside']);
      expect(localStorage.getItem(`${galleryKey}:set-aside:1`)).toBe(text);
    },
  );

  it('S24: fills in what a page reads of an item', async () => {
    store([
      { url: urlOf('a') },
      { id: 1, url: urlOf('b'), prompt: null, timestamp: '2024-05-06T07:08:09.000Z', settings: null },
      {
        id: 2,
        url: urlOf('c'),
        prompt: 'c',
        timestamp: '1700000000000',
        settings: { model: { name: 'flux' }, seed: 5 },
      },
    ]);
    const blank = { model: '', style: '', resolution: '', shotSize: '' };
    expect((await opened()).now().generatedImages).toMatchObject([
      { prompt: '', timestamp: 0, settings: blank },
      { prompt: '', timestamp: Date.UTC(2024, 4, 6, 7, 8, 9), settings: blank },
      { prompt: 'c', timestamp: 1_700_000_000_000, settings: { ...blank, model: 'flux', seed: 5 } },
    ]);
  });

  it('S24: is taken over with videos, too', async () => {
    withoutLocks();
    const entries = [
      entry({ id: 1, url: '/1.mp4' }),
      entry({ url: '/2.mp4', settings: { ...settings, duration: '5' } }),
    ];
    localStorage.setItem('super-chatbot-generated-videos', JSON.stringify(entries));
    const pages: VideoGenerator[] = [];
    await testRoot().render(<VideoPage baseUrl="https://old-videos.test" onRender={page => pages.push(page)} />);
    await act(() => vi.advanceTimersByTimeAsync(1_000));
    expect(pages.at(-1)?.generatedVideos).toMatchObject([
      { id: '1', url: '/1.mp4', settings: { ...settings, duration: 0, frameRate: 0 } },
      { id: expect.stringMatching(/^old:/), url: '/2.mp4', settings: { ...settings, duration: 5, frameRate: 0 } },
    ]);
  });
});
