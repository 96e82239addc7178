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
    expect(seen.reads).toBe(350);
    await server.stop();
  });

  it('looks once at a time, also if steps end while it looks', async () => {
    const memory = memoryJobs();
    const vendor = gate();
    const slowStore = gate();
    let looks = 0;
    let looking = 0;
    let most = 0;
    const claimDue: JobStore['claimDue'] = async (...call) => {
      looks += 1;
      looking += 1;
      most = Math.max(most, looking);
      // The second look, with room for ten, lasts until the steps of the first have ended.
      if (looks === 2) await slowStore.opened;
      looking -= 1;
      return memory.claimDue(...call);
    };
    const { server, seen } = await serverWith(350, { ...memory, claimDue }, () =>
      seen.reads > 10 ? vendor.opened : Promise.resolve(),
    );
    server.start();
    await vi.advanceTimersByTimeAsync(laterMs);
    expect({ looks, reads: seen.reads }).toEqual({ looks: 2, reads: 100 });
    vendor.open();
    await vi.advanceTimersByTimeAsync(soonMs);
    expect(most).toBe(1);
    slowStore.open();
    await vi.advanceTimersByTimeAsync(laterMs);
    expect({ most, reads: seen.reads }).toEqual({ most: 1, reads: 350 });
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
    await vi.advanceTimersByTimeAsync(laterMs);
    await stopped;
    await vi.advanceTimersByTimeAsync(laterMs);
    expect({ reads: seen.reads, afterClose }).toEqual({ reads: 3, afterClose: 0 });
  });
});
