import type { Settlement } from 'generation-lifecycle/server';
import { describe, expect, it } from 'vitest';
import { problemsOfLedger } from '../../../scripts/crash/money/check-ledger.mjs';
import { credits, priceOf } from '../../../scripts/crash/money/ledger.mjs';
import { done, type HalfOptions, halfOn, lost } from '../../support/paid-half.js';
import { type PaidStore, paidPostgres, paidSqlite, type Transaction } from '../../support/paid-stores.js';
import { postgresForTests } from '../../support/postgres.js';

const postgres = postgresForTests();
const prompt = 'wish-4';
const price = priceOf(prompt);

const opened = ({ store, hooks, ledger }: PaidStore, options: HalfOptions<Transaction> = {}) => {
  const half = halfOn<Transaction>({ ...hooks, ...options, store });
  return {
    ...half,
    ledger,
    submit: () => half.submit('key-1', prompt),
    sweep: () => half.server.sweep(),
    kinds: async () => (await ledger()).lines.map(({ kind, charged }) => (charged ? `${kind}: ${charged}` : kind)),
    problems: async (paid = 1) => problemsOfLedger(await ledger(), { [prompt]: paid }),
  };
};
type Half = ReturnType<typeof opened>;

/** Sweeps until the tables have these lines. */
const becomes = (half: Half, kinds: readonly string[]) =>
  expect.poll(() => half.sweep().then(half.kinds)).toEqual(kinds);

describe.each([
  ['SQLite', paidSqlite],
  ['PostgreSQL', () => paidPostgres(postgres)],
] as const)('money on %s', (name, openStore) => {
  it('is reserved with the row, and settled with its end, each once', async () => {
    const half = opened(await openStore());
    expect((await half.submit()).status).toBe(201);
    expect((await half.submit()).status).toBe(200);
    expect(await half.ledger()).toMatchObject({ lines: [{ kind: 'reserved', prompt }], balance: credits - price });
    half.vendor.update = done(1);
    await becomes(half, ['reserved', 'settled: yes']);
    expect(await half.row()).toMatchObject({ status: 'completed', dueAt: null });
    await half.sweep();
    expect(await half.problems()).toEqual([]);
  });

  it('is asked for with 402 and the words of a hook that throws, and nothing of it is stored', async () => {
    const paid = await openStore();
    let isRefused = true;
    const half = opened(paid, {
      async onReserve(tx, reservation) {
        const reserve = await paid.hooks.onReserve(tx, reservation);
        if (isRefused) throw new Error('Two credits are missing.');
        return reserve;
      },
    });
    const response = await half.submit();
    expect([response.status, await response.json()]).toMatchObject([
      402,
      { error: { code: 'payment-required', message: 'Two credits are missing.', charged: 'no' } },
    ]);
    expect(await half.ledger()).toEqual({ lines: [], balance: credits });
    expect([await half.row(), half.vendor.posts]).toEqual([undefined, 0]);
    isRefused = false;
    expect((await half.submit()).status).toBe(201);
  });

  it('is settled once although the hook has thrown after it had written, and the end is stored at once', async () => {
    const paid = await openStore();
    let fails = 1;
    const half = opened(paid, {
      async onSettle(tx, settlement) {
        await paid.hooks.onSettle(tx, settlement);
        fails -= 1;
        if (fails >= 0) throw new Error('The ledger is closed.');
      },
    });
    half.vendor.update = done(1);
    await half.submit();
    await expect.poll(() => half.sweep().then(async () => (await half.row())?.status)).toBe('completed');
    expect(await half.kinds()).toEqual(['reserved']);
    await becomes(half, ['reserved', 'settled: yes']);
    expect(await half.problems()).toEqual([]);
  });

  it('is settled as maybe after its time, and corrected when the vendor tells the truth', async () => {
    let url = '';
    const half = opened(await openStore(), { settleMaybeAfterMs: 500 });
    Object.assign(half.vendor.adapter, {
      submit: (_: unknown, { webhookUrl }: { webhookUrl?: string }) => {
        url = String(webhookUrl);
        return Promise.reject(lost());
      },
    });
    await half.submit();
    const ended = await half.row();
    expect([ended?.status, await half.kinds()]).toEqual(['failed', ['reserved']]);
    await becomes(half, ['reserved', 'settled: maybe']);
    expect(Number((await half.row())?.updatedAt) - Number(ended?.endedAt)).toBeGreaterThanOrEqual(500);
    half.vendor.update = done(1);
    await half.server.handle(new Request(url, { method: 'POST', body: '{"id":"job-1"}' }));
    await becomes(half, ['reserved', 'settled: maybe', 'corrected: yes']);
    await half.sweep();
    expect(await half.problems()).toEqual([]);
  });

  it('is settled once although a hook has hung, which can write nothing later', async () => {
    const paid = await openStore();
    const late: (() => Promise<unknown>)[] = [];
    const half = opened(paid, {
      async onSettle(tx: Transaction, settlement: Settlement) {
        await paid.hooks.onSettle(tx, settlement);
        if (late.length > 0) return;
        late.push(async () => paid.hooks.onSettle(tx, settlement));
        await new Promise(() => undefined);
      },
    });
    half.vendor.update = done(1);
    await half.submit();
    await expect.poll(() => half.sweep().then(async () => (await half.row())?.status)).toBe('completed');
    const failed = half.log.find(({ event }) => event === 'settle.failed');
    expect(failed?.message).toContain(name === 'SQLite' ? 'waited for something else' : 'has not ended within 10 s');
    expect(await half.kinds()).toEqual(['reserved']);
    await becomes(half, ['reserved', 'settled: yes']);
    await expect(late[0]?.()).rejects.toThrow('A hook has used its transaction after the end of it.');
    expect(await half.problems()).toEqual([]);
  });
});

it('a hook that waits for something in PostgreSQL holds its row for seconds only', async () => {
  const paid = await paidPostgres(postgres);
  let isFirst = true;
  const half = opened(paid, {
    async onSettle(tx, settlement) {
      await paid.hooks.onSettle(tx, settlement);
      if (!isFirst) return;
      isFirst = false;
      await tx.query('select pg_sleep(3600)');
    },
  });
  half.vendor.update = done(1);
  await half.submit();
  await becomes(half, ['reserved', 'settled: yes']);
  expect(half.log.map(({ event }) => event)).toContain('settle.failed');
  expect(await half.problems()).toEqual([]);
});
