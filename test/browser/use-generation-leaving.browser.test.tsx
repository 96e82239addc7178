import type { Submission } from 'generation-lifecycle';
import { Activity, act, type ReactNode } from 'react';
import { flushSync } from 'react-dom';
import { describe, expect, it } from 'vitest';
import {
  accepted,
  input,
  job,
  modes,
  type Output,
  output,
  type Painter,
  PainterPage,
  playedMachine,
  recordCallbacks,
  settle,
  shownPainter,
  succeeded,
  testRoot,
} from '../support/painter.js';
import { uncaughtErrors } from '../support/uncaught-errors.js';

const hidden = { isHidden: true };
const shown = { isHidden: false };

describe.each(modes)('leaving a page of useGeneration with $mode', ({ Wrapper }) => {
  /** A page with its POST in flight. */
  async function submitting(props: { cancelsOnUnmount?: boolean } = {}) {
    const backend = playedMachine();
    const { reports, options } = recordCallbacks();
    const page = await shownPainter(Wrapper, { machine: backend.machine, options, ...props });
    await page.press(({ generate }) => generate(input));
    await settle();
    return { backend, reports, page };
  }

  /** A page with a stream open. */
  async function streaming(props: { cancelsOnUnmount?: boolean } = {}) {
    const made = await submitting(props);
    made.backend.submit().answer(accepted);
    await settle();
    await settle(() => {
      made.backend.stream().open();
      made.backend.stream().id('event-7');
      made.backend.stream().push({ kind: 'pending', progress: 0.4 });
    });
    return made;
  }

  describe('during a POST', () => {
    it('lets the POST run, and follows the job when the page returns before the response', async () => {
      const { backend, reports, page } = await submitting();
      await page.change(hidden);
      expect(backend.submit().signal.aborted).toBe(false);
      await page.change(shown);
      expect(page.now().status).toBe('submitting');
      backend.submit().answer(accepted);
      await settle();
      backend.stream().push(succeeded);
      await settle();
      expect(page.now()).toMatchObject({ status: 'completed', output });
      expect([backend.submits.length, backend.streams.length]).toEqual([1, 1]);
      expect(reports).toEqual(['submitted job-1', 'completed https://files.test/1.png']);
    });

    it('does not follow a job that is accepted meanwhile, and follows it on return', async () => {
      const { backend, reports, page } = await submitting();
      const { id } = page.now();
      await page.change(hidden);
      backend.submit().answer({ job, update: { kind: 'pending', progress: 0.1 } });
      await settle();
      expect([backend.streams.length, backend.reads.length]).toEqual([0, 0]);
      expect(reports).toEqual(['submitted job-1']);

      await page.change(shown);
      expect(page.now()).toMatchObject({ id, status: 'connecting', progress: 0.1, job });
      backend.stream().push(succeeded);
      await settle();
      expect(page.now().status).toBe('completed');
      expect([backend.submits.length, backend.streams.length]).toEqual([1, 1]);
      expect(reports).toEqual(['submitted job-1', 'completed https://files.test/1.png']);
    });

    it.each<{ answer: string; update: Submission<Output>['update'] | 'refused'; status: string; toldOnReturn: string }>(
      [
        {
          answer: 'the result',
          update: succeeded,
          status: 'completed',
          toldOnReturn: 'completed https://files.test/1.png',
        },
        { answer: 'a refusal', update: 'refused', status: 'failed', toldOnReturn: 'failed network' },
      ],
    )('tells $answer once, on return', async ({ update, status, toldOnReturn }) => {
      const { backend, reports, page } = await submitting();
      await page.change(hidden);
      if (update === 'refused') backend.submit().refuse(new Error('No network.'));
      else backend.submit().answer({ job, update });
      await settle();
      const before = update === 'refused' ? [] : ['submitted job-1'];
      expect(reports).toEqual(before);

      await page.change(shown);
      await settle();
      expect(page.now().status).toBe(status);
      await page.change(hidden);
      await page.change(shown);
      expect(reports).toEqual([...before, toldOnReturn]);
      expect(backend.submits.length).toBe(1);
    });

    it('does not follow for a page that never returns, but reports the paid job', async () => {
      const { backend, reports, page } = await submitting();
      await page.unmount();
      expect(backend.submit().signal.aborted).toBe(false);
      backend.submit().answer(accepted);
      await settle();
      expect(backend.calls()).toHaveLength(1);
      expect(reports).toEqual(['submitted job-1']);
      // Nothing waits for it any more, not even the time a submit may take.
      expect(backend.submit().signal.aborted).toBe(true);
    });

    it('still cancels if a cancel was requested', async () => {
      const { backend, reports, page } = await submitting();
      await page.press(({ cancel }) => cancel());
      await page.change(hidden);
      backend.submit().answer(accepted);
      await settle();
      backend.cancelCall().answer();
      await settle();
      expect(reports).toEqual(['submitted job-1']);
      await page.change(shown);
      expect(page.now()).toMatchObject({ status: 'cancelled', stopped: true });
      expect(reports).toEqual(['submitted job-1', 'cancelled true']);
      expect([backend.cancels.length, backend.streams.length]).toEqual([1, 0]);
    });
  });

  describe('during a stream', () => {
    it.each([
      { leaving: 'hiding', leave: hidden },
      { leaving: 'unmounting', leave: undefined },
    ])('by $leaving closes the stream, stops the reads and cancels nothing', async ({ leave }) => {
      const { backend, reports, page } = await streaming();
      await (leave ? page.change(leave) : page.unmount());
      expect(backend.followerCount()).toBe(0);
      backend.stream().push(succeeded);
      await settle();
      expect([backend.cancels.length, backend.streams.length]).toEqual([0, 1]);
      expect(reports).toEqual(['submitted job-1']);
    });

    it('aborts a running read', async () => {
      const { backend, page } = await submitting();
      backend.script.read = () => {};
      backend.submit().answer(accepted);
      await settle();
      await settle(() => backend.stream().open());
      expect(backend.reads.map(({ signal }) => signal.aborted)).toEqual([false]);
      await page.unmount();
      expect(backend.reads.map(({ signal }) => signal.aborted)).toEqual([true]);
    });

    it('continues from its last state when the page returns', async () => {
      const { backend, reports, page } = await streaming();
      const { id } = page.now();
      await page.change(hidden);
      await page.change(shown);
      expect(page.now()).toMatchObject({ id, status: 'connecting', progress: 0.4, job });
      expect(backend.stream()).toMatchObject({ lastEventId: 'event-7', about: job });
      backend.stream().push(succeeded);
      await settle();
      expect(page.now().status).toBe('completed');
      expect([backend.submits.length, backend.streams.length, backend.followerCount()]).toEqual([1, 2, 0]);
      expect(reports).toEqual(['submitted job-1', 'completed https://files.test/1.png']);
    });

    it('does not report an outcome again on return', async () => {
      const { backend, reports, page } = await streaming();
      backend.stream().push(succeeded);
      await settle();
      await page.change(hidden);
      await page.change(shown);
      expect(page.now()).toMatchObject({ status: 'completed', output });
      expect(reports).toEqual(['submitted job-1', 'completed https://files.test/1.png']);
      expect(backend.streams.length).toBe(1);
    });
  });

  it.each([
    { phase: 'a POST', run: submitting },
    { phase: 'a stream', run: streaming },
  ])('cancels during $phase if the clean-up of the page requests it', async ({ run }) => {
    const { backend, page } = await run({ cancelsOnUnmount: true });
    await page.unmount();
    backend.submit().answer(accepted);
    await settle();
    expect(backend.cancelCall()).toMatchObject({ about: job });
    backend.cancelCall().answer();
    await settle();
    expect(backend.calls().filter(({ signal }) => !signal.aborted)).toEqual([]);
    expect(backend.cancels.length).toBe(1);
  });

  it('lets a cancel finish, and reports it on return', async () => {
    const { backend, reports, page } = await streaming();
    await page.press(({ cancel }) => cancel());
    await page.change(hidden);
    expect(backend.cancelCall().signal.aborted).toBe(false);
    backend.cancelCall().answer();
    await settle();
    expect(reports).toEqual(['submitted job-1']);
    await page.change(shown);
    expect(reports).toEqual(['submitted job-1', 'cancelled true']);
    expect(backend.cancels.length).toBe(1);
  });

  it('shows what happened meanwhile, even if nothing else renders it', async () => {
    const backend = playedMachine();
    const { render } = testRoot();
    let painter: Painter | undefined;
    const page = () => (
      <PainterPage
        machine={backend.machine}
        onRender={rendered => {
          painter = rendered;
        }}
      />
    );
    const show = (mode: 'hidden' | 'visible', inside: ReactNode) =>
      render(
        <Wrapper>
          <Activity mode={mode}>{inside}</Activity>
        </Wrapper>,
      );
    await show('visible', page());
    await act(async () => painter?.generate(input));
    // React looks again by itself after a render that showed something new, so the last one must not.
    const last = page();
    await show('visible', last);
    await show('hidden', last);
    await settle(() => backend.submit().answer({ job, update: succeeded }));
    await show('visible', last);
    expect(painter?.status).toBe('completed');
  });

  it('survives callbacks that throw for a hidden page', async () => {
    const backend = playedMachine();
    const fail = (what: string) => () => {
      throw new Error(what);
    };
    const page = await shownPainter(Wrapper, {
      machine: backend.machine,
      options: { onSubmitted: fail('submitted'), onCompleted: fail('completed') },
    });
    const reported = uncaughtErrors();
    await page.press(({ generate }) => generate(input));
    await page.change(hidden);
    await settle(() => backend.submit().answer(accepted));
    await page.change(shown);
    expect(page.now().status).toBe('connecting');
    await settle(() => backend.stream().push(succeeded));
    await settle();
    expect(page.now().status).toBe('completed');

    await page.press(({ generate }) => generate(input));
    await page.change(hidden);
    await settle(() => backend.submit().answer({ job, update: succeeded }));
    await page.change(shown);
    await settle();
    expect(page.now().status).toBe('completed');
    expect(reported).toEqual(['submitted', 'completed', 'submitted', 'completed']);
  });

  it('may happen while a step is reported', async () => {
    const backend = playedMachine();
    const { reports, options } = recordCallbacks();
    const page = await shownPainter(Wrapper, {
      machine: backend.machine,
      options: { ...options, onSubmitted: () => flushSync(() => void page.unmount()) },
    });
    await page.press(({ generate }) => generate(input));
    backend.submit().answer(accepted);
    await settle();
    expect(backend.followerCount()).toBe(0);
    expect(reports).toEqual([]);
  });
});
