import type { JobLease, StoredJob } from '../store/job-store.js';
import type { createClock } from './clock.js';
import type { Query } from './connection.js';
import { at, toJob } from './rows.js';
import { toStoredText } from './text.js';

type Claim = JobLease & {
  readonly id: string;
  readonly resolve: (job: StoredJob | undefined) => void;
  readonly reject: (error: unknown) => void;
};

/** Claims jobs. An engine wakes many at once: those of one turn are one statement. */
export function gatheredClaims(query: Query, jobs: string, clock: ReturnType<typeof createClock>) {
  let gathered: Claim[] = [];

  /** Rows are locked in one order, so that two processes that claim the same ones wait for each other, and not both for ever. */
  const claimAll = (claims: readonly Claim[]) =>
    query(
      `with ${at}, wanted as (
          select * from unnest($1::text[], $2::text[], $3::bigint[]) as wanted (id, owner, lease_ms)
        ), free as materialized (
          select id from ${jobs} where id = any($1::text[]) and (owner is null or lease_until <= (select ms from at))
            order by id for update
        )
        update ${jobs} set owner = wanted.owner, lease_until = (select ms from at) + wanted.lease_ms from wanted
          where ${jobs}.id = wanted.id and ${jobs}.id = any(array(select id from free)) returning ${jobs}.*`,
      [
        claims.map(({ id }) => toStoredText(id)),
        claims.map(({ owner }) => toStoredText(owner)),
        claims.map(({ ms }) => String(ms)),
      ],
    );

  async function claimGathered(): Promise<void> {
    const claims = gathered;
    gathered = [];
    try {
      const rows = await claimAll(claims);
      const claimed = rows.map(toJob);
      for (const { id, owner, ms, resolve } of claims) {
        const job = claimed.find(row => row.id === id && row.owner === owner);
        resolve(clock.sawClaim(job, ms));
      }
    } catch (error) {
      for (const { reject } of claims) reject(error);
    }
  }

  return (id: string, lease: JobLease): Promise<StoredJob | undefined> =>
    new Promise((resolve, reject) => {
      if (gathered.push({ id, ...lease, resolve, reject }) === 1) void Promise.resolve().then(claimGathered);
    });
}
