import { assertKnownOptions } from '../../machines/options.js';
import type { JobStore } from '../../server/store/job-store.js';
import { findIt, type TestFunction } from '../conformance/test-adapter.js';
import { jobStoreRequirements } from './job-store.requirements.js';

/** Opens a new, empty store twice, like two processes. The two may be one object if your store lives in one process. */
export type OpenJobStores = () => Promise<readonly [here: JobStore, there: JobStore]>;

/** What the kit needs to know of your test runner. */
export type TestJobStoreOptions = {
  /** @defaultValue the global `it`, or the global `test` */
  readonly it?: TestFunction | undefined;
};

/**
 * Registers one test for each requirement of {@link JobStore}, the port of a server half's store: conditional writes,
 * exclusive leases, limits that hold across processes.
 *
 * @throws TypeError for an unknown option, and without an `it`
 * @example
 * testJobStore(async () => {
 *   const store = memoryJobs();
 *   return [store, store];
 * }, { it });
 */
export function testJobStore(open: OpenJobStores, options: TestJobStoreOptions = {}): void {
  assertKnownOptions('testJobStore', options, ['it']);
  const { it = findIt('testJobStore') } = options;
  for (const { name, test } of jobStoreRequirements) {
    it(name, async () => {
      const [here, there] = await open();
      try {
        await here.migrate();
        await test(here, there);
      } finally {
        await here.close();
        if (there !== here) await there.close();
      }
    });
  }
}
