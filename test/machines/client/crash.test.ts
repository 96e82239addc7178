import { describe, expect, it } from 'vitest';
import { crashedIdOf, crashRun, leaveOrphans, stopOrphans } from '../../../src/machines/client/client.crash.js';
import { findGeneration, updateGeneration } from '../../../src/machines/client/client.list.js';
import { contextOf, type TestContext } from '../../support/client-context.js';

const job = { id: 'job-1' };

describe('a run that has stopped with an error', () => {
  const shown = (view: object, entry: object = {}): TestContext =>
    updateGeneration(
      contextOf({ b: {}, a: { phase: 'active', ...entry } }),
      'a',
      {},
      { description: { prompt: 'fog' }, isRunning: true, ...view },
    );

  it('has failed, and its job can be followed again', () => {
    const step = crashRun(shown({ job, progress: 0.5 }), 'run/a');
    const failure = {
      code: 'unreachable',
      message: expect.stringContaining('generation a'),
      retryable: false,
      resumable: true,
      charged: 'yes',
      job,
    };
    expect(step.stops).toEqual(['run/a']);
    expect(step.emitted).toEqual([{ type: 'generation.failed', id: 'a', description: { prompt: 'fog' }, failure }]);
    expect(findGeneration(step.context, 'a')).toMatchObject({
      status: 'failed',
      failure,
      job,
      progress: 0.5,
      isRunning: false,
      canResume: true,
    });
    expect(step.context.entries['a']).toMatchObject({
      phase: 'ended',
      runId: undefined,
      hasCrashed: true,
      stored: { token: { id: 'a', job }, createdAt: 1, description: { prompt: 'fog' }, failure },
    });
    expect(step.context.entries['b']).toMatchObject({ phase: 'queued', runId: 'run/b' });
  });

  it('may have been charged, and cannot be followed without its job', () => {
    const step = crashRun(shown({}), 'run/a');
    expect(step.emitted).toMatchObject([{ failure: { code: 'interrupted', charged: 'maybe', resumable: false } }]);
    expect(step.context.entries['a']).toMatchObject({ stored: undefined, hasCrashed: true });
    expect(findGeneration(step.context, 'a')?.canResume).toBe(false);
  });

  it('changes nothing of what has ended, was forgotten, or is unknown', () => {
    const ended = shown({ status: 'completed' }, { phase: 'ended' });
    const step = crashRun(ended, 'run/a');
    expect(step).toEqual({
      context: { ...ended, entries: { ...ended.entries, a: { ...ended.entries['a'], runId: undefined } } },
      stops: ['run/a'],
    });
    const forgotten: TestContext = { ...contextOf({ a: {} }), forgottenRuns: ['run/7', 'run/8'] };
    expect(crashRun(forgotten, 'run/7')).toEqual({
      context: { ...forgotten, forgottenRuns: ['run/8'] },
      stops: ['run/7'],
    });
    expect(crashRun(forgotten, 'undefined').context).toEqual(forgotten);
  });

  it('is named by its event', () => {
    expect(crashedIdOf({ type: 'xstate.error.actor.run/3' })).toBe('run/3');
  });
});

type LeftActor = {
  readonly id: string;
  readonly sent: unknown[];
  readonly send: (event: unknown) => void;
  readonly getSnapshot: () => unknown;
};

/** An actor as XState leaves it: with its children. */
function actor(id: string, children: readonly LeftActor[] = [], status = 'active'): LeftActor {
  const sent: unknown[] = [];
  return {
    id,
    sent,
    getSnapshot: () => ({ status, children: Object.fromEntries(children.map(child => [child.id, child])) }),
    send: event => sent.push(event),
  };
}

const stop = { type: 'xstate.stop' };

describe('what an actor that has stopped with an error leaves', () => {
  it('is stopped: the children of the run that has crashed, and of no other', () => {
    const [lock, generation, other] = [actor('lock'), actor('generation'), actor('lock')];
    const client = actor('client', [actor('run/0', [lock, generation]), actor('run/1', [other])]);
    stopOrphans({ self: client, event: { type: 'xstate.error.actor.run/0' } });
    expect(lock.sent).toEqual([stop]);
    expect(generation.sent).toEqual([stop]);
    expect(other.sent).toEqual([]);
    expect(() =>
      stopOrphans({ self: { getSnapshot: () => ({}) }, event: { type: 'xstate.error.actor.run/0' } }),
    ).not.toThrow();
  });

  it('is left, where it is a run, and stopped, where it is none', () => {
    const lock = actor('lock');
    const run = actor('run/0', [lock]);
    const others = ['storeWriter', 'renewal/1', 'expiry'].map(id => actor(id));
    leaveOrphans(actor('client', [run, ...others]), false);
    expect(run.sent).toEqual([{ type: 'LEAVE', isForgotten: false }]);
    expect(lock.sent).toEqual([]);
    for (const other of others) expect(other.sent).toEqual([stop]);
    leaveOrphans(actor('client', [run]), true);
    expect(run.sent[1]).toEqual({ type: 'LEAVE', isForgotten: true });
  });

  it('is stopped with its children, where leaving stops it with an error, too', () => {
    const lock = actor('lock');
    leaveOrphans(actor('client', [actor('run/0', [lock], 'error')]), false);
    expect(lock.sent).toEqual([stop]);
  });
});
