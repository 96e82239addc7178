import { createGenerationMachine } from 'generation-lifecycle';
import { remoteBackend } from 'generation-lifecycle/adapters/remote-backend';
import { expect, it, onTestFinished } from 'vitest';
import { createActor } from 'xstate';
import { problemsOfLedger } from '../../../scripts/crash/money/check-ledger.mjs';
import { heldVendor, postgresHalves } from '../../support/postgres-halves.js';

const openHalves = postgresHalves();
const prompt = 'wish-1';

/** A page in this process that counts how often it shows the end. Its connections break with their process. */
function openPage(url: string) {
  const backend = remoteBackend<{ prompt: string }, unknown>({
    baseUrl: `${url}/api/generations/image`,
    durable: true,
  });
  const machine = createGenerationMachine(backend, {
    policy: { pollDelayMs: [100], minReadGapMs: 50, submitRetryDelaysMs: [200], reopenDelaysMs: [200] },
  });
  const actor = createActor(machine, { input: { id: 'key-1' } });
  const ends: unknown[] = [];
  actor.subscribe(snapshot => {
    if (snapshot.status === 'done') ends.push(snapshot.output.status);
  });
  actor.start();
  actor.send({ type: 'GENERATE', input: { prompt } });
  onTestFinished(() => void actor.stop());
  return { ends };
}

it('a job of a process that is killed while it reads is taken over after its lease, paid once and shown once', async () => {
  const vendor = await heldVendor({ scenario: { queuedMs: 100, runningMs: 100 } });
  // Longer than another process needs to start.
  const { start, store, url, ledger } = await openHalves({ vendor, leaseMs: 10_000 });
  vendor.hold('GET');
  const first = await start();
  const { ends } = openPage(url);
  // Its step waits for the vendor, and has the lease meanwhile.
  await expect.poll(() => vendor.held.length).toBeGreaterThan(0);
  const row = await store.findByKey('ada', 'key-1');
  expect(row).toMatchObject({ status: 'running', owner: expect.any(String) });
  await first.kill();
  vendor.release();
  const second = await start();
  await expect.poll(() => ends).toEqual(['completed']);
  const taken = vendor.reads.find(({ by }) => by === second.name);
  expect(Number(taken?.at)).toBeGreaterThanOrEqual(Number(row?.leaseUntil));
  expect(vendor.double.chargedCount).toBe(1);
  await expect.poll(async () => problemsOfLedger(await ledger(), { [prompt]: 1 })).toEqual([]);
  expect(ends).toHaveLength(1);
});

it('a job of a process that is killed within its submit is brought by the webhook, paid once and shown once', async () => {
  const vendor = await heldVendor({ scenario: { queuedMs: 100, runningMs: 100 }, deliver: request => fetch(request) });
  const { start, url, ledger } = await openHalves({ vendor });
  vendor.hold('POST');
  const first = await start();
  const { ends } = openPage(url);
  await expect.poll(() => vendor.held.length).toBe(1);
  await start();
  await first.kill();
  vendor.release();
  await expect.poll(() => ends).toEqual(['completed']);
  expect(vendor.double.chargedCount).toBe(1);
  await expect.poll(async () => problemsOfLedger(await ledger(), { [prompt]: 1 })).toEqual([]);
  expect(ends).toHaveLength(1);
});
