import { remoteBackend } from 'generation-lifecycle/adapters/remote-backend';
import { expect, it } from 'vitest';
import { problemsOfLedger } from '../../../scripts/crash/money/check-ledger.mjs';
import { heldVendor, postgresHalves } from '../../support/postgres-halves.js';

const openHalves = postgresHalves();
type Wish = { readonly prompt: string };
const call = () => ({ signal: AbortSignal.timeout(60_000) });
const pageOf = (url: string) =>
  remoteBackend<Wish, unknown>({ baseUrl: `${url}/api/generations/image`, durable: true });

it('two processes that hear of each end at once settle each job once', async () => {
  const vendor = await heldVendor({ scenario: { queuedMs: 50, runningMs: 400 }, deliver: request => fetch(request) });
  const { start, ledger } = await openHalves({ vendor, leaseMs: 10_000 });
  const pages = [await start(), await start()].map(({ url }) => pageOf(url));
  const prompts = Array.from({ length: 12 }, (_, at) => `wish-${at}`);
  const toEnd = async (prompt: string, at: number) => {
    const { job } = (await pages[at % 2]?.submit({ prompt }, { ...call(), idempotencyKey: prompt })) ?? {};
    if (!job) throw new Error(`${prompt} was not submitted.`);
    await expect
      .poll(async () => (await Promise.all(pages.map(page => page.read(job, call())))).map(({ kind }) => kind))
      .toEqual(['succeeded', 'succeeded']);
  };
  await Promise.all(prompts.map(toEnd));
  const paid = Object.fromEntries(prompts.map(prompt => [prompt, 1]));
  await expect.poll(async () => problemsOfLedger(await ledger(), paid)).toEqual([]);
  expect(vendor.double.chargedCount).toBe(prompts.length);
});

it('a process that stands still within its hook holds nobody up for long, and settles nothing once it goes on', async () => {
  const vendor = await heldVendor({ scenario: { queuedMs: 50, runningMs: 50 } });
  const { start, ledger, store } = await openHalves({ vendor });
  const first = await start('onSettle');
  const prompt = 'wish-1';
  await pageOf(first.url).submit({ prompt }, { ...call(), idempotencyKey: 'key-1' });
  await expect.poll(() => first.told).toContain('hangs');
  // The row is locked now, and what it has written is visible to nobody.
  first.stand('SIGSTOP');
  const second = await start();
  expect((await store.findByKey('ada', 'key-1'))?.status).toBe('running');
  await expect.poll(async () => (await store.findByKey('ada', 'key-1'))?.status).toBe('completed');
  expect(problemsOfLedger(await ledger(), { [prompt]: 1 })).toEqual([]);
  first.stand('SIGCONT');
  await expect.poll(() => first.told).toContain('settle.failed');
  const after = await store.findByKey('ada', 'key-1');
  await pageOf(second.url).read({ id: String(after?.id) }, call());
  expect(problemsOfLedger(await ledger(), { [prompt]: 1 })).toEqual([]);
  expect(after).toMatchObject({ status: 'completed', dueAt: null });
});
