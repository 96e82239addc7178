import type { GeneratedImage, ImageGenerator } from 'generation-lifecycle/react/drop-in';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { form, shownImages } from '../support/drop-in-component.js';
import { modes } from '../support/painter.js';
import { fileEvent, jsonAnswer, readyAt, type WireSchedule } from '../support/scheduled-wire.js';

const minute = 60_000;
const hour = 60 * minute;
const startedAt = 100 * hour;
const galleryKey = 'super-chatbot-generated-images';
const noStream = { streamStatus: () => 404 };
const done = (id: string, at: number): WireSchedule => ({ says: [[at, fileEvent(id)]], file: readyAt(at) });
const refused: WireSchedule = { submit: () => jsonAnswer({ success: false, error: 'Insufficient balance' }, 402) };
const start = ({ generateImage }: ImageGenerator) => generateImage(form);

const futureImage: GeneratedImage = {
  id: 'old-1',
  url: 'https://files.test/old-1.png',
  prompt: 'an old one',
  timestamp: startedAt + 100 * hour,
  settings: { model: '', style: '', resolution: '', shotSize: '' },
};

/** Fills the page's storage to the last character. Returns a function that makes room again. */
function fillStorage(): () => void {
  const keys: string[] = [];
  for (let size = 4_000_000; size >= 1; ) {
    const key = `junk${keys.length}`;
    try {
      localStorage.setItem(key, 'x'.repeat(size));
      keys.push(key);
    } catch {
      size = Math.floor(size / 2);
    }
  }
  return () => {
    for (const key of keys) localStorage.removeItem(key);
  };
}

describe.each(modes)('the drop-in with $mode', ({ Wrapper }) => {
  beforeEach(() => {
    localStorage.clear();
    vi.useFakeTimers({ now: startedAt });
  });
  afterEach(() => {
    vi.useRealTimers();
    localStorage.clear();
  });

  const failures: readonly { readonly what: string; readonly schedule: WireSchedule; readonly ms: number }[] = [
    { what: 'a refusal', schedule: refused, ms: 100 },
    { what: 'the deadline of a paid job', schedule: noStream, ms: 8 * minute },
  ];

  it.each(failures)('E1: shows $what after the clock was set back by an hour', async ({ schedule, ms }) => {
    const page = await shownImages(Wrapper, [done('file-1', 1_000), schedule]);
    await page.press(start);
    await page.pass(3_000);
    vi.setSystemTime(startedAt - hour);
    await page.press(start);
    await page.pass(ms);
    expect([page.status(), page.now().currentGeneration]).toEqual(['error', null]);
    expect(page.noticeTypes().at(-1)).toBe('generation.failed');
  });

  it.each(failures)('E1: shows $what beside an old item with a date in the future', async ({ schedule, ms }) => {
    localStorage.setItem(galleryKey, JSON.stringify([futureImage]));
    const page = await shownImages(Wrapper, [schedule]);
    await page.press(start);
    await page.pass(ms);
    expect([page.status(), page.shown()]).toEqual(['error', ['old-1']]);
  });

  it('E1: shows the running generation, and then its result, after the clock was set back', async () => {
    const page = await shownImages(Wrapper, [noStream, done('file-2', 5_000)]);
    await page.press(start);
    await page.pass(8 * minute);
    expect(page.status()).toBe('error');
    vi.setSystemTime(startedAt - hour);
    await page.press(start);
    await page.pass(1_000);
    expect(page.status()).toBe('processing');
    await page.pass(9_000);
    expect([page.status(), page.now().currentGeneration?.id]).toEqual(['completed', 'file-2']);
  });

  it('E1: hides a failure once a later generation has made an item, whatever the clock says, also on the next mount', async () => {
    const page = await shownImages(Wrapper, [noStream, done('file-2', 5_000)]);
    await page.press(start);
    await page.pass(8 * minute);
    vi.setSystemTime(startedAt - hour);
    await page.press(start);
    await page.pass(10_000);
    await page.show('gone');
    await page.pass(0);
    await page.show('visible');
    await page.pass(1_000);
    expect([page.status(), page.shown()]).toEqual(['idle', ['file-2']]);
    // It is not lost: its job can still be followed.
    await page.press(({ forceCheckResults }) => forceCheckResults());
    await page.pass(100);
    expect(page.now().generationStatus).toMatchObject({ status: 'processing', fileId: 'file-1' });
  });

  it('E2: says that a result may be lost, and what to do, if the storage is full', async () => {
    const page = await shownImages(Wrapper, [done('file-1', 1_000), done('file-2', 1_000)]);
    const makeRoom = fillStorage();
    await page.press(start);
    await page.pass(3_000);
    const told = page.notices.filter(({ level }) => level === 'error');
    expect(told.at(-1)).toMatchObject({
      type: 'generation.completed',
      items: [{ id: 'file-1' }],
      storageError: 'storage-full',
      message:
        "The image is ready. The browser's storage for this site is full, so it may be lost when the page closes. Delete images to make room, and download what you need.",
    });
    expect(page.shown()).toEqual(['file-1']);

    makeRoom();
    await page.pass(minute);
    const before = page.notices.length;
    await page.press(start);
    await page.pass(3_000);
    expect(page.notices.slice(before).at(-1)).toMatchObject({
      type: 'generation.completed',
      level: 'success',
      message: 'The image is ready.',
      storageError: undefined,
    });
  });

  it('E2: says once, and before anything is generated, that the page may not store anything', async () => {
    vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => {
      throw new DOMException('Denied.', 'SecurityError');
    });
    const page = await shownImages(Wrapper, [done('file-1', 1_000)]);
    await page.pass(2 * minute);
    expect(page.notices).toMatchObject([
      {
        type: 'storage.failed',
        level: 'error',
        storageError: 'storage-unavailable',
        message: expect.stringContaining('Keep the page open, and download what you need.'),
      },
    ]);
    await page.press(start);
    await page.pass(3_000);
    expect(page.notices.at(-1)).toMatchObject({
      type: 'generation.completed',
      storageError: 'storage-unavailable',
      message: expect.stringContaining('may be lost when the page closes'),
    });
    expect(page.noticeTypes()).toEqual(['storage.failed', 'generation.started', 'generation.completed']);
    // A client with something to store goes on after its page until it has stored it.
    vi.restoreAllMocks();
    await page.pass(minute);
    expect(JSON.parse(localStorage.getItem(galleryKey) ?? '[]')).toMatchObject([{ prompt: form.prompt }]);
  });
});
