import type { GenerationStatus } from 'generation-lifecycle';
import { describe, expect, it } from 'vitest';
import { type StudioPage, studioPages } from '../support/studio-page.js';
import type { Faults } from '../support/studio-server.js';

const openStudio = studioPages();

type Path = {
  readonly to: string;
  readonly faults: Faults;
  /** The states a person sees, each with what leads on from it: a wait of the page's clock, a click, or a closed lid. */
  readonly steps: readonly (readonly [GenerationStatus, next?: number | 'Cancel' | 'sleep'])[];
  readonly title: string;
  readonly items: number;
};

const slow = { renderMs: 600_000 };
const unopened = { ...slow, openLateMs: 600_000 };
const unopenedSoon = { renderMs: 300, openLateMs: 600_000 };
const refused = { streamStatus: { times: 100, status: 404 } };

/** One for each state that a page can be led to, and for each way out of it. */
const paths: readonly Path[] = [
  {
    to: 'completed with the submit',
    faults: { urlInSubmit: true, submitDelayMs: 200 },
    steps: [['submitting'], ['completed']],
    title: 'Done',
    items: 1,
  },
  {
    to: 'failed by the submit',
    faults: { submitError: { body: 'insufficientBalance' } },
    steps: [['failed']],
    title: 'Not enough credit',
    items: 0,
  },
  {
    to: 'failed without an answer to the submit',
    faults: { submitDelayMs: 600_000 },
    steps: [['submitting', 120_000], ['failed']],
    title: 'It is not known whether the prompt arrived',
    items: 0,
  },
  {
    to: 'cancelled while submitting, the job being known after it',
    faults: { ...slow, submitDelayMs: 500 },
    steps: [['submitting', 'Cancel'], ['cancelling'], ['cancelled']],
    title: 'Cancelled',
    items: 0,
  },
  {
    to: 'cancelled while submitting, without an answer',
    faults: { submitDelayMs: 600_000 },
    steps: [['submitting', 'Cancel'], ['cancelling', 120_000], ['cancelled']],
    title: 'Cancelled',
    items: 0,
  },
  {
    to: 'completed while submitting a cancelled one',
    faults: { urlInSubmit: true, submitDelayMs: 500 },
    steps: [['submitting', 'Cancel'], ['cancelling'], ['completed']],
    title: 'Done',
    items: 1,
  },
  {
    to: 'cancelled while connecting',
    faults: unopened,
    steps: [['connecting', 'Cancel'], ['cancelled']],
    title: 'Cancelled',
    items: 0,
  },
  {
    to: 'completed by reads, the stream being late',
    faults: unopenedSoon,
    steps: [['connecting', 10_000], ['polling', 2_000], ['completed']],
    title: 'Done',
    items: 1,
  },
  {
    to: 'completed by the stream',
    faults: { renderMs: 700 },
    steps: [['streaming'], ['completed']],
    title: 'Done',
    items: 1,
  },
  {
    to: 'failed by the stream, and checked',
    faults: { renderMs: 700, failTheJob: {} },
    steps: [['streaming'], ['failed']],
    title: 'The picture could not be painted',
    items: 0,
  },
  {
    to: 'cancelled while streaming',
    faults: slow,
    steps: [['streaming', 'Cancel'], ['cancelled']],
    title: 'Cancelled',
    items: 0,
  },
  {
    to: 'failed by a read, there being no stream',
    faults: { renderMs: 500, failTheJob: {}, ...refused },
    steps: [['polling', 1_000], ['failed']],
    title: 'The picture could not be painted',
    items: 0,
  },
  {
    to: 'failed by a read that is forbidden',
    faults: { ...slow, ...refused, failingReads: { times: 100, status: 401 } },
    steps: [['failed']],
    title: 'You are signed out',
    items: 0,
  },
  {
    to: 'cancelled while polling',
    faults: { ...slow, ...refused },
    steps: [['polling', 'Cancel'], ['cancelled']],
    title: 'Cancelled',
    items: 0,
  },
  {
    to: 'failed by an outage',
    faults: { ...slow, ...refused, hangingReads: { times: 100, ms: 600_000 } },
    steps: [['polling', 170_000], ['failed']],
    title: 'The backend has been silent for too long',
    items: 0,
  },
  {
    to: 'failed by the deadline, which passed in a sleep',
    faults: { ...slow, silentStream: true },
    steps: [['streaming', 'sleep'], ['failed']],
    title: 'This takes longer than it should',
    items: 0,
  },
];

const card = (page: StudioPage['page']) => page.locator('section.status');

async function walk({ page, items, generate, backend, jobRequests, pass }: StudioPage, path: Path) {
  const shown = (status: GenerationStatus, hurryMs: number) => {
    const seen = async () => {
      if (hurryMs > 0) await page.clock.runFor(hurryMs);
      return card(page).getAttribute('data-status');
    };
    return expect.poll(seen, { timeout: 10_000, interval: 20 }).toBe(status);
  };
  let hurryMs = 0;
  await generate('Dunes under a violet dawn');
  for (const [status, next] of path.steps) {
    await shown(status, hurryMs);
    hurryMs = typeof next === 'number' ? 500 : 0;
    if (next === 'Cancel') await page.getByRole('button', { name: 'Cancel' }).click();
    else if (next === 'sleep') await page.clock.fastForward(500_000);
    else if (next !== undefined) await page.clock.runFor(next);
  }
  expect(await page.getByRole('status').textContent()).toBe(path.title);
  expect(await items.count()).toBe(path.items);
  const asked = jobRequests();
  await pass(60_000);
  expect(jobRequests()).toEqual(asked);
  expect(asked.filter(kind => kind === 'submit')).toHaveLength(1);
  expect(await card(page).getAttribute('data-status')).toBe(path.steps.at(-1)?.[0]);
  expect(await items.count()).toBe(path.items);
  await expect.poll(backend.openStreams).toBe(0);
}

describe('a path through the page', () => {
  it.each(paths)('leads to one outcome: $to', async path => {
    await walk(await openStudio(path.faults), path);
  });

  it('is there to every state that a person can see', () => {
    const states = new Set(paths.flatMap(({ steps }) => steps.map(([status]) => status)));
    const all: Record<Exclude<GenerationStatus, 'idle'>, true> = {
      submitting: true,
      connecting: true,
      streaming: true,
      polling: true,
      cancelling: true,
      completed: true,
      failed: true,
      cancelled: true,
    };
    expect([...states].sort()).toEqual(Object.keys(all).sort());
  });
});
