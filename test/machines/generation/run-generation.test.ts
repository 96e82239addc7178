import { getEventListeners } from 'node:events';
import {
  createGenerationMachine,
  type GenerationPolicy,
  type GenerationView,
  isGenerationError,
  type ResumeToken,
  resumeTokenOf,
  runGeneration,
} from 'generation-lifecycle';
import { type ScriptedAdapter, scenarios, scripted } from 'generation-lifecycle/testing';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { rejection } from '../../support/loopback.js';

type Output = { readonly url: string };
const output = { url: 'https://files.test/made.png' };
const input = { prompt: 'a lighthouse' };
const pending = { kind: 'pending' } as const;
const succeeded = { kind: 'succeeded', output } as const;
/** A job that has no stream, and a result after 20 s. */
const slow = { read: [{ untilMs: 20_000, update: pending }, { update: succeeded }] };

const advance = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const machineOf = (backend: ScriptedAdapter<typeof input, Output>, policy?: Partial<GenerationPolicy>) =>
  createGenerationMachine(backend, { policy });
const kinds = ({ calls }: ScriptedAdapter<typeof input, Output>) => calls.map(({ kind }) => kind);

describe('runGeneration', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 0 }));
  afterEach(() => void vi.useRealTimers());

  it('submits once, and resolves with the output', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    onTestFinished(() => log.mockRestore());
    const backend = scripted<Output, typeof input>(scenarios.healthy(output));
    const promise = runGeneration(machineOf(backend), input, { id: 'generation-1' });
    await advance(60_000);
    await expect(promise).resolves.toEqual(output);
    expect(backend.calls.filter(({ kind }) => kind === 'submit')).toMatchObject([
      { input, idempotencyKey: 'generation-1' },
    ]);
    expect(backend.calls.some(({ isPending }) => isPending)).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
    expect(log).not.toHaveBeenCalled();
  });

  it('gives each generation an id of its own', async () => {
    const backend = scripted<Output, typeof input>({ submit: [{ update: succeeded }] });
    await Promise.all([runGeneration(machineOf(backend), input), runGeneration(machineOf(backend), input)]);
    expect(new Set(backend.calls.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(2);
  });

  it('calls back with each view from the submit to the outcome, and with its token', async () => {
    const backend = scripted<Output, typeof input>(scenarios.healthy(output));
    const seen: [GenerationView<Output>, ResumeToken][] = [];
    const promise = runGeneration(machineOf(backend), input, {
      id: 'generation-1',
      onSnapshot: (view, token) => seen.push([view, token]),
    });
    await advance(60_000);
    await promise;
    const views = seen.map(([view]) => view);
    expect(views.map(({ status }) => status)).toEqual([
      'submitting',
      'connecting',
      'streaming',
      'streaming',
      'streaming',
      'streaming',
      // The read between two events says when the result is expected.
      'streaming',
      'completed',
    ]);
    expect(views.map(({ progress }) => progress)).toEqual([undefined, undefined, undefined, 0.2, 0.5, 0.8, 0.8, 1]);
    expect(views.every(Object.isFrozen)).toBe(true);
    expect(seen.map(([, { id, job }]) => [id, job?.id])).toEqual([
      ['generation-1', undefined],
      ...Array.from({ length: 7 }, () => ['generation-1', 'job-1']),
    ]);
  });

  it('logs what a callback throws, and goes on', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    onTestFinished(() => log.mockRestore());
    const fault = Error('no terminal');
    const backend = scripted<Output, typeof input>({ submit: [{ update: succeeded }] });
    const onSnapshot = () => {
      throw fault;
    };
    await expect(runGeneration(machineOf(backend), input, { onSnapshot })).resolves.toEqual(output);
    expect(log).toHaveBeenCalledWith(fault);
  });

  it('rejects with the failure, and with no token where nothing can be followed', async () => {
    const failure = { code: 'payment-required', message: 'The balance is too low.', charged: 'no' } as const;
    const backend = scripted<Output, typeof input>({ submit: [{ error: failure }] });
    const error = await rejection(runGeneration(machineOf(backend), input));
    expect(isGenerationError(error) && error.failure).toMatchObject(failure);
    expect(resumeTokenOf(error)).toBeUndefined();
  });

  it('rejects with a token where the job can be followed again, which then costs nothing', async () => {
    const backend = scripted<Output, typeof input>(slow);
    const machine = machineOf(backend, { deadlineMs: 10_000 });
    const failed = rejection(runGeneration(machine, input, { id: 'generation-1' }));
    await advance(60_000);
    const error = await failed;
    expect(error).toMatchObject({ name: 'GenerationError', code: 'deadline', failure: { resumable: true } });
    const resume = resumeTokenOf(error);
    expect(resume).toMatchObject({ id: 'generation-1', job: { id: 'job-1' } });
    expect(resume).not.toHaveProperty('deadlineAt');

    const again = runGeneration(machine, input, { resume: JSON.parse(JSON.stringify(resume)) });
    await advance(60_000);
    await expect(again).resolves.toEqual(output);
    expect(kinds(backend).filter(kind => kind === 'submit')).toHaveLength(1);
  });

  it('submits with the key of a token that has no job', async () => {
    const backend = scripted<Output, typeof input>({ submit: [{ update: succeeded }] });
    const resume = { version: 1, id: 'generation-1', idempotencyKey: 'key-1', cancelRequested: false } as const;
    await expect(runGeneration(machineOf(backend), input, { resume })).resolves.toEqual(output);
    expect(backend.calls).toMatchObject([{ kind: 'submit', idempotencyKey: 'key-1', input }]);
  });

  it('rejects when the job was cancelled, and says whether it was charged', async () => {
    const backend = scripted<Output, typeof input>({ read: [{ update: { kind: 'cancelled' } }] });
    const failed = rejection(runGeneration(machineOf(backend), input, { id: 'generation-1' }));
    await advance(10_000);
    expect(await failed).toMatchObject({
      name: 'GenerationError',
      code: 'interrupted',
      message: 'Generation generation-1 was cancelled, so it has no output.',
      failure: { charged: 'maybe', job: { id: 'job-1' } },
    });
    expect(resumeTokenOf(await failed)).toBeUndefined();
  });

  it('rejects with the job that may go on, where a cancel has not stopped it', async () => {
    const update = { kind: 'cancelled', stopped: false, charged: 'yes' } as const;
    const failed = rejection(
      runGeneration(machineOf(scripted<Output, typeof input>({ read: [{ update }] })), input, { id: 'generation-1' }),
    );
    await advance(10_000);
    expect(await failed).toMatchObject({
      message:
        'Generation generation-1 was cancelled, so it has no output. Job job-1 may still be running at the backend.',
      failure: { charged: 'yes' },
    });
  });

  it('rejects a token of another generation, and submits nothing', async () => {
    const backend = scripted<Output, typeof input>(slow);
    const token = { version: 1, id: 'other', idempotencyKey: 'other', cancelRequested: false } as const;
    const failed = runGeneration(machineOf(backend), input, {
      id: 'generation-1',
      resume: { ...token, job: { id: 'j' } },
    });
    await expect(failed).rejects.toMatchObject({ code: 'bad-input' });
    expect(backend.calls).toEqual([]);
  });

  it('rejects when the machine itself breaks, with a token that follows the job', async () => {
    let isBroken = false;
    const backend = scripted<Output, typeof input>({ submit: [{ afterMs: 1_000 }], ...slow });
    const machine = createGenerationMachine({
      ...backend,
      get stream() {
        if (isBroken) throw Error('no stream');
        return undefined;
      },
    });
    const failed = rejection(
      runGeneration(machine, input, {
        id: 'generation-1',
        onSnapshot({ job }) {
          isBroken = job !== undefined;
        },
      }),
    );
    await advance(60_000);
    const error = await failed;
    expect(error).toMatchObject({
      name: 'GenerationError',
      code: 'unreachable',
      message:
        'The state machine of generation generation-1 stopped with an error. Resume the generation to follow job job-1 again.',
      cause: Error('no stream'),
    });
    expect(resumeTokenOf(error)?.job).toEqual({ id: 'job-1' });
  });

  it('rejects as perhaps charged when the machine itself breaks before the job is known', async () => {
    let isBroken = false;
    const failure = { code: 'network', message: 'No answer.', charged: 'maybe' } as const;
    const machine = createGenerationMachine({
      ...scripted<Output, typeof input>({ submit: [{ error: failure }] }),
      get find() {
        if (isBroken) throw Error('no find');
        return async () => undefined;
      },
    });
    isBroken = true;
    const error = await rejection(runGeneration(machine, input, { id: 'generation-1' }));
    expect(error).toMatchObject({
      name: 'GenerationError',
      code: 'interrupted',
      message:
        'The state machine of generation generation-1 stopped with an error. A job may be running and may have been charged, but it cannot be found again.',
      failure: { charged: 'maybe' },
    });
  });

  it('refuses an unknown option', async () => {
    const options = { id: 'generation-1', onSnapshots: () => {} };
    await expect(runGeneration(machineOf(scripted(slow)), input, options)).rejects.toThrow(
      new TypeError('runGeneration() has no option "onSnapshots". Did you mean "onSnapshot"?'),
    );
  });
});

