import type { VendorJob } from 'generation-lifecycle/testing/vendors';
import type { VendorName } from '../server/generations/vendor.types.js';
import type { Database } from './database.js';

/** The jobs of a double. Each tab has a double of its own, and all of them have the same jobs. */
export type VendorJobs = {
  readonly jobs: Map<string, VendorJob>;
  /** Takes over what other tabs have stored. */
  refresh(): Promise<void>;
  /** Waits until all that was set is stored. */
  settled(): Promise<void>;
};

/** The jobs of the double of this vendor. A vendor forgets nothing that it was paid for, whenever the page is closed. */
export function openVendorJobs(opened: Promise<Database | undefined>, vendor: VendorName): VendorJobs {
  const jobs = new Map<string, VendorJob>();
  const { set } = jobs;
  let last: Promise<unknown> = opened;
  jobs.set = (id, job) => {
    const put = async () => (await opened)?.put('vendorJobs', { vendor, id, job });
    last = last.then(put).catch(() => undefined);
    return set.call(jobs, id, job);
  };
  return {
    jobs,
    async refresh() {
      const database = await opened;
      // Not before what this tab has changed.
      await last;
      const all = await database
        ?.getAll('vendorJobs', IDBKeyRange.bound([vendor, ''], [vendor, '\uffff']))
        .catch(() => []);
      for (const { id, job } of all ?? []) set.call(jobs, id, job);
    },
    async settled() {
      await last;
    },
  };
}
