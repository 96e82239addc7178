import type { ResumeToken } from 'generation-lifecycle';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { commands } from 'vitest/browser';
import { accepted, input, job, playedMachine, recordCallbacks, succeeded } from '../../support/played-machine.js';
import { type Binding, type GalleryProps, type PainterProps, playedClient, type Shown } from './binding.js';

/** What follows at once from what was done: promises, and what frameworks put off to the next task. */
const settle = async () => {
  for (let round = 0; round < 6; round += 1) await new Promise<void>(resolve => setTimeout(resolve));
};

const click = (container: HTMLElement, name: string) =>
  [...container.querySelectorAll('button')].find(({ textContent }) => textContent === name)?.click();

const texts = (container: HTMLElement, selector: string) =>
  Array.from(container.querySelectorAll(selector), ({ textContent }) => textContent?.replace(/\s+/g, ' ').trim());

/** Whether both have the same elements, and not only equal ones. */
const isSameList = (one: readonly Element[], other: readonly Element[]) =>
  one.length === other.length && one.every((element, at) => element === other[at]);

const textOf = (container: HTMLElement) => texts(container, 'p')[0];
const idOf = (container: HTMLElement) => container.querySelector('p')?.title;

/** Timers that the test advances. All tests of a page begin at the same time, because the library's clock is as steady as a real one. */
export function fakeTime() {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  onTestFinished(() => void vi.useRealTimers());
  return (ms = 0) => vi.advanceTimersByTimeAsync(ms);
}

