import { GenerationError } from 'generation-lifecycle';
import { act } from 'react';
import { describe, expect, it, vi } from 'vitest';
import type { Painter } from '../support/painter.js';
import {
  accepted,
  input,
  job,
  modes,
  output,
  PainterPage,
  playedMachine,
  recordCallbacks,
  settle,
  shownPainter,
  succeeded,
  testRoot,
} from '../support/painter.js';
import { uncaughtErrors } from '../support/uncaught-errors.js';

describe.each(modes)('useGeneration with $mode', ({ Wrapper }) => {
  async function streaming() {
    const backend = playedMachine();
    const { reports, options } = recordCallbacks();
    const page = await shownPainter(Wrapper, { machine: backend.machine, options });
    await page.press(({ generate }) => generate(input));
    backend.submit().answer(accepted);
    await settle();
    await settle(() => backend.stream().open());
    return { backend, reports, page };
  }

  it('sends no request when it is mounted', async () => {
    const backend = playedMachine();
    const page = await shownPainter(Wrapper, { machine: backend.machine });
    await settle();
    expect(page.now()).toMatchObject({ status: 'idle', canCancel: false });
    expect(backend.calls()).toEqual([]);
  });

  it('shows each step of a generation, and reports its outcome once', async () => {
    const backend = playedMachine();
    const { reports, options } = recordCallbacks();
    const page = await shownPainter(Wrapper, { machine: backend.machine, options });
    expect(page.now().id).toBe('');

    await page.press(({ generate }) => generate(input));
    await settle();
    const { id, status } = page.now();
    expect(status).toBe('submitting');
    expect(backend.submit()).toMatchObject({ about: input, idempotencyKey: id });

    backend.submit().answer(accepted);
    await settle();
    expect(page.now()).toMatchObject({ status: 'connecting', job });
    await settle(() => backend.stream().open());
    backend.stream().push({ kind: 'pending', progress: 0.4, message: 'Painting' });
    await settle();
    expect(page.now()).toMatchObject({ status: 'streaming', progress: 0.4, message: 'Painting' });
    expect(page.text()).toBe(`${id} streaming 0.4`);

    backend.stream().push(succeeded);
    await settle();
    expect(page.now()).toMatchObject({ id, status: 'completed', progress: 1, output });
    expect(reports).toEqual(['submitted job-1', 'completed https://files.test/1.png']);
    expect([backend.submits.length, backend.streams.length, backend.followerCount()]).toEqual([1, 1, 0]);
  });

  it('M2: sends the same input with the same key after a submit that may have been charged', async () => {
    const backend = playedMachine({ idempotentSubmit: 'replays' });
    const page = await shownPainter(Wrapper, { machine: backend.machine });
    const lose = async (prompt: string) => {
      await page.press(({ generate }) => generate({ ...input, prompt }));
      backend.submit().refuse(new GenerationError({ code: 'network', message: 'No answer.', charged: 'maybe' }));
      await settle();
      return page.now().id;
    };
    const ids = [await lose('fog'), await lose('fog'), await lose('fog'), await lose('mist')];
    expect(new Set(ids).size).toBe(4);
    expect(backend.submits.map(({ idempotencyKey }) => idempotencyKey)).toEqual([ids[0], ids[0], ids[0], ids[3]]);
  });

  it.each([
    ['after', false],
    ['while the submit is under way, before', true],
  ])('M2: sends the same input with the same key %s a reset, once, whatever came between', async (_, isEarly) => {
    const backend = playedMachine({ idempotentSubmit: 'replays' });
    const page = await shownPainter(Wrapper, { machine: backend.machine });
    const lost = () =>
      backend.submit().refuse(new GenerationError({ code: 'timeout', message: '504.', charged: 'maybe' }));
    const generate = (prompt: string) => page.press(({ generate: send }) => send({ ...input, prompt }));
    const reset = () => page.press(({ reset: go }) => go());
    await generate('fog');
    if (isEarly) await reset();
    await settle(lost);
    await reset();
    await generate('mist');
    await settle(() => backend.submit().answer({ ...accepted, update: succeeded }));
    await reset();
    await generate('fog');
    await settle(() => backend.submit().answer({ ...accepted, update: succeeded }));
    await reset();
    await generate('fog');
    const [first, mist, again, fresh] = backend.submits.map(({ idempotencyKey }) => idempotencyKey);
    expect([again, new Set([first, mist, fresh]).size]).toEqual([first, 3]);
  });

  it('M2: sends the same key where the refusal named a job that may be running', async () => {
    const backend = playedMachine({ idempotentSubmit: 'replays' });
    const page = await shownPainter(Wrapper, { machine: backend.machine });
    const named = { code: 'network', message: 'No.', charged: 'maybe', resumable: true, job: { id: 'job-7' } } as const;
    for (const _ of [1, 2]) {
      await page.press(({ generate }) => generate(input));
      backend.submit().refuse(new GenerationError(named));
      await settle();
    }
    expect(page.now()).toMatchObject({ status: 'failed', job: { id: 'job-7' } });
    expect(new Set(backend.submits.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
  });

  it('M2: sends another key where the last submit was refused, or the backend does not replay keys', async () => {
    for (const [says, charged] of [
      [{ idempotentSubmit: true }, 'no'],
      [{ idempotentSubmit: 'rejects' }, 'maybe'],
      [{}, 'maybe'],
    ] as const) {
      const backend = playedMachine(says);
      const page = await shownPainter(Wrapper, { machine: backend.machine });
      for (const _ of [1, 2]) {
        await page.press(({ generate }) => generate(input));
        backend.submit().refuse(new GenerationError({ code: 'network', message: 'No answer.', charged }));
        await settle();
      }
      expect(new Set(backend.submits.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(2);
    }
  });

  it('returns the same object until something changes, and always the same functions', async () => {
    const { backend, page } = await streaming();
    const before = page.now();
    await page.change({ options: {} });
    expect(page.now()).toBe(before);
    expect(Object.isFrozen(before)).toBe(true);

    backend.stream().push({ kind: 'pending', progress: 0.4 });
    await settle();
    expect(page.now()).not.toBe(before);
    const functions = ({ generate, cancel, check, reset }: Painter) => [generate, cancel, check, reset];
    expect(functions(page.now()).every((made, nth) => made === functions(before)[nth])).toBe(true);
  });

  it('does not render for changes that are not part of the view', async () => {
    const { backend, page } = await streaming();
    const { length } = page.renders;
    await settle(() => {
      backend.stream().alive();
      backend.stream().id('event-8');
    });
    expect(page.renders.length).toBe(length);
  });

  describe('generate', () => {
    it('submits once when it is called twice before the page can render', async () => {
      const backend = playedMachine();
      const page = await shownPainter(Wrapper, { machine: backend.machine });
      await page.press(({ generate }) => {
        generate(input);
        generate(input);
      });
      expect(backend.submits.length).toBe(1);
    });

    it('is ignored while the job is followed', async () => {
      const { backend, page } = await streaming();
      const { id } = page.now();
      await page.press(({ generate }) => generate(input));
      await settle();
      expect(backend.submits.length).toBe(1);
      expect(page.now()).toMatchObject({ id, status: 'streaming' });
    });

    it('submits once from an effect of the component', async () => {
      const backend = playedMachine();
      await shownPainter(Wrapper, { machine: backend.machine, startsOnMount: true });
      await settle();
      expect(backend.submits.map(({ signal }) => signal.aborted)).toEqual([false]);
    });

    it.each([
      { gone: 'hidden', leave: { isHidden: true } },
      { gone: 'unmounted', leave: undefined },
    ])('is ignored after the page is $gone', async ({ leave }) => {
      const backend = playedMachine();
      const page = await shownPainter(Wrapper, { machine: backend.machine });
      await (leave ? page.change(leave) : page.unmount());
      await page.press(({ generate }) => generate(input));
      await settle();
      expect(backend.calls()).toEqual([]);
    });

    it.each([
      { end: 'a success', update: succeeded, status: 'completed' },
      {
        end: 'a failure',
        update: {
          kind: 'failed',
          failure: { code: 'job-failed', message: 'No.', retryable: true, resumable: false, charged: 'no' },
        },
        status: 'failed',
      },
    ] as const)('begins a new, paid generation after $end', async ({ update, status }) => {
      const backend = playedMachine();
      const page = await shownPainter(Wrapper, { machine: backend.machine });
      await page.press(({ generate }) => generate(input));
      backend.submit().answer({ job, update });
      await settle();
      const first = page.now();
      expect(first.status).toBe(status);

      await page.press(({ generate }) => generate({ prompt: 'another' }));
      const second = page.now();
      expect(second).toMatchObject({ status: 'submitting', job: undefined, output: undefined, failure: undefined });
      expect(second.id).not.toBe(first.id);
      expect(backend.submits.map(({ idempotencyKey }) => idempotencyKey)).toEqual([first.id, second.id]);
    });

    it('can be called in onCompleted', async () => {
      const backend = playedMachine();
      const completedIds: string[] = [];
      const page = await shownPainter(Wrapper, {
        machine: backend.machine,
        options: {
          onCompleted({ id }) {
            completedIds.push(id);
            if (completedIds.length < 2) page.now().generate(input);
          },
        },
      });
      await page.press(({ generate }) => generate(input));
      backend.submit().answer({ job, update: succeeded });
      await settle();
      expect(page.now().status).toBe('submitting');
      backend.submit().answer({ job, update: succeeded });
      await settle();
      expect(page.now()).toMatchObject({ id: completedIds[1], status: 'completed' });
      expect(new Set(completedIds).size).toBe(2);
    });
  });

  it('creates a generation for each of two components with one machine', async () => {
    const backend = playedMachine();
    const { render } = testRoot();
    const shown: Painter[] = [];
    await render(
      <Wrapper>
        {[0, 1].map(nth => (
          <PainterPage
            key={nth}
            machine={backend.machine}
            onRender={painter => {
              shown[nth] = painter;
            }}
          />
        ))}
      </Wrapper>,
    );
    await act(async () => {
      for (const painter of shown) painter.generate(input);
    });
    const [first, second] = backend.submits;
    first?.answer({ job: { id: 'first' }, update: succeeded });
    second?.answer({ job: { id: 'second' } });
    await settle();
    expect(shown).toMatchObject([
      { id: first?.idempotencyKey, status: 'completed', job: { id: 'first' } },
      { id: second?.idempotencyKey, status: 'connecting', job: { id: 'second' } },
    ]);
    expect(shown[0]?.id).not.toBe(shown[1]?.id);
  });

  it('creates an id without randomUUID', async () => {
    vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) });
    const page = await shownPainter(Wrapper, { machine: playedMachine().machine });
    await page.press(({ generate }) => generate(input));
    vi.unstubAllGlobals();
    expect(page.now().id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  });

  describe('callbacks', () => {
    it('are always the newest, and a new one does not restart the generation', async () => {
      const { backend, reports, page } = await streaming();
      const { reports: toldNewest, options } = recordCallbacks();
      await page.change({ options });
      backend.stream().push(succeeded);
      await settle();
      expect([reports, toldNewest]).toEqual([['submitted job-1'], ['completed https://files.test/1.png']]);
      expect([backend.submits.length, backend.streams.length]).toEqual([1, 1]);
    });

    it('report their errors, and the generation goes on', async () => {
      const reported = uncaughtErrors();
      const fail = (what: string) => () => {
        throw new Error(what);
      };
      const backend = playedMachine();
      const page = await shownPainter(Wrapper, {
        machine: backend.machine,
        options: { onSubmitted: fail('submitted'), onCompleted: fail('completed') },
      });
      await page.press(({ generate }) => generate(input));
      backend.submit().answer(accepted);
      await settle();
      expect(page.now().status).toBe('connecting');
      backend.stream().push(succeeded);
      await settle();
      await settle();
      expect(page.now().status).toBe('completed');
      expect(reported).toEqual(['submitted', 'completed']);
    });

    it('receive the token that resumes the job', async () => {
      const backend = playedMachine();
      const tokens: unknown[] = [];
      const page = await shownPainter(Wrapper, {
        machine: backend.machine,
        options: { onSubmitted: ({ resumeToken }) => tokens.push(JSON.parse(JSON.stringify(resumeToken))) },
      });
      await page.press(({ generate }) => generate(input));
      backend.submit().answer(accepted);
      await settle();
      expect(tokens).toMatchObject([{ version: 2, id: page.now().id, job }]);
    });

    it('may unmount their own component', async () => {
      const backend = playedMachine();
      const { reports, options } = recordCallbacks();
      const page = await shownPainter(Wrapper, {
        machine: backend.machine,
        options: { ...options, onSubmitted: () => page.unmount() },
      });
      await page.press(({ generate }) => generate(input));
      backend.submit().answer(accepted);
      await settle();
      expect(backend.followerCount()).toBe(0);
      expect(reports).toEqual([]);
    });
  });

  it('cancels at the backend once, and reports it once', async () => {
    const { backend, reports, page } = await streaming();
    await page.press(({ cancel }) => cancel());
    await page.press(({ cancel }) => cancel());
    await settle();
    expect(page.now()).toMatchObject({ status: 'cancelling', canCancel: false });
    backend.cancelCall().answer();
    await settle();
    await page.press(({ cancel }) => cancel());
    await page.press(({ check }) => check());
    await settle();
    expect(page.now()).toMatchObject({ status: 'cancelled', stopped: true });
    expect(backend.cancels.length).toBe(1);
    expect(reports).toEqual(['submitted job-1', 'cancelled true']);
  });

  it('reads the job on CHECK', async () => {
    const { backend, page } = await streaming();
    // The shortest gap between two reads is a timer of 0 ms here.
    await settle();
    const { length } = backend.reads;
    await page.press(({ check }) => check());
    await settle();
    expect(backend.reads.length).toBe(length + 1);
  });

  it('shows the inspector one actor per generation', async () => {
    const backend = playedMachine();
    const roots = new Set<unknown>();
    const page = await shownPainter(Wrapper, {
      machine: backend.machine,
      options: {
        inspect: ({ type, rootId }) => {
          if (type === '@xstate.actor') roots.add(rootId);
        },
      },
    });
    expect(roots.size).toBe(0);
    await page.press(({ generate }) => generate(input));
    backend.submit().answer({ job, update: succeeded });
    await settle();
    expect(roots.size).toBe(1);
  });

  it('starts a new generation for another machine, and stops the previous one', async () => {
    const { backend, reports, page } = await streaming();
    const { id } = page.now();
    const other = playedMachine();
    await page.change({ machine: other.machine });
    expect(page.now()).toMatchObject({ status: 'idle', job: undefined });
    expect(page.now().id).not.toBe(id);
    expect([backend.followerCount(), backend.cancels.length]).toEqual([0, 0]);

    await page.press(({ generate }) => generate(input));
    other.submit().answer({ job: { id: 'other' }, update: succeeded });
    await settle();
    expect(page.now()).toMatchObject({ status: 'completed', job: { id: 'other' } });
    expect(reports).toEqual(['submitted job-1', 'submitted other', 'completed https://files.test/1.png']);
    expect(backend.submits.length).toBe(1);
  });
});