describe('aborting the signal of runGeneration', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 0 }));
  afterEach(() => void vi.useRealTimers());

  it('ends the following and not the job, and gives the token to go on with', async () => {
    const backend = scripted<Output, typeof input>({ ...scenarios.healthy(output), cancel: [{}] });
    const controller = new AbortController();
    const failed = rejection(
      runGeneration(machineOf(backend), input, { id: 'generation-1', signal: controller.signal }),
    );
    await advance(5_000);
    controller.abort('the user has left');
    const error = await failed;
    expect(error).toMatchObject({ name: 'AbortError', cause: 'the user has left' });
    expect(String(error)).toContain('Job job-1');
    expect(backend.calls.some(({ isPending, kind }) => isPending || kind === 'cancel')).toBe(false);
    expect(vi.getTimerCount()).toBe(0);

    const again = runGeneration(machineOf(backend), input, { resume: resumeTokenOf(error) });
    await advance(60_000);
    await expect(again).resolves.toEqual(output);
    expect(kinds(backend).filter(kind => kind === 'submit')).toHaveLength(1);
  });

  it('waits for the answer to a submit in flight, and follows nothing', async () => {
    const backend = scripted<Output, typeof input>({ submit: [{ afterMs: 5_000 }], ...slow });
    const controller = new AbortController();
    const promise = runGeneration(machineOf(backend), input, { signal: controller.signal });
    const settled = vi.fn();
    promise.then(settled, settled);
    await advance(1_000);
    controller.abort();
    await advance(3_000);
    expect(backend.calls[0]?.signal.aborted).toBe(false);
    expect(settled).not.toHaveBeenCalled();
    await advance(2_000);
    const error = await rejection(promise);
    expect(resumeTokenOf(error)?.job).toEqual({ id: 'job-1' });
    await advance(60_000);
    expect(kinds(backend)).toEqual(['submit']);
  });

  it('is overtaken by an outcome in the answer to the submit', async () => {
    const backend = scripted<Output, typeof input>({ submit: [{ afterMs: 5_000, update: succeeded }] });
    const controller = new AbortController();
    const promise = runGeneration(machineOf(backend), input, { signal: controller.signal });
    await advance(1_000);
    controller.abort();
    await advance(10_000);
    await expect(promise).resolves.toEqual(output);
  });

  it('before the call submits nothing', async () => {
    const backend = scripted<Output, typeof input>(slow);
    const failed = runGeneration(machineOf(backend), input, { id: 'generation-1', signal: AbortSignal.abort('gone') });
    await expect(failed).rejects.toMatchObject({
      name: 'AbortError',
      message: 'The signal was aborted before generation generation-1 began: nothing is submitted.',
      cause: 'gone',
      resumeToken: undefined,
    });
    expect(backend.calls).toEqual([]);
  });

  it('gives each of several generations its own token', async () => {
    const backend = scripted<Output, typeof input>(slow);
    const controller = new AbortController();
    const { signal } = controller;
    const failed = ['a', 'b'].map(id => rejection(runGeneration(machineOf(backend), input, { id, signal })));
    await advance(5_000);
    controller.abort(Error('the process ends'));
    const tokens = (await Promise.all(failed)).map(resumeTokenOf);
    expect(tokens.map(token => [token?.id, token?.job?.id])).toEqual([
      ['a', 'job-1'],
      ['b', 'job-2'],
    ]);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('changes nothing once the generation has ended', async () => {
    const backend = scripted<Output, typeof input>({ submit: [{ update: succeeded }] });
    const controller = new AbortController();
    const { signal } = controller;
    await expect(runGeneration(machineOf(backend), input, { signal })).resolves.toEqual(output);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    controller.abort();
  });
});
