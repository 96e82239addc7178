import { createGenerationServer, memoryJobs } from 'generation-lifecycle/server';
import { expect, it, onTestFinished, vi } from 'vitest';

/** Less than between two looks at the store. */
const soonMs = 200;

it('an engine in the process takes the next jobs as soon as there is room, and does not wait for its next look', async () => {
  let submits = 0;
  let reads = 0;
  const server = createGenerationServer({
    store: memoryJobs(),
    authorize: () => ({ id: 'ada' }),
    backends: {
      image: {
        adapter: {
          async submit() {
            submits += 1;
            return { job: { id: `job-${submits}` } };
          },
          async read() {
            reads += 1;
            return { kind: 'pending' };
          },
        },
        input: wish => wish,
        policy: { pollDelayMs: [60_000] },
      },
    },
  });
  for (let at = 0; at < 350; at += 1) {
    const answer = await server.handle(
      new Request('http://localhost/api/generations/image/jobs', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': `key-${at}` },
        body: JSON.stringify({ input: { prompt: 'a lighthouse' } }),
      }),
    );
    expect(answer.ok).toBe(true);
  }
  expect(reads).toBe(0);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  server.start();
  await vi.advanceTimersByTimeAsync(soonMs);
  expect(reads).toBe(350);
  await server.stop();
});
