import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { policyFor } from 'generation-lifecycle';
import { createGenerationServer } from 'generation-lifecycle/server';
import { sqliteJobs } from 'generation-lifecycle/server/sqlite';
import type { Renderer } from '../renderer.js';
import { openVendor, type Vendor } from './vendor.js';
import { toImageWish, toVideoWish } from './wishes.js';

/** Options of the studio's server half. */
export type ServerHalfOptions = {
  /** Where it keeps its jobs, and the double its own. It is made if it is not there. */
  readonly folder: string;
  /** With a key of fal, fal renders, and is paid. @defaultValue a double on this machine, which costs nothing */
  readonly falKey?: string | undefined;
  /** How long the double works on a job, in ms. @defaultValue 4_000 */
  readonly renderMs?: number | undefined;
};

/** The server half of the studio: between its page and a vendor. */
export type ServerHalf = {
  readonly handle: (request: Request) => Promise<Response>;
  readonly vendor: Vendor;
  /** How many jobs had no end when it started, and go on. */
  readonly resumed: number;
  /** Takes no new jobs, and lets submits and steps end. */
  stop(): Promise<void>;
  /** Closes the file, when no request is open any more. */
  close(): Promise<void>;
};

/** It listens on this machine only, where everybody is the same user. */
const user = { id: 'studio' };

/** Starts it: jobs that an earlier process has left go on. */
export async function startServerHalf(
  { folder, falKey, renderMs = 4_000 }: ServerHalfOptions,
  renderer: Renderer,
): Promise<ServerHalf> {
  mkdirSync(folder, { recursive: true });
  const vendor = openVendor({ falKey, folder, renderer, renderMs });
  // The jobs of one are unknown to the other.
  const store = sqliteJobs({ url: `file:${path.join(folder, `${vendor.name}.db`)}` });
  await store.migrate();
  const server = createGenerationServer({
    store,
    authorize: () => user,
    // What a page of this machine does in a minute, at most: a mistake in it must not empty an account.
    wishesPerMinute: 30,
    backends: {
      image: { adapter: vendor.image, input: toImageWish, policy: policyFor('image') },
      video: { adapter: vendor.video, input: toVideoWish, policy: policyFor('video') },
    },
  });
  const running = await Promise.all(
    ['image', 'video'].map(async backend => {
      const since = Number.MAX_SAFE_INTEGER;
      return (await store.list({ userId: user.id, backend, since, limit: 1_000 })).length;
    }),
  );
  server.start();
  return {
    handle: server.handle,
    vendor,
    resumed: running.reduce((sum, count) => sum + count, 0),
    stop: server.stop,
    close: store.close,
  };
}
