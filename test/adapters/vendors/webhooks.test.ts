import { createGenerationMachine, type GenerationResult, type JobRef } from 'generation-lifecycle';
import { virtualEnvironment } from 'generation-lifecycle/testing';
import { type VendorScenario, vendorScenarios } from 'generation-lifecycle/testing/vendors';
import { describe, expect, it, vi } from 'vitest';
import { createActor, SimulatedClock } from 'xstate';
import { columns, type VendorColumn } from './columns.js';

const { signal } = new AbortController();
const url = 'https://me.test/hooks/vendor?generation=1';
const patience = { timeout: 20_000 };

/** Answers of `fetch`, bodies and signatures come in turns of the event loop, whatever the virtual clock says. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 6; turn += 1) await new Promise(resolve => setImmediate(resolve));
}

/** A generation that is followed by reads, and a server that gets the deliveries of its job. */
async function follow(column: VendorColumn, scenario: VendorScenario) {
  const clock = new SimulatedClock();
  // Deliveries have a time, which has to be near the one of this machine.
  clock.increment(Date.now());
  const start = clock.now();
  const received: { readonly request: Request; readonly atMs: number }[] = [];
  const deliver = async (request: Request) => {
    received.push({ request, atMs: clock.now() - start });
    return new Response();
  };
  const { double, adapter } = column.create({ scenario, clock, deliver, key: column.key }, url);
  const environment = virtualEnvironment({ now: () => clock.now() });
  const actor = createActor(createGenerationMachine(adapter, { environment }), { clock, input: { id: 'g-1' } });
  const results: GenerationResult<unknown>[] = [];
  const jobs: JobRef[] = [];
  actor.subscribe({
    next: ({ context }) => {
      if (context.job && jobs.length === 0) jobs.push(context.job);
    },
    complete: () => {
      const { output } = actor.getSnapshot();
      if (output) results.push(output);
    },
  });
  actor.start().send({ type: 'GENERATE', input: column.input });
  // Some submits are signed first, which takes as long as it takes.
  await vi.waitFor(() => expect(double.requests).not.toHaveLength(0), patience);
  const advance = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 250) {
      await settle();
      clock.increment(250);
    }
    await settle();
  };
  return { double, adapter, results, jobs, received, advance };
}

/** A delivery is a hint: the server reads the job that it names. */
const handle = async ({ adapter }: Awaited<ReturnType<typeof follow>>, request: Request) => {
  const job = await adapter.webhook?.verify(request);
  return job && { job, update: await adapter.read(job, { signal }) };
};

const reads = ({ double }: Awaited<ReturnType<typeof follow>>) =>
  double.requests.filter(({ action }) => action === 'read' || action === 'result').length;

describe.each(columns.filter(({ lacks }) => !lacks?.includes('webhook')))('a webhook of $name', column => {
  it('that comes on time shows the end with one read', async () => {
    const run = await follow(column, { ...vendorScenarios.healthy, faults: vendorScenarios.noStream.faults });
    await run.advance(6_000);
    await vi.waitFor(() => expect(run.received).toHaveLength(1), patience);
    const [{ request, atMs } = expect.unreachable()] = run.received;
    expect(atMs).toBe(6_000);
    expect(request.url).toBe(url);
    expect(await handle(run, request)).toMatchObject({ job: { id: run.jobs[0]?.id }, update: { kind: 'succeeded' } });
  });

  it('that never comes leaves the end to the reads', async () => {
    const run = await follow(column, vendorScenarios.webhookMissing);
    await run.advance(60_000);
    expect(run.received).toEqual([]);
    expect(run.results).toMatchObject([{ status: 'completed' }]);
    expect(run.double.chargedCount).toBe(1);
  });

  it('that comes late says what is known already', async () => {
    const run = await follow(column, vendorScenarios.webhookLate);
    await run.advance(20_000);
    expect(run.results).toMatchObject([{ status: 'completed' }]);
    expect(run.received).toEqual([]);
    await run.advance(10_000);
    await vi.waitFor(() => expect(run.received).toHaveLength(1), patience);
    const [{ request } = expect.unreachable()] = run.received;
    const [result] = run.results;
    const known = result?.status === 'completed' ? result.output : expect.unreachable();
    expect(await handle(run, request)).toMatchObject({ update: { kind: 'succeeded', output: known } });
    expect(run.results).toHaveLength(1);
    expect(run.double.chargedCount).toBe(1);
  });

  it('that comes late never brings back a result that has been deleted', async () => {
    const run = await follow(column, { ...vendorScenarios.webhookLate, resultLivesMs: 10_000 });
    await run.advance(30_000);
    await vi.waitFor(() => expect(run.received).toHaveLength(1), patience);
    const [{ request } = expect.unreachable()] = run.received;
    // It tells of a success. The read decides.
    expect(await request.clone().text()).toMatch(
      /"(?:OK|succeeded|Ready|interaction\.completed|video\.generated|response\.completed)"/,
    );
    const told = await handle(run, request).catch((error: unknown) => ({ update: error }));
    const [end = 'failed: expired'] = column.ends?.['the result is deleted'] ?? [];
    // Where a job stays, its result is gone for who requests it.
    const [, code] = end.split(': ');
    expect(told).toMatchObject({ update: code ? { failure: { code } } : { kind: 'succeeded' } });
  });

  it('that comes twice says the same twice', async () => {
    const run = await follow(column, vendorScenarios.webhookTwice);
    await run.advance(10_000);
    await vi.waitFor(() => expect(run.received).toHaveLength(2), patience);
    const [first, second] = await Promise.all(run.received.map(({ request }) => handle(run, request)));
    expect(first).toMatchObject({ job: { id: run.jobs[0]?.id }, update: { kind: 'succeeded' } });
    expect(second).toEqual(first);
    expect(run.results).toHaveLength(1);
    expect(run.double.chargedCount).toBe(1);
  });

  it('that is forged causes no read', async () => {
    const run = await follow(column, vendorScenarios.webhookForged);
    await run.advance(10_000);
    await vi.waitFor(() => expect(run.received).toHaveLength(1), patience);
    const [{ request } = expect.unreachable()] = run.received;
    const before = reads(run);
    expect(await handle(run, request)).toBeUndefined();
    expect(reads(run)).toBe(before);
    expect(run.results).toMatchObject([{ status: 'completed' }]);
  });

  it('comes although the answer to the submit was lost, and names the job', async () => {
    const run = await follow(column, vendorScenarios.lostSubmit);
    await run.advance(10_000);
    expect(run.results).toMatchObject([{ status: 'failed', failure: { charged: 'maybe' } }]);
    await vi.waitFor(() => expect(run.received).toHaveLength(1), patience);
    const [{ request } = expect.unreachable()] = run.received;
    // The address of this one submit says whose job it is.
    expect(request.url).toBe(url);
    expect(await handle(run, request)).toMatchObject({ update: { kind: 'succeeded' } });
    expect(run.double.chargedCount).toBe(1);
  });
});
