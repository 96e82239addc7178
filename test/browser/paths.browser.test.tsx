import { viewGeneration } from 'generation-lifecycle';
import { describe, expect, it } from 'vitest';
import { lengths, succeeded } from '../model/path-events.js';
import { actOf, type Path, pathGraph, ports, type Without } from '../model/path-graph.js';
import { openPathPage, pageOf } from '../support/path-page.js';

const ends = ['completed', 'failed', 'cancelled'];
const nothing = { calls: [], timers: 0, watchers: 0 };

/** Walks a path by what a user, a backend, a page and a clock do, and looks at the page after each step. */
async function walk(without: Without, path: Path) {
  const page = await openPathPage(without);
  const told: string[] = [];
  for (const step of path.steps) {
    told.push(step.event.type);
    await page.play(actOf(step));
    expect(page.shown(), told.join(' → ')).toEqual(pageOf(step.state));
  }
  const way = told.join(' → ');
  const isEnded = path.state.status === 'done';
  const last = page.shown();
  if (isEnded) {
    expect(page.alive(), way).toEqual(nothing);
    await page.talkLate(succeeded);
    expect(page.shown(), way).toEqual(last);
  }
  expect(
    page.statuses.filter(status => ends.includes(status)),
    way,
  ).toEqual(isEnded ? [last.status] : []);
  await page.close();
  const { canCancel, job, status } = viewGeneration(path.state);
  // What is only followed is let go with the page; a submit and a cancel run to their end.
  if (!(canCancel && job)) await page.talkLate(succeeded);
  // A cancel that waits for its next read has no call that could be answered.
  if (status === 'cancelling' && page.alive().timers > 0) {
    await page.play(({ clock }) => clock.fire(lengths['cancelReadDelay'] ?? Number.NaN));
    await page.talkLate(succeeded);
  }
  expect(page.alive(), way).toEqual(nothing);
}

describe('the shortest paths of the chart', () => {
  it.for(ports.map(without => ({ without })))(
    'lead through the studio’s page, which shows each state: without $without',
    async ({ without }, { task }) => {
      const { paths } = pathGraph(without);
      for (const path of paths) await walk(without, path);
      expect(paths.length).toBeGreaterThan(ports.length);
      task.meta.paths = paths.length;
    },
  );
});
