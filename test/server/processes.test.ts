import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import type { JobUpdate, Submission } from 'generation-lifecycle';
import { remoteBackend } from 'generation-lifecycle/adapters/remote-backend';
import { sqliteJobs } from 'generation-lifecycle/server/sqlite';
import { falDouble } from 'generation-lifecycle/testing/vendors';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
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

/** A vendor whose jobs are their streams, and end when it is told so. */
async function openStreams() {
  const posts: ServerResponse[] = [];
  const streams: ServerResponse[] = [];
  const { url } = await listening(
    createServer((request, response) => {
      if (request.method === 'POST') {
        posts.push(response);
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"state":"running"}\n\n');
      streams.push(response);
    }),
  );
  const accept = () => posts[0]?.writeHead(201, { 'content-type': 'application/json' }).end('{"id":"stream-1"}');
  const end = () => streams[0]?.end('data: {"url":"https://vendor.test/1.png"}\n\n');
  return { url, posts, streams, accept, end };
}

/** A process with a server half, and a page of it. */
async function start(file: string, vendorUrl: string, script = 'serve', ...more: readonly string[]) {
  const child: ChildProcess = spawn(process.execPath, [path.join(scripts, `${script}.js`), file, vendorUrl, ...more], {
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
    const crash = fileURLToPath(new URL('../../scripts/crash/server/processes', import.meta.url));
    await bundleForNode(crash, path.join(scripts, 'crash'), ['@libsql/client']);
    const fileOf = (name: string) => path.join(scripts, 'crash', `${name}.js`);
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

describe('processes on one file, with a job that is its own stream', () => {
  const leaseMs = 2_000;
  /** One that gets the submit, and another one. */
  async function startTwo() {
    const [vendor, file] = [await openStreams(), await openFile()];
    const holder = await start(file, vendor.url, 'hold', `${leaseMs}`);
    const other = await start(file, vendor.url, 'hold', `${leaseMs}`);
    const store = sqliteJobs({ url: `file:${file}` });
    onTestFinished(() => store.close());
    const row = async () => (await store.findByKey('ada', 'key-1')) ?? expect.unreachable('There is no row.');
    const submitted = holder.page.submit(wish, { ...call(), idempotencyKey: 'key-1' }).catch(() => undefined);
    await expect.poll(() => vendor.posts.length).toBe(1);
    return { vendor, holder, other, row, submitted };
  }

  it.each([
    ['while its stream is open', true],
    ['before the vendor has answered its submit', false],
  ])('tell it as maybe within the lease of a process that is killed %s, and never buy it again', async (_, isOpen) => {
    const { vendor, holder, other, row, submitted } = await startTwo();
    if (isOpen) {
      vendor.accept();
      await submitted;
      await expect.poll(() => vendor.streams.length).toBe(1);
      const { leaseUntil } = await row();
      // Longer than a lease, and the other process leaves it alone.
      await expect.poll(async () => (await row()).leaseUntil).toBeGreaterThan(Number(leaseUntil) + leaseMs);
      expect(await row()).toMatchObject({ status: 'running' });
    }
    holder.child.kill('SIGKILL');
    await holder.exited;
    const { leaseUntil } = await row();
    expect(await toEnd(other.page, 'key-1')).toMatchObject({
      kind: 'failed',
      failure: { code: 'interrupted', charged: 'maybe', resumable: false },
    });
    const { status, endedAt } = await row();
    expect(status).toBe('failed');
    expect(Number(endedAt)).toBeGreaterThanOrEqual(Number(leaseUntil));
    // It is looked for four times a second. The rest is what a busy machine may take.
    expect(Number(endedAt) - Number(leaseUntil)).toBeLessThan(10_000);
    const again = await other.page.submit(wish, { ...call(), idempotencyKey: 'key-1' });
    expect(again.update).toMatchObject({ kind: 'failed' });
    expect(vendor.posts).toHaveLength(1);
  });

  it('tell its end by any of them, as long as the one that holds it lives', async () => {
    const { vendor, other, submitted } = await startTwo();
    vendor.accept();
    await submitted;
    await expect.poll(() => vendor.streams.length).toBe(1);
    vendor.end();
    expect(await toEnd(other.page, 'key-1')).toMatchObject({ kind: 'succeeded', output: 'https://vendor.test/1.png' });
    expect(vendor.posts).toHaveLength(1);
  });
});
