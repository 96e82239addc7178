import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGenerationServer } from 'generation-lifecycle/server';
import { sqliteJobs } from 'generation-lifecycle/server/sqlite';
import type { Renderer } from '../renderer.js';
import { keptJobs } from './kept-jobs.js';
import { readStep, type ServerStep } from './server-step.js';
import { openVendors, toServerBackends, type Vendor } from './vendor.js';
import type { VendorKeys, VendorName } from './vendor.types.js';
import { createVendorFiles, type VendorFiles } from './vendor-files.js';

/** Options of the studio's server half. */
export type ServerHalfOptions = {
  /** Where it keeps its jobs, and the doubles theirs. It is made if it is not there. */
  readonly folder: string;
  /** With the key of a vendor, that vendor renders, and is paid. @defaultValue doubles on this machine, which cost nothing */
  readonly keys?: VendorKeys | undefined;
  /** How long a double works on a job, in ms. @defaultValue 4_000 */
  readonly renderMs?: number | undefined;
};

/** The server half of the studio: between its page and the vendors. */
export type ServerHalf = {
  readonly handle: (request: Request) => Promise<Response>;
  readonly vendors: readonly Vendor[];
  /** The pictures of the doubles. */
  readonly files: VendorFiles;
  /** How many jobs had no end when it started, and go on. */
  readonly resumed: number;
  /** Where it is with the job of this key; `undefined` while it is away, and for an unknown key. */
  stepOf(key: string): Promise<ServerStep | undefined>;
  /** Stops it for this long, in ms, and starts it again: what it had in memory is gone. Meanwhile it answers 503. */
  restart(downMs: number): Promise<void>;
  /** Takes no new jobs, and lets submits and steps end. */
  stop(): Promise<void>;
  /** Closes the file, when no request is open any more. */
  close(): Promise<void>;
};

/** It listens on this machine only, where everybody is the same user. */
const user = { id: 'studio' };

/** Starts it: jobs that an earlier process has left go on. */
export async function startServerHalf(
  { folder, keys = {}, renderMs = 4_000 }: ServerHalfOptions,
  renderer: Renderer,
): Promise<ServerHalf> {
  mkdirSync(folder, { recursive: true });
  const files = createVendorFiles(path.join(folder, 'files'), renderer);
  const jobsOf = (name: VendorName) => keptJobs(path.join(folder, `jobs-${name}`));
  const vendors = openVendors({ keys, jobsOf, files, renderMs });
  let half: Awaited<ReturnType<typeof open>> | undefined = await open(folder, vendors);
  let restarting: Promise<void> | undefined;

  async function restart(downMs: number): Promise<void> {
    const before = half;
    half = undefined;
    await before?.server.stop();
    await before?.store.close();
    await sleep(downMs);
    half = await open(folder, vendors);
  }

  return {
    vendors,
    files,
    resumed: half.resumed,
    handle: async request =>
      half?.server.handle(request) ??
      new Response('The server is starting. Try again in a moment.', { status: 503, headers: { 'retry-after': '1' } }),
    stepOf: async key => half && readStep(half.store, user.id, key),
    restart(downMs) {
      restarting ??= restart(downMs).finally(() => {
        restarting = undefined;
      });
      return restarting;
    },
    async stop() {
      await restarting;
      await half?.server.stop();
    },
    close: async () => half?.store.close(),
  };
}

/** A server half on the files of this folder. */
async function open(folder: string, vendors: readonly Vendor[]) {
  const paid = vendors.filter(({ isDouble }) => !isDouble).map(({ name }) => name);
  // The jobs of a vendor are unknown to its double.
  const store = sqliteJobs({ url: `file:${path.join(folder, `${paid.join('-') || 'doubles'}.db`)}` });
  await store.migrate();
  const backends = toServerBackends(vendors);
  const server = createGenerationServer({
    store,
    authorize: () => user,
    // What a page of this machine does in a minute, at most: a mistake in it must not empty an account.
    wishesPerMinute: 30,
    backends,
  });
  const running = await Promise.all(
    Object.keys(backends).map(async backend => {
      const since = Number.MAX_SAFE_INTEGER;
      return (await store.list({ userId: user.id, backend, since, limit: 1_000 })).length;
    }),
  );
  server.start();
  return { server, store, resumed: running.reduce((sum, count) => sum + count, 0) };
}
