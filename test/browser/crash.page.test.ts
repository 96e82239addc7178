import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleCrashPage } from '../../scripts/crash/bundle.mjs';
import type { Autopsy, Death } from '../../scripts/crash/crash.types.js';
import { judge } from '../../scripts/crash/judge.mjs';
import { dieAsPage, launchForDeaths } from '../../scripts/crash/page.deaths.mjs';
import { crashFaults, siteAt } from '../../scripts/crash/sites.mjs';
import { type Backend, startBackend } from '../support/studio-server.js';

let browser: Browser;
let bundle: Awaited<ReturnType<typeof bundleCrashPage>>;
const backends: Backend[] = [];
beforeAll(async () => {
  bundle = await bundleCrashPage();
  browser = await launchForDeaths(bundle.staticDir);
});
afterAll(async () => {
  await browser.close();
  for (const backend of backends) await backend.close();
  bundle.remove();
});

const at = (mark: string) => ({ mark, afterMs: 0 });

/** One of each kind of death; `npm run crash` has them all. */
const deaths: readonly (Death & { readonly posts: number; readonly end: string })[] = [
  { keeping: 'indexedStore', kill: 'crash', instant: at('record.asked'), posts: 0, end: 'nothing' },
  { keeping: 'localStore', kill: 'crash', instant: at('post.asked'), posts: 0, end: 'interrupted' },
  { keeping: 'drop-in', kill: 'close', instant: at('job.called'), posts: 1, end: 'item' },
  { keeping: 'indexedStore', kill: 'crash', instant: at('items.asked'), posts: 1, end: 'item' },
  { keeping: 'drop-in', kill: 'crash', instant: at('removal.asked'), posts: 1, end: 'item' },
];

describe('a page that dies while it generates', () => {
  it.concurrent.each(deaths)(
    'leaves $end to the next: $keeping, $kill, $instant.mark',
    async ({ posts, end, ...death }) => {
      const backend = await startBackend({ staticDir: bundle.staticDir, faults: crashFaults });
      backends.push(backend);
      const autopsy = await dieAsPage(browser, siteAt(backend, death, 'page'));
      expect({ ...judge(autopsy), posts: autopsy.posts }).toEqual({ end, complaints: [], posts });
    },
  );
});

describe('the judge of a death', () => {
  const right: Autopsy = {
    death: { keeping: 'localStore', kill: 'crash', instant: { mark: 'job.kept', afterMs: 0 } },
    marks: ['post.sent', 'job.kept'],
    told: [],
    left: { records: [{ hasJob: true }], items: [] },
    shown: { isSettled: true, items: ['a'], told: ['completed'], storageError: undefined },
    kept: { records: [], items: ['a'] },
    later: { isSettled: true, items: ['a'], told: [], storageError: undefined },
    posts: 1,
    charges: 1,
  };
  const gone = { left: { records: [], items: [] }, kept: { records: [], items: [] } };
  const empty = { isSettled: true, items: [], told: [], storageError: undefined };

  it.each([
    { what: 'a death that went well: nothing', changes: {}, complaints: [] },
    { what: 'a second POST', changes: { posts: 2, charges: 2 }, complaints: ['2 POSTs', 'charged 2 times'] },
    {
      what: 'a job that is lost',
      changes: { ...gone, shown: empty, later: empty },
      complaints: [
        'ends with lost, where nothing was due',
        'was submitted, and is not on record',
        'its job was on record, and is not any more',
      ],
    },
    {
      what: 'a paid job that is given up',
      changes: { shown: { ...empty, told: ['interrupted'] }, kept: gone.kept, later: empty },
      complaints: ['ends with interrupted, where item was due'],
    },
    {
      what: 'an item that is there twice, and a record that stays',
      changes: { kept: { records: [{ hasJob: true }], items: ['a', 'a'] } },
      complaints: [
        'ends with wrong, where item was due',
        'stored twice: a, a',
        'shows 1 items, of 2 stored',
        '1 records are left over',
        'shows 1 items the next time',
      ],
    },
    {
      what: 'what is told again',
      changes: { told: ['completed'], later: { ...right.later, told: ['completed'] } },
      complaints: ['told 2 times that it is complete', 'tells again, of completed'],
    },
  ])('says what is wrong with $what', ({ changes, complaints }) => {
    expect(judge({ ...right, ...changes }).complaints).toEqual(complaints);
  });
});
