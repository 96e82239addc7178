import type { ServerLog } from '../log.js';
import type { JobLease, JobStore } from '../store/job-store.js';

/** Renews a lease while its owner works, however long that takes. A lease that is lost is told to the log: writes notice it themselves. */
export function keepLease(store: JobStore, id: string, lease: JobLease, log: ServerLog): { end(): void } {
  let isLost = false;
  const renew = async () => {
    if (isLost || (await store.renew(id, lease))) return;
    isLost = true;
    log.report('lease.lost', new Error(`The lease of job ${id} was taken over, because it was not renewed in time.`), {
      id,
    });
  };
  const timer = setInterval(
    () => void renew().catch((error: unknown) => log.report('store.failed', error, { id })),
    lease.ms / 3,
  );
  return { end: () => clearInterval(timer) };
}
