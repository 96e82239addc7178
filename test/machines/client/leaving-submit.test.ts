import { memoryStore } from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';
import { type BenchOptions, clientBench, done, flush, type Item } from '../../support/client-bench.js';
import { error } from '../../support/scripted-generation.js';

const hold = { submit: () => {} };

/** A page whose submit of `g` is under way, in the scope of Ann. */
async function submitting(options: BenchOptions = {}) {
  const bench = clientBench({ script: hold, scope: 'ann', ...options });
  const page = await bench.open();
  const { items } = await page.generate('g');
  const [submit = expect.fail()] = bench.submits;
  const stored = async () => (await bench.store.withScope?.('ann').readGenerations()) ?? [];
  return { bench, page, items, submit, stored };
}

/** What the promises of a page say of it. */
const subjects: Readonly<Record<string, string>> = {
  'setScope()': 'the client shows another scope',
  'stop()': 'the client was stopped',
};

const leave = {
  'setScope()': (page: Awaited<ReturnType<typeof submitting>>['page']) => page.client.setScope('bob'),
  'stop()': (page: Awaited<ReturnType<typeof submitting>>['page']) => page.client.stop(),
};

describe.each(Object.entries(leave))('%s during a submit', (name, act) => {
  it('M7: lets the submit finish, stores its job under its own scope, and follows nothing then', async () => {
    const { bench, page, items, submit, stored } = await submitting();
    await bench.advance(100);
    act(page);
    await expect(items).rejects.toMatchObject({
      code: 'interrupted',
      failure: { charged: 'maybe' },
      message: expect.stringMatching(/has no answer yet, and may be charged.*is found again/s),
    });
    expect([submit.signal.aborted, page.statuses()]).toEqual([false, {}]);
    await bench.advance(20_000);
    submit.answer({ job: { id: 'job-1' } });
    await bench.advance(60_000);
    expect([page.statuses(), page.items(), bench.reads.length, bench.cancels.length]).toEqual([{}, [], 0, 0]);
    expect((await stored()).map(({ token }) => token.job)).toEqual([{ id: 'job-1' }]);
    expect(bench.locks.count('pictures/ann/g')).toBe(0);

    bench.finish('job-1');
    page.client.setScope('ann');
    page.client.subscribe(() => {});
    await bench.advance(5_000);
    expect([page.statuses(), page.items(), bench.submits.length]).toEqual([{ g: 'completed' }, ['g/0'], 1]);
  });

  it('M7: follows the job at once when the same scope is shown again before the answer', async () => {
    const { bench, page, submit } = await submitting();
    act(page);
    page.client.setScope('ann');
    page.client.subscribe(() => {});
    await bench.advance(1_000);
    expect(page.generation('g')).toMatchObject({ status: 'submitting', isFollowedElsewhere: true });
    submit.answer({ job: { id: 'job-1' } });
    await bench.advance(1_000);
    expect([page.statuses(), bench.submits.length]).toEqual([{ g: 'polling' }, 1]);
  });

  it('M7: does so without locks, too', async () => {
    const { bench, page, submit } = await submitting({ locks: undefined });
    act(page);
    page.client.setScope('ann');
    page.client.subscribe(() => {});
    submit.answer({ job: { id: 'job-1' } });
    await bench.advance(2_000);
    expect([page.statuses(), bench.submits.length]).toEqual([{ g: 'polling' }, 1]);
  });

  it('M7: keeps the result of a submit that is answered with it', async () => {
    const { bench, page, submit } = await submitting();
    act(page);
    submit.answer({ job: { id: 'job-1' }, update: done('job-1') });
    await bench.advance(1_000);
    page.client.setScope('ann');
    page.client.subscribe(() => {});
    await bench.advance(1_000);
    expect([page.items(), bench.submits.length, bench.reads.length]).toEqual([['g/0'], 1, 0]);
  });

  it('M7: tells the next page why the backend has refused the submit', async () => {
    const { bench, page, submit } = await submitting();
    act(page);
    submit.refuse(error('payment-required', { message: 'No credit.' }));
    await bench.advance(5_000);
    page.client.setScope('ann');
    page.client.subscribe(() => {});
    await bench.advance(1_000);
    expect(page.generation('g')).toMatchObject({
      status: 'failed',
      failure: { code: 'payment-required', message: 'No credit.', charged: 'no' },
      canResume: false,
    });
    await page.send({ type: 'DISMISS', id: 'g' });
    await bench.advance(1_000);
    expect(page.statuses()).toEqual({});
  });

  it('M7: tells the next page that the backend has refused it for now, and submits nothing', async () => {
    const { bench, page, submit } = await submitting();
    act(page);
    submit.refuse(error('rate-limited', { retryAfterMs: 1_000, retryable: true }));
    await bench.advance(60_000);
    page.client.setScope('ann');
    page.client.subscribe(() => {});
    await bench.advance(1_000);
    expect(page.generation('g')).toMatchObject({ status: 'failed', failure: { code: 'rate-limited', charged: 'no' } });
    expect(bench.submits).toHaveLength(1);
  });

  it('M7: tells the next page that a submit without an answer may have been charged', async () => {
    const { bench, page, submit } = await submitting();
    act(page);
    submit.refuse(error('network', { charged: 'maybe' }));
    await bench.advance(5_000);
    page.client.setScope('ann');
    page.client.subscribe(() => {});
    await bench.advance(1_000);
    expect(page.generation('g')).toMatchObject({
      status: 'failed',
      failure: { code: 'interrupted', charged: 'maybe' },
    });
  });

  it('M7: sends a cancel that was requested before, and the next page knows of it', async () => {
    const { bench, page, submit } = await submitting();
    await page.send({ type: 'CANCEL', id: 'g' });
    act(page);
    bench.script.read = call => call.answer({ kind: 'cancelled' });
    submit.answer({ job: { id: 'job-1' } });
    await bench.advance(5_000);
    expect(bench.cancels.map(({ about }) => about)).toEqual([{ id: 'job-1' }]);
    page.client.setScope('ann');
    page.client.subscribe(() => {});
    await bench.advance(5_000);
    expect(page.generation('g')).toMatchObject({ status: 'cancelled', stopped: true });
  });

  it('M7: submits nothing that waits, and says so', async () => {
    const { bench, page, submit, stored } = await submitting({ concurrency: 1 });
    const { items } = await page.generate('h', 'fog');
    act(page);
    await expect(items).rejects.toMatchObject({
      failure: { charged: 'no' },
      message: expect.stringMatching(/h was not submitted, and nothing was charged.*Generate it again/),
    });
    await bench.advance(1_000);
    expect(submit.signal.aborted).toBe(false);
    await bench.advance(200_000);
    expect([bench.submits.length, (await stored()).map(({ token }) => token.id)]).toEqual([1, ['g']]);
  });

  it.each([
    ['waits for its lock', {}],
    ['is being stored', { locks: undefined }],
  ])('M7: submits nothing that %s, and leaves nothing of it', async (_state, options) => {
    const { bench, page, stored } = await submitting(options);
    const { items } = page.client.generate({ prompt: 'fog' }, { id: 'h' });
    act(page);
    await expect(items).rejects.toMatchObject({
      failure: { charged: 'no' },
      message: `Generation h was not submitted, and nothing was charged: ${subjects[name]}. Generate it again.`,
    });
    await bench.advance(5_000);
    expect([bench.submits.length, (await stored()).map(({ token }) => token.id)]).toEqual([1, ['g']]);
  });

  it('M7: goes on storing the job where a write fails', async () => {
    const whole = memoryStore<Item>();
    let failing = 3;
    const store: typeof whole = {
      ...whole,
      withScope: () => ({
        ...whole,
        updateGeneration: async (id, change) => {
          if (failing > 0 && bench.submits.length > 0 && failing--) throw Error('no disk');
          return whole.updateGeneration(id, change);
        },
      }),
    };
    const { bench, page, submit } = await submitting({ store });
    act(page);
    submit.answer({ job: { id: 'job-1' } });
    await bench.advance(10_000);
    expect((await whole.readGenerations()).map(({ token }) => token.job)).toEqual([{ id: 'job-1' }]);
  });
});

