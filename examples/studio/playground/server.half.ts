import { createGenerationServer } from 'generation-lifecycle/server';
import { openVendors, toOffers, toServerBackends } from '../server/generations/vendor.js';
import type { VendorName, VendorOffer } from '../server/generations/vendor.types.js';
import type { Renderer } from '../server/renderer.js';
import type { Database } from './database.js';
import { openVendorJobs, type VendorJobs } from './vendor.jobs.js';
import { createVendorPictures } from './vendor.pictures.js';

/** As long as the server of the demonstration takes. */
const renderMs = 4_000;

/** A server half without a server, and doubles of the vendors behind it. */
export type ServerHalf = {
  readonly handle: (request: Request) => Promise<Response>;
  readonly vendors: readonly VendorOffer[];
};

/**
 * Starts it: as a relay, because a worker ends with its page, and what a job needs has to travel with the page then. The doubles keep their jobs
 * in the database.
 */
export function startServerHalf(opened: Promise<Database | undefined>, renderer: Renderer): ServerHalf {
  const pictures = createVendorPictures(opened, renderer);
  const jobs = new Map<VendorName, VendorJobs>();
  const vendors = openVendors({
    keys: {},
    files: pictures,
    renderMs,
    jobsOf(name) {
      const own = openVendorJobs(opened, name);
      jobs.set(name, own);
      return own.jobs;
    },
    toFetch: (double, name) => async (request, init) => {
      const own = jobs.get(name);
      await own?.refresh();
      const answer = await double.fetch(request, init);
      // A job that was answered is there after a reload.
      await own?.settled();
      return pictures.shown(answer);
    },
  });
  const { handle } = createGenerationServer({
    // It is known to whoever reads it here. There is nobody in this page from whom a job has to be kept.
    secrets: 'a page has no secrets from the one who has opened it',
    authorize: () => ({ id: 'studio' }),
    backends: toServerBackends(vendors),
  });
  return { handle, vendors: toOffers(vendors) };
}
