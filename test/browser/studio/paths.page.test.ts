import { type GenerationStatus, viewGeneration } from 'generation-lifecycle';
import { describe, expect, it } from 'vitest';
import type { AnyMachineSnapshot } from 'xstate';
import { failureWords, statusWords } from '../../../examples/studio/app/src/status-words.js';
import type { PathEvent } from '../../model/path-events.js';
import { pathGraph } from '../../model/path-graph.js';
import { type StudioPage, studioPages } from '../../support/studio-page.js';
import type { Faults } from '../../support/studio-server.js';

const openStudio = studioPages();

type Path = {
  readonly to: string;
  readonly faults: Faults;
  /** The states a person sees, each with what leads on from it: a wait of the page's clock, a click, or a closed lid. */
  readonly steps: readonly (readonly [GenerationStatus, next?: number | 'Cancel' | 'sleep'])[];
  /** The last status before the end. */
  readonly from: GenerationStatus;
  readonly title: string;
  readonly items: number;
};

const prompt = 'Dunes under a violet dawn';
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
    from: 'submitting',
    title: 'Done',
    items: 1,
  },
  {
    to: 'failed by the submit',
    faults: { submitError: { body: 'insufficientBalance' } },
    steps: [['failed']],
    from: 'submitting',
    title: 'Not enough credit',
    items: 0,
  },
  {
    to: 'failed without an answer to the submit',
    faults: { submitDelayMs: 600_000 },
    steps: [['submitting', 120_000], ['failed']],
    from: 'submitting',
    title: 'It is not known whether the prompt arrived',
    items: 0,
  },
  {
    to: 'cancelled while submitting, the job being known after it',
    faults: { ...slow, submitDelayMs: 500 },
    steps: [['submitting', 'Cancel'], ['cancelling'], ['cancelled']],
    from: 'cancelling',
    title: 'Cancelled',
    items: 0,
  },
  {
    to: 'cancelled while submitting, without an answer',
    faults: { submitDelayMs: 600_000 },
    steps: [['submitting', 'Cancel'], ['cancelling', 120_000], ['cancelled']],
    from: 'cancelling',
    title: 'Cancelled',
    items: 0,
  },
  {
    to: 'completed while submitting a cancelled one',
    faults: { urlInSubmit: true, submitDelayMs: 500 },
    steps: [['submitting', 'Cancel'], ['cancelling'], ['completed']],
    from: 'cancelling',
    title: 'Done',
    items: 1,
  },
  {
    to: 'cancelled while connecting',
    faults: unopened,
    steps: [['connecting', 'Cancel'], ['cancelled']],
    from: 'connecting',
    title: 'Cancelled',
    items: 0,
  },
  {
    to: 'completed by reads, the stream being late',
    faults: unopenedSoon,
    steps: [['connecting', 10_000], ['polling', 2_000], ['completed']],
    from: 'polling',
    title: 'Done',
    items: 1,
  },
  {
    to: 'completed by the stream',
    faults: { renderMs: 700 },
    steps: [['streaming'], ['completed']],
    from: 'streaming',
    title: 'Done',
    items: 1,
  },
  {
    to: 'failed by the stream, and checked',
    faults: { renderMs: 700, failTheJob: {} },
    steps: [['streaming'], ['failed']],
    from: 'polling',
    title: 'It could not be painted',
    items: 0,
  },
  {
    to: 'cancelled while streaming',
    faults: slow,
    steps: [['streaming', 'Cancel'], ['cancelled']],
    from: 'streaming',
    title: 'Cancelled',
    items: 0,
  },
  {
    to: 'failed by a read, there being no stream',
    faults: { renderMs: 500, failTheJob: {}, ...refused },
    steps: [['polling', 1_000], ['failed']],
    from: 'polling',
    title: 'It could not be painted',
    items: 0,
  },
  {
    to: 'failed by a read that is forbidden',
    faults: { ...slow, ...refused, failingReads: { times: 100, status: 401 } },
    steps: [['failed']],
    from: 'polling',
    title: 'You are signed out',
    items: 0,
  },
  {
    to: 'failed by a read that is forbidden, the stream being silent',
    faults: { ...slow, silentStream: true, failingReads: { times: 100, status: 401 } },
    steps: [['failed']],
    from: 'streaming',
    title: 'You are signed out',
    items: 0,
  },
  {
    to: 'failed by a read while the stream is open',
    faults: { renderMs: 300, failTheJob: {}, errorForm: 'none' },
    steps: [['streaming', 15_000], ['failed']],
    from: 'streaming',
    title: 'It could not be painted',
    items: 0,
  },
  {
    to: 'cancelled while polling',
    faults: { ...slow, ...refused },
    steps: [['polling', 'Cancel'], ['cancelled']],
    from: 'polling',
    title: 'Cancelled',
    items: 0,
  },
  {
    to: 'failed by an outage',
    faults: { ...slow, ...refused, hangingReads: { times: 100, ms: 600_000 } },
    steps: [['polling', 170_000], ['failed']],
    from: 'polling',
    title: 'The backend has been silent for too long',
    items: 0,
  },
  {
    to: 'failed by the deadline, which passed in a sleep',
    faults: { ...slow, silentStream: true },
    steps: [['streaming', 'sleep'], ['failed']],
    from: 'polling',
    title: 'This takes longer than it should',
    items: 0,
  },
];

