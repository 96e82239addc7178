import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import type { JobUpdate, Submission } from 'generation-lifecycle';
import { remoteBackend } from 'generation-lifecycle/adapters/remote-backend';
import { falDouble } from 'generation-lifecycle/testing/vendors';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { crashHolders, problemsOfHolders } from '../../scripts/crash/server/hold.crashes.mjs';
import { planServerCrashes } from '../../scripts/crash/server/plan.mjs';
import { problemsOfWishes } from '../../scripts/crash/server/report.mjs';
import { crashServers } from '../../scripts/crash/server/server.crashes.mjs';
import { seededRandom } from '../../scripts/faults/seeded-random.mjs';
import { listening } from '../support/listening.js';
import { bundleForNode } from '../support/node-bundle.js';

// Processes that are killed, on one file, with a vendor that counts what is paid.

// Within the repository, so that the client of the database is found.
const scripts = fileURLToPath(new URL(`../../node_modules/.server-scripts-${process.pid}`, import.meta.url));
beforeAll(() => bundleForNode(fileURLToPath(new URL('node-scripts', import.meta.url)), scripts, ['@libsql/client']));
afterAll(() => rm(scripts, { recursive: true, force: true }));

const crashScripts = fileURLToPath(new URL('../../scripts/crash/server/processes', import.meta.url));
const fileOf = (name: string) => path.join(scripts, 'crash', `${name}.js`);
let bundled: Promise<void> | undefined;
function bundleCrashScripts(): Promise<void> {
  bundled ??= bundleForNode(crashScripts, path.join(scripts, 'crash'), ['@libsql/client']);
  return bundled;
}

type Picture = { readonly images: readonly { readonly url: string }[] };
const wish = { prompt: 'a lighthouse' };
const call = () => ({ signal: AbortSignal.timeout(60_000) });

/** The double behind a socket. Its answer to a submit takes a while, within which a process may die. */
async function openVendor(answerMs: number) {
  const double = falDouble({ scenario: { queuedMs: 100, runningMs: 100 }, baseUrl: '' });
  const listener = getRequestListener(
    async request => {
      const response = await double.fetch(request.clone());
      if (request.method === 'POST') await new Promise(resolve => setTimeout(resolve, answerMs));
      return response;
    },
    { overrideGlobalObjects: false },
  );
  const { url } = await listening(createServer(listener));
  return { double, url };
}

async function openFile() {
  const folder = await mkdtemp(path.join(tmpdir(), 'generations-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return path.join(folder, 'jobs.db');
}

/** A process with a server half, and a page of it. */
async function start(file: string, vendorUrl: string) {
  const child: ChildProcess = spawn(process.execPath, [path.join(scripts, 'serve.js'), file, vendorUrl], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const [line] = (await once(child.stdout as NonNullable<typeof child.stdout>, 'data')) as [Buffer];
  const page = remoteBackend<typeof wish, Picture>({
    baseUrl: `${String(line).trim()}/api/generations/image`,
    durable: true,
  });
  return { child, exited, page };
}

type Page = Awaited<ReturnType<typeof start>>['page'];

/** Follows a key as a page does that was reloaded: it looks up, and submits only what was not bought. */
async function toEnd(page: Page, idempotencyKey: string): Promise<JobUpdate<Picture>> {
  const known = await page.find?.(idempotencyKey, call());
  const { job }: Submission<Picture> = known ?? (await page.submit(wish, { ...call(), idempotencyKey }));
  let update: JobUpdate<Picture> = { kind: 'pending' };
  await expect
    .poll(async () => {
      update = await page.read(job, call());
      return update.kind;
    })
    .not.toBe('pending');
  return update;
}

describe('processes on one file', () => {
  it('that are killed at six moments lose nothing and pay nothing twice', async () => {
    await bundleCrashScripts();
    const times = { answerMs: 300, slowMs: 3_000 };
    const random = seededRandom(Number(process.env['CRASH_SEED'] ?? 7));
    const crashes = planServerCrashes(random, { perInstant: 1, ...times });
    const { kills, wishes } = await crashServers({
      scripts: { half: fileOf('half'), vendor: fileOf('vendor') },
      crashes,
      random,
      ...times,
    });
    expect(problemsOfWishes(wishes)).toEqual([]);
    expect(kills).toBe(6);
    // One is in a process that nobody kills.
    expect(wishes.map(({ paid }) => paid)).toHaveLength(7);
    expect(wishes.filter(({ result }) => result === 'picture').length).toBeGreaterThanOrEqual(6);
    expect(wishes.find(({ key }) => key === 'slow-wish')).toMatchObject({ result: 'picture', wasMaybe: false });
  });

  it('end in order on SIGTERM: a submit under way is stored first', async () => {
    const vendor = await openVendor(500);
    const file = await openFile();
    const { child, exited, page } = await start(file, vendor.url);
    const submitted = page.submit(wish, { ...call(), idempotencyKey: 'key-1' });
    await expect.poll(() => vendor.double.chargedCount).toBe(1);
    child.kill('SIGTERM');
    const { job } = await submitted;
    expect(await exited).toEqual([0, null]);
    const next = await start(file, vendor.url);
    expect((await next.page.find?.('key-1', call()))?.job.id).toBe(job.id);
    expect((await toEnd(next.page, 'key-1')).kind).toBe('succeeded');
    expect(vendor.double.chargedCount).toBe(1);
  });

  it('share the work, and pay nothing twice when they get one key at once', async () => {
    const vendor = await openVendor(30);
    const file = await openFile();
    const pages = await Promise.all([start(file, vendor.url), start(file, vendor.url)]);
    const keys = ['key-1', 'key-2', 'key-3', 'key-4'];
    const ends = await Promise.all(
      keys.flatMap(key => pages.map(({ page }) => page.submit(wish, { ...call(), idempotencyKey: key }))),
    );
    expect(new Set(ends.map(({ job }) => job.id)).size).toBe(keys.length);
    for (const key of keys) expect((await toEnd(pages[0]?.page as Page, key)).kind).toBe('succeeded');
    expect(vendor.double.chargedCount).toBe(keys.length);
  });
});

describe('processes that hold a job that is its own stream', () => {
  it('and are killed leave a maybe within their lease, or a picture, and nothing is paid twice', async () => {
    await bundleCrashScripts();
    // Before the submit is answered, while the stream is open for longer than a lease, and after its end.
    const held = await crashHolders({
      script: fileOf('hold'),
      killsAt: [100, 3_500, 6_000],
      answerMs: 300,
      runMs: 4_000,
    });
    expect(problemsOfHolders(held)).toEqual([]);
    expect(held.slice(0, 2)).toMatchObject([
      { result: 'maybe', isEnded: false },
      { result: 'maybe', isEnded: false },
    ]);
    expect(held.every(({ words }) => words?.includes('"interrupted"') || words?.includes('1.png'))).toBe(true);
  });
});