describe('stop() within a listener', () => {
  it('M7: rejects what is followed, and lets the submit finish', async () => {
    const { bench, page, items, submit, stored } = await submitting({ concurrency: 2 });
    page.client.on('generation.started', ({ id }) => {
      if (id === 'h') page.client.stop();
    });
    page.client.generate({ prompt: 'fog' }, { id: 'h' });
    await expect(items).rejects.toMatchObject({ code: 'interrupted' });
    expect([submit.signal.aborted, page.statuses()]).toEqual([false, {}]);
    for (const { answer, idempotencyKey } of bench.submits) answer({ job: { id: `job-${idempotencyKey}` } });
    await bench.advance(1_000);
    expect((await stored()).map(({ token }) => token.job?.id)).toEqual(
      bench.submits.map(({ idempotencyKey }) => `job-${idempotencyKey}`),
    );
  });
});

describe('a session that is left', () => {
  it('M7: emits nothing more, also of the step in which a listener stops it', async () => {
    const bench = clientBench();
    const page = await bench.open();
    page.client.on('generation.completed', () => page.client.stop());
    await page.generate('a');
    bench.finish('job-1');
    await bench.advance(5_000);
    expect(page.emittedNames()).toEqual(['generation.started a', 'generation.completed a']);
    expect(await bench.storedItems()).toEqual(['a/0']);
  });

  it('M7: is asked for nothing more once it has ended', async () => {
    const bench = clientBench();
    const commands: string[] = [];
    const page = await bench.open({
      inspect: inspected => {
        if (inspected.type === '@xstate.event') commands.push(inspected.event.type);
      },
    });
    page.client.stop();
    await page.client.forget();
    expect(commands.filter(type => type === 'LEAVE')).toHaveLength(1);
  });

  it('M7: waits for each submit that another tab has forgotten before', async () => {
    const { bench, page, submit } = await submitting();
    await page.generate('h', 'fog');
    const [, second = expect.fail()] = bench.submits;
    const other = await bench.open();
    await other.client.forget();
    await bench.advance(1_000);
    const forgetting = page.client.forget();
    let isOver = false;
    void forgetting.then(() => {
      isOver = true;
    });
    submit.answer({ job: { id: 'job-1' } });
    await bench.advance(1_000);
    expect([second.signal.aborted, isOver]).toEqual([false, false]);
    second.answer({ job: { id: 'job-2' } });
    await bench.advance(1_000);
    expect(isOver).toBe(true);
  });
});

