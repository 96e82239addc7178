import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { VendorJob } from 'generation-lifecycle/testing/vendors';

/**
 * The jobs of a double in a folder, a file each. A job is on the disk before its submit is answered: a vendor forgets nothing that it was
 * paid for, whenever the server ends.
 */
export function keptJobs(folder: string): Map<string, VendorJob> {
  mkdirSync(folder, { recursive: true });
  const names = readdirSync(folder).filter(name => name.endsWith('.json'));
  const jobs = new Map(
    names.map(name => {
      const job: VendorJob = JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
      return [job.id, job];
    }),
  );
  const { set } = jobs;
  jobs.set = (id, job) => {
    const file = path.join(folder, `${id}.json`);
    // A process that is killed leaves the old file or the new one, and never half of one.
    writeFileSync(`${file}.new`, JSON.stringify(job));
    renameSync(`${file}.new`, file);
    return set.call(jobs, id, job);
  };
  return jobs;
}
