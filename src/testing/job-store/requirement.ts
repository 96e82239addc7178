import type { JobStore, NewStoredJob, StoredJob } from '../../server/store/job-store.js';
import { assertPort } from '../conformance/bench.js';

/** One requirement of the port. `here` and `there` are two processes on one store. */
export type JobStoreRequirement = {
  readonly name: string;
  readonly test: (here: JobStore, there: JobStore) => Promise<void>;
};

let count = 0;

export const newJob = (changes: Partial<NewStoredJob> = {}): NewStoredJob => {
  count += 1;
  const id = `job-${count}`;
  const state = { token: { id }, list: [1, 'two', null], nested: { text: 'a "quoted" ä' } };
  return {
    id,
    userId: 'ada',
    backend: 'image',
    key: `key-${count}`,
    wishHash: 'hash',
    status: 'running',
    state,
    ...changes,
  };
};

/** Inserts a job that nobody owns. */
export async function inserted(store: JobStore, changes: Partial<NewStoredJob> = {}): Promise<StoredJob> {
  const result = await store.insert(newJob(changes), undefined);
  assertPort(result.kind === 'inserted', `insert() of a new key must insert, and answered ${result.kind}.`);
  return result.job;
}

export const minute = 60_000;
export const lease = (owner: string, ms = minute) => ({ owner, ms });
export const isEqual = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** Waits until a call answers with something, as it does once a time is over. */
export async function eventually<TAnswer>(
  ask: () => Promise<TAnswer | undefined>,
  late: string,
  patienceMs = 10_000,
): Promise<TAnswer> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    assertPort(Date.now() < end, `${late} The kit waited ${patienceMs} ms.`);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}
