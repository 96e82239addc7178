import type { ResumeToken } from 'generation-lifecycle';
import { useGeneration } from 'generation-lifecycle/react';
import { Activity, act, useState } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { modes, testRoot } from '../support/painter.js';
import { advance, input, wiredMachine } from '../support/scheduled-generation.js';
import {
  fileEvent,
  jsonAnswer,
  progressEvent,
  readyAt,
  scheduledWire,
  type WireSchedule,
} from '../support/scheduled-wire.js';

const hour = 3_600_000;
const noStream = { streamStatus: () => 404 };

/** A generation of the page before this one. */
const resume: ResumeToken = {
  version: 1,
  id: 'generation-1',
  idempotencyKey: 'generation-1',
  job: { id: 'file-1', kind: 'image' },
  cancelRequested: false,
};

type Machine = ReturnType<typeof wiredMachine>;
type Client = ReturnType<typeof usePictures>['client'];
type Shown = { items: readonly string[]; readonly toasts: string[]; client: Client | undefined };

/** A client as pages have them: a generation, a gallery of what came, and toasts that the whole site shows. */
function usePictures(machine: Machine, resume: ResumeToken | undefined, toasts: string[]) {
  const [items, setItems] = useState<readonly string[]>([]);
  const client = useGeneration(machine, {
    resume,
    onCompleted({ output }) {
      const ids = output.files.map(({ id }) => id);
      setItems(before => [...before, ...ids]);
      toasts.push(`done ${ids.join()}`);
    },
    onFailed: ({ failure }) => toasts.push(`failed ${failure.code}`),
    onCancelled: () => toasts.push('stopped'),
  });
  return { items, client };
}

type PageProps = { readonly machine: Machine; readonly resume: ResumeToken | undefined; readonly shown: Shown };

function Page({ machine, resume, shown }: PageProps) {
  const pictures = usePictures(machine, resume, shown.toasts);
  Object.assign(shown, pictures);
  return <p>{pictures.client.status}</p>;
}

