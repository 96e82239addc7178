import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleCrashPage } from '../../scripts/crash/bundle.mjs';
import { checkReport } from '../../scripts/crash/check-report.mjs';
import type { Crash, CrashReport, Result } from '../../scripts/crash/crash.types.js';
import { crashPage, launchCrashBrowser } from '../../scripts/crash/page.crashes.mjs';
import { crashFaults, siteAt } from '../../scripts/crash/sites.mjs';
import { type Backend, startBackend } from '../support/studio-server.js';

let browser: Browser;
let bundle: Awaited<ReturnType<typeof bundleCrashPage>>;
const backends: Backend[] = [];
beforeAll(async () => {
  bundle = await bundleCrashPage();
  browser = await launchCrashBrowser(bundle.staticDir);
});
afterAll(async () => {
  await browser.close();
  for (const backend of backends) await backend.close();
  bundle.remove();
});

const at = (mark: string) => ({ mark, afterMs: 0 });

/** One of each kind; `npm run crash` has them all. */
const crashes: readonly (Crash & { readonly posts: number; readonly result: Result })[] = [
  { pageKind: 'indexedStore', kill: 'crash', point: at('generation.requested'), posts: 0, result: 'nothing' },
  { pageKind: 'localStore', kill: 'crash', point: at('post.requested'), posts: 0, result: 'interrupted' },
  { pageKind: 'drop-in', kill: 'close', point: at('job.called'), posts: 1, result: 'item' },
  { pageKind: 'indexedStore', kill: 'crash', point: at('items.requested'), posts: 1, result: 'item' },
  { pageKind: 'drop-in', kill: 'crash', point: at('removal.requested'), posts: 1, result: 'item' },
];

describe('a page that crashes or is closed while it generates', () => {
  it.concurrent.each(crashes)(
    'ends with $result in the next session: $pageKind, $kill at $point.mark',
    async ({ posts, result, ...crash }) => {
      const backend = await startBackend({ staticDir: bundle.staticDir, faults: crashFaults });
      backends.push(backend);
      const report = await crashPage(browser, siteAt(backend, crash, 'page'));
      expect({ ...checkReport(report), posts: report.posts }).toEqual({ result, problems: [], posts });
    },
  );
});

describe('checkReport', () => {
  const passed: CrashReport = {
    crash: { pageKind: 'localStore', kill: 'crash', point: { mark: 'job.stored', afterMs: 0 } },
    marks: ['post.sent', 'job.stored'],
    outcomes: [],
    storedAfterCrash: { generations: [{ hasJob: true }], items: [] },
    secondSession: { isSettled: true, items: ['a'], outcomes: ['completed'], storageError: undefined },
    storedAtEnd: { generations: [], items: ['a'] },
    thirdSession: { isSettled: true, items: ['a'], outcomes: [], storageError: undefined },
    posts: 1,
    charges: 1,
  };
  const nothing = { generations: [], items: [] };
  const empty = { isSettled: true, items: [], outcomes: [], storageError: undefined };

  it.each([
    { what: 'a crash without a problem', changes: {}, problems: [] },
    { what: 'a second POST', changes: { posts: 2, charges: 2 }, problems: ['2 POSTs', 'charged 2 times'] },
    {
      what: 'a lost job',
      changes: { storedAfterCrash: nothing, storedAtEnd: nothing, secondSession: empty, thirdSession: empty },
      problems: [
        'the result is lost, expected nothing',
        'was submitted, but is not in storage',
        'its job was stored, but is not in storage',
      ],
    },
    {
      what: 'a paid job that is not resumed',
      changes: {
        secondSession: { ...empty, outcomes: ['interrupted'] },
        storedAtEnd: nothing,
        thirdSession: empty,
      },
      problems: ['the result is interrupted, expected item'],
    },
    {
      what: 'a duplicate item and a generation that stays stored',
      changes: { storedAtEnd: { generations: [{ hasJob: true }], items: ['a', 'a'] } },
      problems: [
        'the result is wrong, expected item',
        'an item is stored twice: a, a',
        'shows 1 items of 2 stored',
        'stored generations are left over at the end: 1',
        'the third session shows 1 items of 2 stored',
      ],
    },
    {
      what: 'a repeated outcome',
      changes: { outcomes: ['completed'], thirdSession: { ...passed.thirdSession, outcomes: ['completed'] } },
      problems: ['completed 2 times', 'the third session receives outcomes again: completed'],
    },
  ])('reports $what', ({ changes, problems }) => {
    expect(checkReport({ ...passed, ...changes }).problems).toEqual(problems);
  });
});