const card = (page: StudioPage['page']) => page.locator('article.status');

const ends: readonly string[] = ['completed', 'failed', 'cancelled'] satisfies GenerationStatus[];

/** Notes from now on every status that the page shows, in order. */
async function statusesOf(page: StudioPage['page']) {
  const noted = await page.evaluateHandle(() => {
    const statuses: string[] = [];
    new MutationObserver(() => {
      const status = document.querySelector('article.status')?.getAttribute('data-status');
      if (status && statuses.at(-1) !== status) statuses.push(status);
    }).observe(document.body, { subtree: true, childList: true, attributes: true });
    return statuses;
  });
  return () => noted.jsonValue();
}

/** This backend has no word for a job that was cancelled, and accepts none that has failed. */
function isSayable({ type, update, outcome }: PathEvent['event']): boolean {
  const [kind] = [update, outcome].map(said => Object(said).kind).filter(Boolean);
  return kind !== 'cancelled' && !(type === 'job.accepted' && kind === 'failed');
}

const waysOut = ({ from, title }: { readonly from: GenerationStatus; readonly title: string }) => `${from} → ${title}`;

/** Each status that the chart can end from, with what a page then says, where the adapter cannot cancel. */
function charted(): ReadonlySet<string> {
  const ways = pathGraph(['cancel']).nodes.flatMap(({ state, transitions }) =>
    Object.values<{ readonly event: PathEvent['event']; readonly state: AnyMachineSnapshot }>(transitions)
      .filter(({ event, state: next }) => state.status === 'active' && next.status === 'done' && isSayable(event))
      .map(({ state: next }) => {
        const { status, failure } = viewGeneration(next);
        return waysOut({
          from: viewGeneration(state).status,
          title: failure ? failureWords[failure.code] : statusWords[status],
        });
      }),
  );
  return new Set(ways);
}

async function walk({ page, items, generate, backend, jobRequests, pass }: StudioPage, path: Path) {
  const statuses = await statusesOf(page);
  // A status that lasts for half a second may be over before a busy machine looks.
  const shown = (status: GenerationStatus, hurryMs: number) => {
    const seen = async () => {
      if (hurryMs > 0) await page.clock.runFor(hurryMs);
      return statuses();
    };
    return expect.poll(seen, { interval: 20 }).toContain(status);
  };
  let hurryMs = 0;
  await generate(prompt);
  for (const [status, next] of path.steps) {
    await shown(status, hurryMs);
    hurryMs = typeof next === 'number' ? 500 : 0;
    if (next === 'Cancel') await page.getByRole('button', { name: 'Cancel' }).click();
    else if (next === 'sleep') await page.clock.fastForward(500_000);
    else if (next !== undefined) await page.clock.runFor(next);
  }
  expect(await page.getByRole('status').textContent()).toBe(`${path.title}: ${prompt}`);
  expect(await items.count()).toBe(path.items);
  const asked = jobRequests();
  await pass(60_000);
  expect(jobRequests()).toEqual(asked);
  expect(asked.filter(kind => kind === 'submit')).toHaveLength(1);
  const [end, before, ...earlier] = (await statuses()).reverse();
  expect([before, end]).toEqual([path.from, path.steps.at(-1)?.[0]]);
  expect(earlier.filter(status => ends.includes(status))).toEqual([]);
  expect(await card(page).getAttribute('data-status')).toBe(path.steps.at(-1)?.[0]);
  expect(await items.count()).toBe(path.items);
  await expect.poll(backend.openStreams).toBe(0);
}

describe('a path through the page', () => {
  it.each(paths)('leads to one outcome: $to', async path => {
    await walk(await openStudio(path.faults), path);
  });

  it('is there for each status of the chart that an end follows, and for each end that may follow it', () => {
    const walked = new Set(paths.map(waysOut));
    expect(charted().size).toBeGreaterThan(10);
    expect([...charted()].filter(way => !walked.has(way))).toEqual([]);
  });
});