/** The same for Vue, Svelte and Solid. React has tests of its own. */
export function describeBinding(binding: Binding) {
  const { showPainter, showGallery } = binding;

  /** A painter whose stream is open. */
  async function streaming(options: PainterProps['options'] = {}) {
    const backend = playedMachine();
    const page = showPainter({ machine: backend.machine, options });
    click(page.container, 'Generate');
    await settle();
    backend.submit().answer(accepted);
    await settle();
    backend.stream().open();
    await settle();
    return { backend, page, container: page.container };
  }

  describe(`useGeneration of ${binding.name}`, () => {
    it('sends no request and makes up no id when it is mounted', async () => {
      const backend = playedMachine();
      const { container } = showPainter({ machine: backend.machine });
      await settle();
      expect([textOf(container), idOf(container), backend.calls()]).toEqual(['idle', '', []]);
    });

    it('shows each step of a generation, and reports its outcome once', async () => {
      const { reports, options } = recordCallbacks();
      const { backend, container } = await streaming(options);
      expect(textOf(container)).toBe('streaming');
      expect(backend.submit()).toMatchObject({ about: input, idempotencyKey: idOf(container) });
      backend.stream().push({ kind: 'pending', progress: 0.4 });
      await settle();
      expect(textOf(container)).toBe('streaming 0.4');
      backend.stream().push(succeeded);
      backend.stream().push(succeeded);
      await settle();
      expect(textOf(container)).toBe('completed 1');
      expect(reports).toEqual(['submitted job-1', 'completed https://files.test/1.png']);
      expect([backend.submits.length, backend.streams.length, backend.followerCount()]).toEqual([1, 1, 0]);
    });

    it('submits once for a double click', async () => {
      const backend = playedMachine();
      const { container } = showPainter({ machine: backend.machine });
      await settle();
      click(container, 'Generate');
      click(container, 'Generate');
      await settle();
      click(container, 'Generate');
      await settle();
      expect(backend.submits).toHaveLength(1);
    });

    it('gives the adapter plain data, and nothing of the framework', async () => {
      const { backend } = await streaming();
      expect(structuredClone(backend.submit().about)).toEqual(input);
    });

    it('cancels once, reads the job when it is asked to, and returns to idle', async () => {
      const { reports, options } = recordCallbacks();
      const { backend, container } = await streaming(options);
      const { length } = backend.reads;
      click(container, 'Check');
      await settle();
      expect(backend.reads).toHaveLength(length + 1);
      click(container, 'Cancel');
      click(container, 'Cancel');
      await settle();
      expect(textOf(container)).toBe('cancelling');
      backend.cancelCall().answer();
      await settle();
      expect([textOf(container), backend.cancels.length]).toEqual(['cancelled', 1]);
      click(container, 'Reset');
      await settle();
      expect([textOf(container), idOf(container)]).toEqual(['idle', '']);
      expect(reports).toEqual(['submitted job-1', 'cancelled true']);
    });

    it('follows nothing and cancels nothing after it has unmounted, and another component continues its job', async () => {
      const { reports, options } = recordCallbacks();
      let token: ResumeToken | undefined;
      const { backend, page } = await streaming({
        ...options,
        onSubmitted: ({ resumeToken }) => {
          token = JSON.parse(JSON.stringify(resumeToken));
        },
      });
      const id = idOf(page.container);
      page.unmount();
      await settle();
      expect([backend.followerCount(), backend.cancels.length, reports]).toEqual([0, 0, []]);

      const { container } = showPainter({ machine: backend.machine, options: { ...options, resume: token } });
      await settle();
      backend.stream().open();
      await settle();
      expect([textOf(container), idOf(container)]).toEqual(['streaming', id]);
      backend.stream().push(succeeded);
      await settle();
      expect([textOf(container), backend.submits.length]).toEqual(['completed 1', 1]);
      expect(reports).toEqual(['completed https://files.test/1.png']);
    });

    it('lets a submit in flight run to its end after it has unmounted, and reports the job that may be charged', async () => {
      const { reports, options } = recordCallbacks();
      const backend = playedMachine();
      const { container, unmount } = showPainter({ machine: backend.machine, options });
      click(container, 'Generate');
      await settle();
      unmount();
      await settle();
      expect(backend.submit().signal.aborted).toBe(false);
      backend.submit().answer(accepted);
      await settle();
      expect([reports, backend.followerCount()]).toEqual([['submitted job-1'], 0]);
    });

    it('follows again when it is shown again, where the framework keeps what it hides', async () => {
      const { reports, options } = recordCallbacks();
      const { backend, page, container } = await streaming(options);
      const id = idOf(container);
      if (!page.setHidden) return expect(binding.name).not.toBe('Vue');
      page.setHidden(true);
      await settle();
      expect([backend.followerCount(), backend.cancels.length, textOf(container)]).toEqual([0, 0, undefined]);
      page.setHidden(false);
      await settle();
      backend.stream().open();
      await settle();
      expect([textOf(container), idOf(container), backend.submits.length]).toEqual(['streaming', id, 1]);
      backend.stream().push(succeeded);
      await settle();
      expect(reports).toEqual(['submitted job-1', 'completed https://files.test/1.png']);
    });

    it('calls the newest callbacks, and a new one restarts nothing', async () => {
      const { reports, options } = recordCallbacks();
      const { backend, page } = await streaming(options);
      const { reports: newest, options: changed } = recordCallbacks();
      page.change({ options: changed });
      await settle();
      backend.stream().push(succeeded);
      await settle();
      expect([reports, newest]).toEqual([['submitted job-1'], ['completed https://files.test/1.png']]);
      expect([backend.submits.length, backend.streams.length]).toEqual([1, 1]);
    });

    it('starts another generation for another machine, and releases the one before', async () => {
      const { reports, options } = recordCallbacks();
      const { backend, page, container } = await streaming(options);
      const other = playedMachine();
      page.change({ machine: other.machine });
      await settle();
      expect([textOf(container), idOf(container)]).toEqual(['idle', '']);
      expect([backend.followerCount(), backend.cancels.length]).toEqual([0, 0]);
      click(container, 'Generate');
      await settle();
      other.submit().answer({ job: { id: 'other' }, update: succeeded });
      await settle();
      expect([textOf(container), backend.submits.length, other.submits.length]).toEqual(['completed 1', 1, 1]);
      expect(reports).toEqual(['submitted job-1', 'submitted other', 'completed https://files.test/1.png']);
    });

    it('refuses an option that it does not have', () => {
      const options = { onCompleted: undefined, onComplete: () => {} };
      vi.spyOn(console, 'warn').mockImplementation(() => {});
      expect(() => showPainter({ machine: playedMachine().machine, options })).toThrow(
        'useGeneration() has no option "onComplete". Did you mean "onCompleted"?',
      );
    });
  });

  describe(`useTimeLeft of ${binding.name}`, () => {
    it('counts down each second, with one timer, and stops with the result', async () => {
      const advance = fakeTime();
      const backend = playedMachine();
      const { container, unmount } = showPainter({ machine: backend.machine });
      await advance(0);
      click(container, 'Generate');
      await advance(0);
      backend.submit().answer(accepted);
      await advance(0);
      backend.stream().open();
      backend.stream().push({ kind: 'pending', etaMs: 12_000 });
      await advance(0);
      expect(textOf(container)).toBe('streaming about 12 s left');
      await advance(4_000);
      expect(textOf(container)).toBe('streaming about 8 s left');
      backend.stream().push(succeeded);
      await advance(0);
      expect([textOf(container), vi.getTimerCount()]).toEqual(['completed 1', 0]);
      unmount();
    });
  });

  describe(`useGenerations of ${binding.name}`, () => {
    const rows = ({ container }: Shown) => texts(container, 'ul > li');

    it('makes one row for each of 61 generations, and none again while they are followed', async () => {
      const backend = playedMachine();
      backend.script.submit = call => call.answer({ job: { id: `job of ${call.idempotencyKey}` } });
      backend.script.events = stream => stream.open();
      const { client } = playedClient(backend);
      const created: string[] = [];
      const page = showGallery({ client, onRow: id => created.push(id) });
      await settle();
      for (let nth = 0; nth < 61; nth += 1) client.generate({ prompt: `lighthouse ${nth}` });
      await expect.poll(() => backend.streams.length).toBe(61);
      await settle();
      const elements = [...page.container.querySelectorAll('ul > li')];
      expect([created.length, elements.length]).toEqual([61, 61]);
      for (const progress of [0.1, 0.2, 0.3]) {
        for (const stream of backend.streams) stream.push({ kind: 'pending', progress });
        await expect.poll(() => rows(page).filter(row => row?.startsWith(`streaming ${progress}`))).toHaveLength(61);
      }
      expect(isSameList([...page.container.querySelectorAll('ul > li')], elements)).toBe(true);
      expect(created).toHaveLength(61);
      for (const stream of backend.streams.slice(0, 3)) stream.push(succeeded);
      await expect.poll(() => page.container.querySelectorAll('ol > li')).toHaveLength(3);
      await settle();
      const images = [...page.container.querySelectorAll('ol > li')];
      for (const stream of backend.streams.slice(3, 6)) stream.push(succeeded);
      await expect.poll(() => page.container.querySelectorAll('ol > li')).toHaveLength(6);
      expect([...page.container.querySelectorAll('ol > li')].filter(one => images.includes(one))).toHaveLength(3);
    });

    it('names what it was given in place of a client', () => {
      vi.spyOn(console, 'warn').mockImplementation(() => {});
      vi.spyOn(console, 'error').mockImplementation(() => {});
      const client = playedMachine().machine as unknown as GalleryProps['client'];
      expect(() => showGallery({ client, onRow: () => {} })).toThrow('useGenerations() needs a client');
    });

    it('submits once for a double click, shows the item in each of two components, and goes on without them', async () => {
      const { client, submits, submit, stream, listenerCount } = playedClient();
      const pages = [1, 2].map(() => showGallery({ client, onRow: () => {} }));
      const [first] = pages;
      await settle();
      if (first) click(first.container, 'Generate');
      if (first) click(first.container, 'Generate');
      await settle();
      expect([submits.length, ...pages.map(rows)]).toEqual([1, ['submitting Cancel'], ['submitting Cancel']]);
      submit().answer(accepted);
      await settle();
      stream().open();
      first?.unmount();
      await settle();
      expect([stream().signal.aborted, pages.slice(1).map(rows)]).toEqual([false, [['streaming Cancel']]]);
      pages[1]?.unmount();
      stream().push(succeeded);
      await settle();
      const { container } = showGallery({ client, onRow: () => {} });
      await settle();
      expect(listenerCount()).toBe(1);
      expect([container.querySelectorAll('img').length, rows({ container, unmount: () => {} })]).toEqual([
        1,
        ['completed 1'],
      ]);
    });

    it('sends the commands of a row for its generation', async () => {
      const { client, submit, cancelCall } = playedClient();
      const page = showGallery({ client, onRow: () => {} });
      await settle();
      click(page.container, 'Generate');
      await settle();
      submit().answer(accepted);
      await settle();
      click(page.container, 'Cancel');
      await settle();
      cancelCall().answer();
      await settle();
      expect(rows(page)).toEqual(['cancelled']);
    });
  });

  describe(`a page of ${binding.name} that a server has rendered`, () => {
    const token = { version: 1, id: 'generation-1', idempotencyKey: 'key-1', job, cancelRequested: false } as const;

    async function served(page: 'painter' | 'gallery') {
      const { html, reads, calls } = await commands.renderOnServer(binding.server, page);
      const container = document.body.appendChild(document.createElement('div'));
      container.innerHTML = html;
      const warnings = (['warn', 'error'] as const).map(level => vi.spyOn(console, level));
      onTestFinished(() => container.remove());
      return { container, reads, calls, warnings: () => warnings.flatMap(({ mock }) => mock.calls) };
    }

    it('was rendered without a request, and without reading a clock or chance', async () => {
      const { container, reads, calls } = await served('painter');
      expect([textOf(container), reads, calls]).toEqual(['idle', [], []]);
      const gallery = await served('gallery');
      expect([texts(gallery.container, 'button'), gallery.reads, gallery.calls]).toEqual([['Generate'], [], []]);
    });

    it.each([
      { page: 'a new generation', options: {}, text: 'idle' },
      { page: 'a generation that is resumed', options: { resume: token }, text: 'connecting' },
    ])('hydrates $page without a mismatch, and works', async ({ options, text }) => {
      const backend = playedMachine();
      const { container, warnings } = await served('painter');
      const elements = [...container.querySelectorAll('*')];
      binding.hydratePainter(container, { machine: backend.machine, options });
      expect(textOf(container)).toBe('idle');
      await settle();
      expect([textOf(container), backend.submits.length, warnings()]).toEqual([text, 0, []]);
      expect(isSameList([...container.querySelectorAll('*')], elements)).toBe(true);
      click(container, 'Reset');
      click(container, 'Generate');
      await settle();
      expect([textOf(container), backend.submits.length]).toEqual(['submitting', 1]);
    });

    it('hydrates a gallery without a mismatch while its client runs already', async () => {
      const { client, submit } = playedClient();
      client.generate(input);
      await settle();
      submit().answer({ ...accepted, update: succeeded });
      await settle();
      const { container, warnings } = await served('gallery');
      const button = container.querySelector('button');
      binding.hydrateGallery(container, { client, onRow: () => {} });
      if (!binding.runsEffectsAtOnce) expect(texts(container, 'li')).toEqual([]);
      await settle();
      expect([texts(container, 'ul > li'), container.querySelectorAll('img').length]).toEqual([['completed 1'], 1]);
      expect([container.querySelector('button') === button, warnings()]).toEqual([true, []]);
    });
  });
}
