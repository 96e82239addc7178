import { createGenerationMachine } from 'generation-lifecycle';
import { type ChartFeedOptions, createChartFeed } from 'generation-lifecycle/devtools';
import { type Script, scripted } from 'generation-lifecycle/testing';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createActor } from 'xstate';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const output = { url: 'https://backend.example/picture.png' };

/** A generation with a feed, after GENERATE. */
async function follow(script: Script<typeof output>, options?: ChartFeedOptions) {
  const feed = createChartFeed(options);
  const machine = createGenerationMachine(scripted(script));
  const begin = async (id: string) => {
    const actor = createActor(machine, { input: { id }, inspect: feed.inspect }).start();
    onTestFinished(() => void actor.stop());
    actor.send({ type: 'GENERATE', input: { prompt: 'a secret lighthouse' } });
    await vi.advanceTimersByTimeAsync(1);
    return actor;
  };
  const actor = await begin('generation-1');
  const now = () => {
    const activity = feed.getSnapshot().at(-1);
    if (!activity) throw new Error('The feed has no activity.');
    return activity;
  };
  const left = () =>
    Object.fromEntries(now().delays.map(({ name, endsAt }) => [name, Math.round((endsAt - Date.now()) / 1000)]));
  return { feed, actor, begin, now, left };
}

const ids = (children: readonly { readonly id: string }[]) => children.map(({ id }) => id).sort();

describe('a chart feed', () => {
  it('shows the states, the children and the remaining time of the delays, from the submit to the outcome', async () => {
    const { now, left } = await follow({
      events: [
        [
          { afterMs: 12_000, opens: true },
          { afterMs: 3_000, update: { kind: 'succeeded', output } },
        ],
      ],
    });
    const { machineId, status, active, children } = now();
    expect({ machineId, status }).toEqual({ machineId: 'generation', status: 'active' });
    expect(active).toEqual([
      'following',
      'following.stream',
      'following.stream.listening',
      'following.stream.listening.connecting',
      'following.clock',
      'following.clock.running',
      'following.clock.running.usual',
      'following.reads',
      'following.reads.held',
    ]);
    expect(ids(children)).toEqual(['page', 'sse']);
    expect(left()).toEqual({ deadline: 420, pollFallbackAfterMs: 10 });

    await vi.advanceTimersByTimeAsync(4_000);
    expect(left()).toEqual({ deadline: 416, pollFallbackAfterMs: 6 });

    await vi.advanceTimersByTimeAsync(6_000);
    expect(now().active).toContain('following.stream.listening.overdue');
    expect(left()).not.toHaveProperty('pollFallbackAfterMs');

    await vi.advanceTimersByTimeAsync(10_000);
    expect(now()).toMatchObject({ status: 'done', active: ['completed'], children: [], delays: [] });
  });

  it('shows a read in flight, with its remaining time', async () => {
    const { now, left } = await follow({ read: [{ hangs: true }] });
    expect(now().active).toContain('following.reads.reading');
    expect(ids(now().children)).toEqual(['page', 'poll']);
    expect(left()).toEqual({ deadline: 420, readTimeout: 5 });
    const [first] = now().children.filter(({ id }) => id === 'poll');

    await vi.advanceTimersByTimeAsync(5_000);
    expect(ids(now().children)).toEqual(['page']);
    await vi.advanceTimersByTimeAsync(6_000);
    const [second] = now().children.filter(({ id }) => id === 'poll');
    expect(second?.sessionId).not.toBe(first?.sessionId);
    expect(second?.since).toBeGreaterThan(first?.since ?? 0);
  });

  it('lists every step with its event and time, and gives all steps of one event the same time', async () => {
    const { now } = await follow({ events: [[{ afterMs: 500, opens: true }]] });
    await vi.advanceTimersByTimeAsync(500);
    const last = (path: string | undefined) => path?.split('.').at(-1);
    expect(now().steps.map(({ from, to, event }) => [last(from), last(to), event])).toEqual([
      ['idle', 'submitting', 'GENERATE'],
      ['submitting', 'following', 'job.accepted'],
      ['connecting', 'streaming', 'stream.opened'],
      ['held', 'due', 'stream.opened'],
      ['due', 'reading', 'stream.opened'],
      ['reading', 'settling', 'read.answered'],
    ]);
    const [, , opened, read] = now().steps;
    expect(opened?.at).toBe(read?.at);
    expect(opened?.at).toBe(Date.now() - 1);
    expect(now().at).toBe(now().steps.at(-1)?.at);
  });

  it('counts repeated steps that do not change the state as one', async () => {
    const { now } = await follow({
      events: [[{ opens: true }, { pingsEveryMs: 1_000 }, { update: { kind: 'pending', progress: 0.5 } }]],
    });
    await vi.advanceTimersByTimeAsync(9_000);
    const alive = now().steps.filter(({ name }) => name === 'stream.alive');
    expect(alive.at(-1)?.times).toBeGreaterThan(5);
    expect(alive.length).toBeLessThan(4);
  });

  it('keeps maxSteps and maxActors, and drops actors that have ended first', async () => {
    const { feed, begin, actor, now } = await follow({}, { maxSteps: 3, maxActors: 2 });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(now().steps).toHaveLength(3);
    const second = await begin('generation-2');
    second.send({ type: 'CANCEL' });
    await begin('generation-3');
    expect(feed.getSnapshot().map(({ sessionId, status }) => [sessionId === actor.sessionId, status])).toEqual([
      [true, 'active'],
      [false, 'active'],
    ]);
  });

  it('shows no children and delays for an actor that was stopped', async () => {
    const { actor, now } = await follow({ read: [{ hangs: true }] });
    actor.stop();
    expect(now()).toMatchObject({ status: 'stopped', children: [], delays: [] });
  });

  it('keeps the same snapshot until something changes, and calls its listeners until they unsubscribe', async () => {
    const { feed, actor } = await follow({ read: [{ hangs: true }] });
    const before = feed.getSnapshot();
    expect(feed.getSnapshot()).toBe(before);
    const listener = vi.fn();
    const leave = feed.subscribe(listener);
    actor.send({ type: 'CANCEL' });
    expect(listener).toHaveBeenCalled();
    expect(feed.getSnapshot()).not.toBe(before);
    const calls = listener.mock.calls.length;
    leave();
    actor.stop();
    expect(listener).toHaveBeenCalledTimes(calls);
  });

  it('keeps nothing of what is generated', async () => {
    const { feed } = await follow({ events: [[{ opens: true }, { update: { kind: 'succeeded', output } }]] });
    expect(JSON.stringify(feed.getSnapshot())).not.toMatch(/secret|picture/);
  });
});