describe.each(modes)('the catalogue in a page with $mode', ({ Wrapper }) => {
  beforeEach(() => void vi.useFakeTimers({ now: 0 }));
  afterEach(() => void vi.useRealTimers());

  /** A page with the client, on one schedule for each generation in turn. */
  async function client(schedules: readonly WireSchedule[], token?: ResumeToken) {
    const wire = scheduledWire(...schedules);
    if (token) wire.adopt('file-1', schedules[0] ?? {});
    const machine = wiredMachine(wire);
    const shown: Shown = { items: [], toasts: [], client: undefined };
    const { render, unmount } = testRoot();
    const show = (mode: 'hidden' | 'visible') =>
      render(
        <Wrapper>
          <Activity mode={mode}>
            <Page machine={machine} resume={token} shown={shown} />
          </Activity>
        </Wrapper>,
      );
    await show('visible');
    await pass(0);
    return {
      wire,
      toasts: shown.toasts,
      shown,
      show,
      unmount,
      press: (command: (client: Client) => void) => act(async () => shown.client && command(shown.client)),
    };
  }

  const pass = (ms: number) => act(() => advance(ms));
  const start = (made: Client) => made.generate(input);
  const done = (id: string, at: number): WireSchedule => ({ says: [[at, fileEvent(id)]], file: readyAt(at) });

  it('D1 a result at 5 s is one item and one toast, without later requests', async () => {
    const page = await client([done('file-1', 5_000)]);
    await page.press(start);
    await pass(5_000);
    const requests = page.wire.exchanges.length;
    await pass(hour);
    expect([page.shown.items, page.toasts]).toEqual([['file-1'], ['done file-1']]);
    expect(page.wire.exchanges.length).toBe(requests);
  });

  it('D7 a page that is mounted twice recovers its generation once', async () => {
    const page = await client([done('file-1', 5_000)], resume);
    await pass(hour);
    expect([page.shown.items, page.toasts]).toEqual([['file-1'], ['done file-1']]);
    expect([page.wire.submits().length, page.wire.streams().length]).toEqual([0, 1]);
  });

  it('D9 a double click before the page renders is one POST and one stream', async () => {
    const page = await client([done('file-1', 5_000), done('file-2', 5_000)]);
    await page.press(made => {
      start(made);
      start(made);
    });
    await page.press(start);
    await pass(hour);
    expect([page.wire.submits().length, page.wire.streams().length]).toEqual([1, 1]);
    expect(page.shown.items).toEqual(['file-1']);
  });

  it.each<{ when: string; schedule: WireSchedule; streams: number }>([
    { when: 'while the page was shown', schedule: done('file-1', 1_000), streams: 1 },
    {
      when: 'while it was hidden',
      schedule: {
        submitTakes: 5_000,
        submit: () => jsonAnswer({ success: true, fileId: 'file-1', url: 'https://files.test/file-1.png' }),
      },
      streams: 0,
    },
  ])(
    'D13 a result that came $when is reported once, however often the page is mounted again',
    async ({ schedule, streams }) => {
      const page = await client([schedule]);
      await page.press(start);
      for (let times = 0; times < 3; times += 1) {
        await pass(2_000);
        await page.show('hidden');
        await pass(60_000);
        await page.show('visible');
      }
      await pass(hour);
      expect([page.shown.items, page.toasts]).toEqual([['file-1'], ['done file-1']]);
      expect(page.wire.streams()).toHaveLength(streams);
    },
  );

  it('L4 a recovery by polling survives a page that is mounted twice', async () => {
    const page = await client([{ ...noStream, file: readyAt(20_000) }], resume);
    let mostReads = 0;
    for (let seconds = 0; seconds < 40; seconds += 1) {
      await pass(1_000);
      mostReads = Math.max(mostReads, page.wire.open('read'));
    }
    expect([page.shown.items, page.toasts]).toEqual([['file-1'], ['done file-1']]);
    expect(mostReads).toBeLessThanOrEqual(1);
    expect(page.wire.reads().map(({ at }) => at)).toEqual([...new Set(page.wire.reads().map(({ at }) => at))]);
  });

  it('L7 the second generation of a page is not "connected" on the channel of the first', async () => {
    const page = await client([done('file-1', 5_000), { opensAt: 3_000 }]);
    await page.press(start);
    await pass(5_000);
    await page.press(start);
    await pass(1_000);
    expect(page.shown.client).toMatchObject({ status: 'connecting', connection: 'connecting' });
    await pass(2_000);
    expect(page.shown.client).toMatchObject({ status: 'streaming', connection: 'open' });
    expect(page.wire.streams().map(({ fileId }) => fileId)).toEqual(['file-1', 'file-2']);
  });

  it('L20 a POST that fails ends as a failure, and the form is enabled', async () => {
    const refuse = () => jsonAnswer({ success: false, error: 'Internal error' }, 500);
    const page = await client([{ submit: refuse }, done('file-2', 5_000)]);
    await page.press(start);
    await pass(0);
    expect([page.shown.client?.status, page.toasts]).toEqual(['failed', ['failed network']]);
    await page.press(start);
    await pass(5_000);
    expect(page.shown.items).toEqual(['file-2']);
  });

  it.each<{ when: string; schedule: WireSchedule; ms: number }>([
    { when: 'the stream is open', schedule: done('file-1', 5_000), ms: 2_000 },
    { when: 'it polls', schedule: { ...noStream, file: readyAt(5_000) }, ms: 2_000 },
    { when: 'a read is in flight', schedule: { ...noStream, readTakes: () => 9_000, file: readyAt(0) }, ms: 2_000 },
    { when: 'the POST is in flight', schedule: { ...done('file-1', 5_000), submitTakes: 4_000 }, ms: 2_000 },
    { when: 'the stream is late', schedule: { opensAt: Number.POSITIVE_INFINITY, file: readyAt(0) }, ms: 9_000 },
  ])('K1 leaving while $when leaves no stream, timer, poll or toast behind', async ({ schedule, ms }) => {
    const page = await client([schedule]);
    await page.press(start);
    await pass(ms);
    await page.unmount();
    expect(page.wire.open('read', 'events')).toBe(0);
    const requests = page.wire.exchanges.length;
    await pass(hour);
    expect([page.toasts, page.wire.exchanges.length]).toEqual([[], requests]);
    expect(page.wire.open('submit', 'read', 'events')).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('K3 a new generation closes the stream of the previous one', async () => {
    const page = await client([{}, {}, {}]);
    for (const _ of ['first', 'second', 'third']) {
      await page.press(({ reset }) => reset());
      await page.press(start);
      await pass(2_000);
      expect(page.wire.open('events')).toBe(1);
    }
    expect(page.wire.streams().map(({ fileId, isOpen }) => [fileId, isOpen])).toEqual([
      ['file-1', false],
      ['file-2', false],
      ['file-3', true],
    ]);
  });

  it('K5 a poll is ended by clearing, and by a new generation', async () => {
    const page = await client([noStream, noStream]);
    await page.press(start);
    await pass(20_000);
    await page.press(({ reset }) => reset());
    await page.press(start);
    const reads = page.wire.reads('file-1').length;
    await pass(20_000);
    await page.press(({ reset }) => reset());
    const all = page.wire.reads().length;
    expect(all).toBeGreaterThan(reads);
    await pass(hour);
    expect([page.wire.reads('file-1').length, page.wire.reads().length]).toEqual([reads, all]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('W1 B, started a second after A was done, is neither completed by A at 10 s nor loses its stream', async () => {
    const page = await client([done('file-1', 5_000), done('file-2', 20_000)]);
    await page.press(start);
    await pass(6_000);
    await page.press(start);
    await pass(14_000);
    expect(page.shown.client).toMatchObject({ status: 'streaming', output: undefined, job: { id: 'file-2' } });
    expect(page.shown.items).toEqual(['file-1']);
    await pass(hour);
    expect([page.shown.items, page.toasts]).toEqual([
      ['file-1', 'file-2'],
      ['done file-1', 'done file-2'],
    ]);
  });

  it("W3 an event of A does not overwrite B's progress and text", async () => {
    const page = await client([
      { says: [[8_000, progressEvent('file-1', 90, 'A is nearly there')]] },
      { says: [[1_000, progressEvent('file-2', 20, 'B has begun')]] },
    ]);
    await page.press(start);
    await pass(3_000);
    await page.press(({ reset }) => reset());
    await page.press(start);
    await pass(30_000);
    expect(page.shown.client).toMatchObject({ progress: 0.2, message: 'B has begun' });
  });

  it("W4 A's late read does not complete B", async () => {
    const slow = { ...noStream, readTakes: () => 20_000, file: readyAt(1_000), ignoresAbort: true };
    const page = await client([slow, noStream]);
    await page.press(start);
    await pass(2_000);
    await page.press(({ reset }) => reset());
    await page.press(start);
    await pass(60_000);
    expect(page.shown.client).toMatchObject({ status: 'polling', output: undefined, job: { id: 'file-2' } });
    expect([page.shown.items, page.toasts]).toEqual([[], []]);
  });

  it.each<{ what: string; schedule: WireSchedule }>([
    { what: 'POST', schedule: { submitTakes: 4_000, file: readyAt(0) } },
    { what: 'read', schedule: { ...noStream, readTakes: () => 9_000, file: readyAt(0), ignoresAbort: true } },
    { what: 'stream', schedule: done('file-1', 5_000) },
    { what: 'timer', schedule: { opensAt: Number.POSITIVE_INFINITY, file: readyAt(0) } },
  ])('W6 a stopped or cleared generation does not come back by its $what', async ({ schedule }) => {
    for (const { leave, status, toasts } of [
      { leave: (made: Client) => made.cancel(), status: 'cancelled', toasts: ['stopped'] },
      { leave: (made: Client) => made.reset(), status: 'idle', toasts: [] },
    ]) {
      const page = await client([schedule]);
      await page.press(start);
      await pass(2_000);
      await page.press(leave);
      await pass(hour);
      expect(page.shown).toMatchObject({ items: [], client: { status, output: undefined } });
      expect(page.toasts).toEqual(toasts);
      expect([page.wire.submits().length, page.wire.open('submit', 'read', 'events')]).toEqual([1, 0]);
      await page.unmount();
    }
  });
});
