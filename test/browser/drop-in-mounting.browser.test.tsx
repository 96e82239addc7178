import type { ImageGenerator } from 'generation-lifecycle/react/drop-in';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { form, shownImages } from '../support/drop-in-component.js';
import { modes } from '../support/painter.js';
import { fileEvent, readyAt, type WireSchedule } from '../support/scheduled-wire.js';

const minute = 60_000;
const noStream = { streamStatus: () => 404 };
const done = (id: string, at: number): WireSchedule => ({ says: [[at, fileEvent(id)]], file: readyAt(at) });
const otherForm = { ...form, prompt: 'a windmill' };
const start = ({ generateImage }: ImageGenerator) => generateImage(form);

describe.each(modes)('a page of the drop-in that generates while it mounts, with $mode', ({ Wrapper }) => {
  beforeEach(() => {
    localStorage.clear();
    vi.useFakeTimers({ now: 1_000_000 });
  });
  afterEach(() => void vi.useRealTimers());

  /** A page that was left after a while with a generation in the storage. */
  async function leftPage(schedules: readonly WireSchedule[], afterMs: number) {
    const page = await shownImages(Wrapper, schedules);
    await page.press(start);
    await page.pass(afterMs);
    await page.show('gone');
    await page.pass(0);
    return page;
  }

  it.each([
    { what: 'the same form', formOnMount: form },
    { what: 'another form', formOnMount: otherForm },
  ])('E4: submits nothing for $what while a stored generation runs', async ({ formOnMount }) => {
    const page = await leftPage([done('file-1', 5_000)], 1_000);
    await page.show('visible', formOnMount);
    expect(page.now()).toMatchObject({ isGenerating: true, generationStatus: { status: 'pending' } });
    await page.pass(1_000);
    expect(page.now()).toMatchObject({ isGenerating: true, generationStatus: { status: 'processing' } });
    await page.pass(minute);
    expect([page.wire.submits().length, page.shown()]).toEqual([1, ['file-1']]);
  });

  it('E4: shows a stored failure that may still bring what the form asks for, and submits on the next request', async () => {
    const page = await leftPage([noStream, done('file-2', 1_000)], 8 * minute);
    await page.show('visible', form);
    await page.pass(minute);
    expect([page.wire.submits().length, page.status(), page.now().isGenerating]).toEqual([1, 'error', false]);
    await page.press(start);
    await page.pass(5_000);
    expect([page.wire.submits().length, page.shown()]).toEqual([2, ['file-2']]);
  });

  it('E4: submits a form that differs from a stored failure', async () => {
    const page = await leftPage([noStream, done('file-2', 1_000)], 8 * minute);
    await page.show('visible', otherForm);
    await page.pass(5_000);
    expect([page.wire.submits().length, page.shown()]).toEqual([2, ['file-2']]);
  });

  it('E4: submits once if nothing is stored, and copies the form when it is given', async () => {
    const page = await shownImages(Wrapper, [done('file-1', 1_000)]);
    await page.show('gone');
    await page.pass(0);
    const changing = { ...form };
    await page.show('visible', changing);
    changing.prompt = 'changed while it waits';
    await page.press(start);
    await page.pass(5_000);
    expect([page.wire.submits().length, page.shown()]).toEqual([1, ['file-1']]);
    expect(page.now().currentGeneration).toMatchObject({ prompt: form.prompt });
  });

  it('E4: submits once although the storage cannot be read', async () => {
    const page = await shownImages(Wrapper, [done('file-1', 1_000)]);
    await page.show('gone');
    await page.pass(0);
    vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => {
      throw new DOMException('Denied.', 'SecurityError');
    });
    await page.show('visible', form);
    await page.pass(5_000);
    expect([page.wire.submits().length, page.shown()]).toEqual([1, ['file-1']]);
    // A client with something to store goes on after its page until it has stored it.
    vi.restoreAllMocks();
    await page.pass(minute);
  });

  it.each<{ by: string; end: (client: ImageGenerator) => unknown }>([
    { by: 'stopGeneration', end: ({ stopGeneration }) => stopGeneration() },
    { by: 'clearCurrentGeneration', end: ({ clearCurrentGeneration }) => clearCurrentGeneration() },
  ])('E4: submits nothing for a form that $by has dropped while it waits', async ({ end }) => {
    const page = await shownImages(Wrapper, []);
    await page.show('gone');
    await page.pass(0);
    await page.show('visible', form);
    await page.press(end);
    expect(page.now()).toMatchObject({ isGenerating: false, generationStatus: { status: 'idle' } });
    await page.pass(minute);
    expect(page.wire.submits()).toEqual([]);
    expect(page.notices).toMatchObject([{ type: 'generation.stopped', isCancelled: true, charged: 'no' }]);
  });

  it('E4: submits the form that is given after another one was dropped, once', async () => {
    const page = await shownImages(Wrapper, [done('file-1', 1_000)]);
    await page.show('gone');
    await page.pass(0);
    await page.show('visible', form);
    const answers: unknown[] = [];
    await page.press(client => {
      client.stopGeneration();
      void client.generateImage(otherForm).then(answer => answers.push(answer));
    });
    await page.pass(5_000);
    expect([page.wire.submits().length, answers, page.status()]).toEqual([1, [undefined], 'completed']);
    expect(page.now().currentGeneration).toMatchObject({ prompt: otherForm.prompt });
  });

  it('E4: submits nothing for a form whose page was left while it waits, also when the page is back', async () => {
    const page = await shownImages(Wrapper, []);
    await page.show('gone');
    await page.pass(0);
    await page.show('visible', form);
    await page.show('gone');
    await page.pass(0);
    await page.show('visible');
    await page.pass(minute);
    expect([page.wire.submits(), page.status()]).toEqual([[], 'idle']);
  });
});
