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
  /** The statuses on the page, each with the next action: ms of the page's clock, a click, or a sleeping computer. */
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

/** One for each status that the page can reach, and for each transition out of it. */
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
    title: 'The prompt may not have arrived',
    items: 0,
  },
  {
    to: 'cancelled while submitting, with an answer',
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
    to: 'completed after a cancel while submitting',
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
    to: 'completed by reads when the stream is late',
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
    to: 'failed by the stream, confirmed by a read',
    faults: { renderMs: 700, failTheJob: {} },
    steps: [['streaming'], ['failed']],
    from: 'polling',
    title: 'The generation failed',
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
    to: 'failed by a read without a stream',
    faults: { renderMs: 500, failTheJob: {}, ...refused },
    steps: [['polling', 1_000], ['failed']],
    from: 'polling',
    title: 'The generation failed',
    items: 0,
  },
  {
    to: 'failed by an unauthorized read',
    faults: { ...slow, ...refused, failingReads: { times: 100, status: 401 } },
    steps: [['failed']],
    from: 'polling',
    title: 'You are signed out',
    items: 0,
  },
  {
    to: 'failed by an unauthorized read while the stream is silent',
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
    title: 'The generation failed',
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
    title: 'The backend was unreachable for too long',
    items: 0,
  },
  {
    to: 'failed by the deadline, which passes during sleep',
    faults: { ...slow, silentStream: true },
    steps: [['streaming', 'sleep'], ['failed']],
    from: 'polling',
    title: 'This is taking too long',
    items: 0,
  },
];

/** The tile of the generation, whatever it shows of it. */
const tile = '[data-generation]';

const ends: readonly string[] = ['completed', 'failed', 'cancelled'] satisfies GenerationStatus[];

/** Records every status that the page shows from now on, in order. */
async function recordStatuses(page: StudioPage['page']) {
  const recorded = await page.evaluateHandle(selector => {
    const statuses: string[] = [];
    new MutationObserver(() => {
      const status = document.querySelector(selector)?.getAttribute('data-status');
      if (status && statuses.at(-1) !== status) statuses.push(status);
    }).observe(document.body, { subtree: true, childList: true, attributes: true });
    return statuses;
  }, tile);
  return () => recorded.jsonValue();
}

/** This backend has no event for a cancelled job, and accepts no job that has failed. */
function canBackendSend({ type, update, outcome }: PathEvent['event']): boolean {
  const [kind] = [update, outcome].map(part => Object(part).kind).filter(Boolean);
  return kind !== 'cancelled' && !(type === 'job.accepted' && kind === 'failed');
}

const endOf = ({ from, title }: { readonly from: GenerationStatus; readonly title: string }) => `${from} → ${title}`;

/** Every last status of the machine with the title of its outcome, for an adapter without `cancel`. */
function endsOfMachine(): ReadonlySet<string> {
  const found = pathGraph(['cancel']).nodes.flatMap(({ state, transitions }) =>
    Object.values<{ readonly event: PathEvent['event']; readonly state: AnyMachineSnapshot }>(transitions)
      .filter(({ event, state: next }) => state.status === 'active' && next.status === 'done' && canBackendSend(event))
      .map(({ state: next }) => {
        const { status, failure } = viewGeneration(next);
        return endOf({
          from: viewGeneration(state).status,
          title: failure ? failureWords[failure.code] : statusWords[status],
        });
      }),
  );
  return new Set(found);
}

async function walk({ page, items, generate, backend, jobRequests, pass }: StudioPage, path: Path) {
  const statuses = await recordStatuses(page);
  // A status of half a second may be over before a busy machine reads the page.
  const shown = (status: GenerationStatus, stepMs: number) => {
    const shownSoFar = async () => {
      if (stepMs > 0) await page.clock.runFor(stepMs);
      return statuses();
    };
    return expect.poll(shownSoFar, { interval: 20 }).toContain(status);
  };
  let stepMs = 0;
  await generate(prompt);
  for (const [status, next] of path.steps) {
    await shown(status, stepMs);
    stepMs = typeof next === 'number' ? 500 : 0;
    if (next === 'Cancel') await page.getByRole('button', { name: 'Cancel' }).click();
    else if (next === 'sleep') await page.clock.fastForward(500_000);
    else if (next !== undefined) await page.clock.runFor(next);
  }
  expect(await page.getByRole('status').textContent()).toBe(`${path.title}: ${prompt}`);
  expect(await items.count()).toBe(path.items);
  const requests = jobRequests();
  await pass(60_000);
  expect(jobRequests()).toEqual(requests);
  expect(requests.filter(kind => kind === 'submit')).toHaveLength(1);
  const [end, before, ...earlier] = (await statuses()).reverse();
  expect([before, end]).toEqual([path.from, path.steps.at(-1)?.[0]]);
  expect(earlier.filter(status => ends.includes(status))).toEqual([]);
  expect(await page.locator(tile).getAttribute('data-status')).toBe(path.steps.at(-1)?.[0]);
  expect(await items.count()).toBe(path.items);
  await expect.poll(backend.openStreams).toBe(0);
}

describe('a path through the page', () => {
  it.each(paths)('leads to one outcome: $to', async path => {
    await walk(await openStudio({ noCancel: true, ...path.faults }), path);
  });

  it('exists for every last status of the machine with each of its outcomes', () => {
    const walked = new Set(paths.map(endOf));
    expect(endsOfMachine().size).toBeGreaterThan(10);
    expect([...endsOfMachine()].filter(end => !walked.has(end))).toEqual([]);
  });
});
