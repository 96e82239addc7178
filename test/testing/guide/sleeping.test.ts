import { createGenerationMachine, viewGeneration } from 'generation-lifecycle';
import { type Script, scripted, virtualEnvironment } from 'generation-lifecycle/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createActor } from 'xstate';

const script: Script<string> = {
  submit: [{ afterMs: 300 }],
  read: [
    { untilMs: 60_000, update: { kind: 'pending', progress: 0.5 } },
    { update: { kind: 'succeeded', output: 'picture.png' } },
  ],
  events: [[{ afterMs: 100, opens: true }, { pingsEveryMs: 15_000 }]],
  cancel: [{ afterMs: 200 }],
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('makes no request while the page sleeps, and has the result at once when it wakes', async () => {
  const environment = virtualEnvironment();
  const backend = scripted(script);
  const machine = createGenerationMachine(backend, { environment });
  const actor = createActor(machine, { input: { id: 'generation-1' } }).start();
  actor.send({ type: 'GENERATE', input: 'a lighthouse' });
  await vi.advanceTimersByTimeAsync(10_000);

  environment.emit('asleep');
  const before = backend.calls.length;
  await vi.advanceTimersByTimeAsync(90_000);
  expect(backend.calls.length).toBe(before);

  environment.emit('woke');
  await vi.advanceTimersByTimeAsync(0);
  expect(viewGeneration(actor.getSnapshot())).toMatchObject({ status: 'completed', output: 'picture.png' });
});