describe('forget() during a submit', () => {
  it('M7: erases at once, awaits the answer, and tells what may be charged', async () => {
    const { bench, page, items, submit, stored } = await submitting();
    const forgetting = page.client.forget();
    await expect(items).rejects.toMatchObject({ message: expect.stringContaining('forgotten') });
    await bench.advance(1_000);
    expect([await stored(), submit.signal.aborted, page.view().isReady]).toEqual([[], false, true]);
    submit.answer({ job: { id: 'job-1' } });
    await bench.advance(1_000);
    expect(await forgetting).toEqual([{ id: 'g', job: { id: 'job-1' }, charged: 'yes', isCancelRequested: false }]);
    expect([await stored(), bench.reads.length, bench.cancels.length, page.view().storageError]).toEqual([
      [],
      0,
      0,
      undefined,
    ]);
  });

  it('M7: cancels the job that the answer brings, if it is asked to', async () => {
    const { bench, page, submit } = await submitting();
    const forgetting = page.client.forget({ cancel: true });
    await bench.advance(5_000);
    submit.answer({ job: { id: 'job-1' } });
    await bench.advance(1_000);
    expect(await forgetting).toEqual([{ id: 'g', job: { id: 'job-1' }, charged: 'yes', isCancelRequested: true }]);
    expect(bench.cancels.map(({ about }) => about)).toEqual([{ id: 'job-1' }]);
  });

  it('M7: says nothing of a submit that was refused without a charge', async () => {
    const { bench, page, submit } = await submitting();
    const forgetting = page.client.forget();
    submit.refuse(error('payment-required'));
    await bench.advance(1_000);
    expect(await forgetting).toEqual([]);
  });

  it('M7: awaits the answer of a submit whose scope was left before', async () => {
    const { bench, page, submit, stored } = await submitting();
    page.client.setScope('bob');
    page.client.setScope('ann');
    await bench.advance(1_000);
    const forgetting = page.client.forget();
    submit.answer({ job: { id: 'job-1' } });
    await bench.advance(1_000);
    expect(await forgetting).toMatchObject([{ id: 'g', job: { id: 'job-1' }, charged: 'yes' }]);
    expect(await stored()).toEqual([]);
  });

  it.each([
    ['', false],
    [', where the store cannot be read', true],
  ])('M7: forbids a submit without an answer by its own key, also of a retry%s', async (_state, isBroken) => {
    const whole = memoryStore<Item>();
    let isUnreadable = false;
    const readGenerations = () => (isUnreadable ? Promise.reject(Error('no disk')) : whole.readGenerations());
    const bench = clientBench({
      store: { ...whole, readGenerations },
      idempotentSubmit: 'replays',
      script: { submit: call => call.refuse(error('network', { charged: 'maybe', retryable: true })) },
    });
    const forbidden: string[] = [];
    const cancelByKey = async (key: string) => void forbidden.push(key);
    const { generation } = bench.withAdapter({ cancelByKey });
    const page = await bench.open({ generation });
    await page.generate('a');
    await bench.advance(5_000);
    bench.script.submit = () => {};
    await page.send({ type: 'RETRY', id: 'a', as: 'b' });
    isUnreadable = isBroken;
    const forgetting = page.client.forget({ cancel: true });
    bench.submits.at(-1)?.refuse(error('network', { charged: 'maybe' }));
    await bench.advance(5_000);
    expect(await forgetting).toEqual([{ id: 'b', job: undefined, charged: 'maybe', isCancelRequested: true }]);
    expect(forbidden).toEqual(['a']);
  });

  it('M7: in another tab does not abort a submit here', async () => {
    const { bench, page, submit } = await submitting();
    const other = await bench.open();
    const forgotten = await other.client.forget();
    await bench.advance(1_000);
    expect(forgotten).toMatchObject([{ id: 'g', charged: 'maybe' }]);
    expect([submit.signal.aborted, page.statuses()]).toEqual([false, {}]);
    submit.answer({ job: { id: 'job-1' } });
    await flush();
    await bench.advance(5_000);
    expect([bench.reads.length, page.statuses(), bench.locks.count('pictures/ann/g')]).toEqual([0, {}, 0]);
  });
});
