import { describe, expect, it } from 'vitest';
import {
  accepted,
  input,
  job,
  modes,
  type Painter,
  type PlayedMachine,
  playedMachine,
  recordCallbacks,
  settle,
  shownPainter,
  succeeded,
} from '../support/painter.js';

type Step = (backend: PlayedMachine, painter: Painter) => void;

const generate: Step = (_, painter) => painter.generate(input);
const accept: Step = backend => backend.submit().answer(accepted);
const open: Step = backend => backend.stream().open();
const lose: Step = backend => backend.stream().end();
const cancel: Step = (_, painter) => painter.cancel();
const deliver: Step = backend => backend.stream().push(succeeded);
const refuse: Step = backend => backend.submit().refuse(new Error('No network.'));
const confirm: Step = backend => backend.cancelCall().answer();

describe.each(modes)('reset with $mode', ({ Wrapper }) => {
  it.each([
    { phase: 'idle', steps: [] },
    { phase: 'submitting', steps: [generate] },
    { phase: 'connecting', steps: [generate, accept] },
    { phase: 'streaming', steps: [generate, accept, open] },
    { phase: 'polling', steps: [generate, accept, lose] },
    { phase: 'cancelling', steps: [generate, accept, open, cancel] },
    { phase: 'completed', steps: [generate, accept, open, deliver] },
    { phase: 'failed', steps: [generate, refuse] },
    { phase: 'cancelled', steps: [generate, accept, cancel, confirm] },
  ])(
    'while $phase goes back to idle, nothing of before is heard again, and the next has an id of its own',
    async ({ phase, steps }) => {
      const backend = playedMachine();
      const { reports, options } = recordCallbacks();
      const page = await shownPainter(Wrapper, { machine: backend.machine, options });
      for (const step of steps) {
        await page.press(painter => step(backend, painter));
        await settle();
      }
      const before = page.now();
      expect(before.status).toBe(phase);
      const toldBefore = [...reports];
      const callCount = backend.calls().length;

      await page.press(({ reset }) => reset());
      await settle();
      const idle = page.now();
      expect(idle).toMatchObject({ status: 'idle', job: undefined, progress: undefined, output: undefined });
      expect(idle.id).toBe('');
      expect(backend.followerCount()).toBe(0);
      // A submit and a cancel are not taken back.
      for (const { kind, signal } of backend.calls()) {
        if (phase === 'submitting' || (phase === 'cancelling' && kind === 'cancel')) expect(signal.aborted).toBe(false);
      }

      // Whatever was under way answers now.
      for (const call of backend.submits) call.answer({ job, update: { kind: 'pending', progress: 0.5 } });
      for (const call of backend.cancels) call.answer();
      for (const stream of backend.streams) stream.push(succeeded);
      await settle();
      expect(page.now()).toBe(idle);
      expect(reports).toEqual(toldBefore);
      expect(backend.calls().length).toBe(callCount);

      await page.press(({ generate }) => generate(input));
      await settle();
      const next = page.now();
      expect(next.status).toBe('submitting');
      expect([idle.id, before.id]).not.toContain(next.id);
      expect(backend.submit().idempotencyKey).toBe(next.id);
    },
  );

  it('may be called by a callback', async () => {
    const backend = playedMachine();
    const page = await shownPainter(Wrapper, {
      machine: backend.machine,
      options: { onSubmitted: () => page.now().reset() },
    });
    await page.press(({ generate }) => generate(input));
    backend.submit().answer(accepted);
    await settle();
    expect(page.now()).toMatchObject({ status: 'idle', job: undefined });
    expect(backend.followerCount()).toBe(0);
  });

  it('drops the pending reports of a hidden page', async () => {
    const backend = playedMachine();
    const { reports, options } = recordCallbacks();
    const page = await shownPainter(Wrapper, { machine: backend.machine, options });
    await page.press(({ generate }) => generate(input));
    await page.change({ isHidden: true });
    backend.submit().refuse(new Error('No network.'));
    await settle();
    await page.press(({ reset }) => reset());
    await page.change({ isHidden: false });
    expect(page.now().status).toBe('idle');
    expect(reports).toEqual([]);
  });
});
