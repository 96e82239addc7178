import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { bundleCrashPage } from '../../scripts/crash/bundle.mjs';
import type { PageState } from '../../scripts/crash/crash.types.js';
import { crashFaults } from '../../scripts/crash/sites.mjs';
import { loopback } from '../support/loopback.js';
import { browserProfile } from '../support/plain-browsers.js';
import { startBackend } from '../support/studio-server.js';

/**
 * A page that no driver controls: it generates once if it is asked to, stops for ever at a step, and reports what it shows.
 * A synchronous request is answered by nobody: nothing of the page runs after it.
 */
const page = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><body><script type="module">
const asked = new URLSearchParams(location.search);
const report = asked.get('report');
globalThis.reportMark = name => {
  if (name !== asked.get('stopAt')) return;
  const request = new XMLHttpRequest();
  request.open('POST', report + '/stopped', false);
  request.send();
};
await import('/page.js');
const tick = async () => {
  await fetch(report + '/state', { method: 'POST', body: JSON.stringify(readState()) }).catch(() => {});
  setTimeout(tick, 100);
};
void tick();
const begin = () => (readState().isSettled ? generate() : setTimeout(begin, 20));
if (asked.has('generate')) begin();
</script>`;

let bundle: Awaited<ReturnType<typeof bundleCrashPage>>;
beforeAll(async () => {
  bundle = await bundleCrashPage();
  writeFileSync(path.join(bundle.staticDir, 'alone.html'), page);
});
afterAll(() => bundle.remove());

/** An origin, and a browser that is killed and started again. */
async function site() {
  const backend = await startBackend({ staticDir: bundle.staticDir, faults: crashFaults });
  onTestFinished(() => backend.close());
  let state: PageState | undefined;
  let isStopped = false;
  const reports = await loopback(({ path: asked, body }) => {
    if (asked === '/stopped') {
      isStopped = true;
      return () => undefined;
    }
    state = JSON.parse(body);
    return { headers: { 'access-control-allow-origin': '*' } };
  });
  const profile = await browserProfile(inject('engine'));
  onTestFinished(() => profile.remove());
  const open = (more: Record<string, string>) => {
    state = undefined;
    const query = new URLSearchParams({ pageKind: 'indexedStore', report: reports.url, ...more });
    const kill = profile.open(`${backend.url}/alone.html?${query}`);
    onTestFinished(kill);
    return kill;
  };
  return {
    posts: () => backend.requests.filter(({ kind }) => kind === 'submit').length,
    charges: backend.charges,
    async killAt(mark: string) {
      const kill = open({ generate: '', stopAt: mark });
      await expect.poll(() => isStopped, patience).toBe(true);
      await kill();
    },
    async start(expected: Partial<PageState>) {
      const kill = open({});
      await expect.poll(() => state, patience).toMatchObject({ isSettled: true, ...expected });
      return { kill, items: state?.items ?? [] };
    },
  };
}

/** A browser starts several times, without a driver that waits for it. */
const patience = { timeout: 180_000 };

describe('a browser that is killed while it generates, and is started again', { timeout: 600_000 }, () => {
  it('has the result once, if the job was stored', async () => {
    const { posts, charges, killAt, start } = await site();
    await killAt('job.stored');
    const second = await start({ outcomes: ['completed'] });
    expect(second.items).toHaveLength(1);
    await second.kill();
    const third = await start({ items: second.items });
    expect(third.items).toEqual(second.items);
    expect([posts(), charges()]).toEqual([1, 1]);
  });

  it('says that it may have been charged, and submits nothing, if the answer to the submit was not stored', async () => {
    const { posts, killAt, start } = await site();
    await killAt('post.answered');
    const second = await start({ outcomes: ['interrupted'], items: [] });
    await second.kill();
    await start({ items: [], outcomes: [] });
    expect(posts()).toBe(1);
  });
});
