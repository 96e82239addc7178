import { createGenerationServer, type JobStore, memoryJobs } from 'generation-lifecycle/server';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

/** Less than between two looks at the store. */
const soonMs = 200;
/** More than between two looks. */
const laterMs = 300;

function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>(resolve => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

/** Waits for what needs no time of the clock, however slow the machine is. */
const eventually = (read: () => unknown) =>
  expect.poll(
    async () => {
      await vi.advanceTimersByTimeAsync(0);
      return read();
    },
    { timeout: 60_000 },
  );

/** A server with jobs that wait for their first read, and a clock that is wound by hand. */
async function serverWith(jobs: number, store: JobStore, answered: () => Promise<unknown>) {
  let submits = 0;
  const seen = { reads: 0 };
  const server = createGenerationServer({
    store,
    authorize: () => ({ id: 'ada' }),
    backends: {
      image: {
        adapter: {
          async submit() {
            submits += 1;
            return { job: { id: `job-${submits}` } };
          },
          async read() {
            seen.reads += 1;
            await answered();
            return { kind: 'pending' };
          },
        },
        input: wish => wish,
        policy: { pollDelayMs: [60_000] },
      },
    },
  });
  for (let at = 0; at < jobs; at += 1) {
    const answer = await server.handle(
      new Request('http://localhost/api/generations/image/jobs', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': `key-${at}` },
        body: JSON.stringify({ input: { prompt: 'a lighthouse' } }),
      }),
    );
    expect(answer.ok).toBe(true);
  }
  expect(seen.reads).toBe(0);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  return { server, seen };
}

describe('an engine in the process', () => {
  it('takes the next jobs as soon as there is room, and does not wait for its next look', async () => {
    const { server, seen } = await serverWith(350, memoryJobs(), async () => undefined);
    server.start();
    await vi.advanceTimersByTimeAsync(soonMs);
    await eventually(() => seen.reads).toBe(350);
    await server.stop();
  });

  it('looks once at a time, also if steps end while it looks', async () => {
    const memory = memoryJobs();
    const vendor = gate();
    const slowStore = gate();
    let looks = 0;
    let looking = 0;
    let most = 0;
    let written = 0;
    const claimDue: JobStore['claimDue'] = async (...call) => {
      looks += 1;
      looking += 1;
      most = Math.max(most, looking);
      // The second look, with room for ten, lasts until the steps of the first have ended.
      if (looks === 2) await slowStore.opened;
      looking -= 1;
      return memory.claimDue(...call);
    };
    const write: JobStore['write'] = async (...call) => {
      const row = await memory.write(...call);
      if (looks > 0) written += 1;
      return row;
    };
    const { server, seen } = await serverWith(350, { ...memory, claimDue, write }, () =>
      seen.reads > 10 ? vendor.opened : Promise.resolve(),
    );
    server.start();
    await eventually(() => [seen.reads, written]).toEqual([100, 10]);
    await vi.advanceTimersByTimeAsync(laterMs);
    await eventually(() => looks).toBe(2);
    vendor.open();
    await eventually(() => written).toBe(100);
    await vi.advanceTimersByTimeAsync(0);
    expect(most).toBe(1);
    slowStore.open();
    await eventually(() => seen.reads).toBe(350);
    expect(most).toBe(1);
    await server.stop();
  });

  it('makes the steps that it has claimed before it stops, so that the store may be closed', async () => {
    const memory = memoryJobs();
    const slowStore = gate();
    let isClosed = false;
    let afterClose = 0;
    const claimDue: JobStore['claimDue'] = async (...call) => {
      await slowStore.opened;
      return memory.claimDue(...call);
    };
    const write: JobStore['write'] = (...call) => {
      if (isClosed) afterClose += 1;
      return memory.write(...call);
    };
    const { server, seen } = await serverWith(3, { ...memory, claimDue, write }, async () => undefined);
    server.start();
    const stopped = server.stop().then(() => {
      isClosed = true;
    });
    slowStore.open();
    await eventually(() => isClosed).toBe(true);
    await stopped;
    await vi.advanceTimersByTimeAsync(laterMs);
    expect({ reads: seen.reads, afterClose }).toEqual({ reads: 3, afterClose: 0 });
  });
});
