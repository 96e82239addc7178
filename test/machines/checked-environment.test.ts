import { createGenerationMachine, type Environment, viewGeneration } from 'generation-lifecycle';
import { afterEach, beforeEach, describe, expect, it, type Mock, onTestFinished, vi } from 'vitest';
import { createActor } from 'xstate';
import { checkedEnvironment } from '../../src/machines/checked-environment.js';
import { generation, job, succeeded } from '../support/scripted-generation.js';
import { flush, SimulatedWorld } from '../support/simulated-world.js';

let printed: Mock<(text: string) => void>;
beforeEach(() => {
  printed = vi.fn();
  vi.spyOn(console, 'error').mockImplementation(printed);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** A generation in an environment of somebody's own, whose functions may be wrong. */
async function inEnvironment(wrong: { readonly [name in keyof Environment]?: () => unknown }) {
  const world = new SimulatedWorld();
  const scripted = generation({ world });
  const environment = Object.assign({ ...world.environment }, wrong);
  const machine = createGenerationMachine(scripted.adapter, { environment });
  const actor = createActor(machine, { input: { id: 'g-1' }, clock: world.clock });
  actor.subscribe({ error: () => {} });
  actor.start();
  actor.send({ type: 'GENERATE', input: { prompt: 'a lighthouse' } });
  await flush();
  return { ...scripted, machine, actor, world, view: () => viewGeneration(actor.getSnapshot()) };
}

const throwing = () => {
  throw new Error('no clock here.');
};

describe('a clock of your own', () => {
  it.each([
    { title: 'NaN', now: () => Number.NaN, words: 'returned NaN' },
    { title: 'nothing', now: () => undefined, words: 'returned a value of type undefined' },
    { title: 'a Date', now: () => new Date(), words: 'returned a value of type object' },
    { title: 'an exception', now: throwing, words: 'threw: no clock here' },
  ])('that gives $title loses no job, and is told once', async ({ now, words }) => {
    const run = await inEnvironment({ now });
    expect(run.view()).toMatchObject({ status: 'connecting', job });
    expect(printed).toHaveBeenCalledExactlyOnceWith(
      `generation-lifecycle: the function now of the environment ${words}. Instead, the clock of the platform goes on. Correct the environment of createGenerationMachine().`,
    );
    run.stream().push(succeeded);
    await flush();
    expect(run.view()).toMatchObject({ status: 'completed' });
    expect(printed).toHaveBeenCalledOnce();
  });

  it('that never gives a time does not keep a job from its deadline', async () => {
    const run = await inEnvironment({ now: () => Number.NaN });
    await run.world.advance(500_000);
    expect(run.view()).toMatchObject({ status: 'failed', failure: { code: 'deadline', resumable: true, job } });
  });

  it('that fails later goes on from the last time that it gave', async () => {
    const later = 4_000_000_000_000;
    let time = later;
    const run = await inEnvironment({ now: () => time });
    time = Number.NaN;
    run.actor.send({ type: 'CHECK' });
    run.stream().push({ kind: 'pending', etaMs: 5_000 });
    await flush();
    const { expectedAt } = run.view();
    expect(expectedAt).toBeGreaterThanOrEqual(later + 5_000);
    expect(expectedAt).toBeLessThan(later + 3_600_000);
  });
});

it('a clock of your own that fails later goes on as the clock of the platform does', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let time = 4_000_000_000_000;
  const { now } = checkedEnvironment({ ...new SimulatedWorld().environment, now: () => time });
  now();
  time = Number.NaN;
  expect(now()).toBe(4_000_000_000_000);
  vi.advanceTimersByTime(5_000);
  expect(now()).toBe(4_000_000_005_000);
  vi.advanceTimersByTime(5_000);
  expect(now()).toBe(4_000_000_010_000);
});

describe('an environment of your own', () => {
  it.each([
    { name: 'random', wrong: throwing, words: 'threw: no clock here. Instead, Math.random() is used' },
    { name: 'random', wrong: () => -1, words: 'returned -1' },
    { name: 'random', wrong: () => Number.NaN, words: 'returned NaN' },
    { name: 'random', wrong: () => true, words: 'returned true. Instead, ' },
    { name: 'random', wrong: () => 1.5, words: 'returned 1.5' },
    { name: 'isOnline', wrong: throwing, words: 'threw: no clock here. Instead, it counts as online' },
    { name: 'isOnline', wrong: () => 'yes', words: 'returned a value of type string' },
    { name: 'subscribe', wrong: throwing, words: 'threw: no clock here. Instead, nothing is known of the page' },
    { name: 'subscribe', wrong: () => undefined, words: 'returned a value of type undefined' },
    {
      name: 'subscribe',
      wrong: () => throwing,
      words: 'returned a function that threw: no clock here. Instead, nothing happens. ',
    },
  ])('whose $name is wrong ends no generation: $words', async ({ name, wrong, words }) => {
    const run = await inEnvironment({ [name]: wrong });
    // The stream is lost, so that there are waits by chance, and polling.
    run.stream().end();
    await run.world.advance(60_000);
    expect(run.view()).toMatchObject({ status: 'polling', job });
    // Offline, there would be one read each 30 s.
    expect(run.reads.length).toBeGreaterThan(4);
    run.script.read = call => call.answer(succeeded);
    await run.world.advance(60_000);
    expect(run.view()).toMatchObject({ status: 'completed' });
    expect(printed).toHaveBeenCalledOnce();
    expect(printed.mock.calls[0]?.[0]).toContain(`the function ${name} of the environment ${words}`);
  });

  it('is the same one for machines that share it, and told once for all of them', async () => {
    const environment = { ...new SimulatedWorld().environment, now: () => Number.NaN };
    const { adapter } = generation();
    const [one, other] = [1, 2].map(() => createGenerationMachine(adapter, { environment }));
    for (const machine of [one, other]) machine?.config.meta && Object(machine.config.meta).environment.now();
    expect(printed).toHaveBeenCalledOnce();
    const again = createGenerationMachine(adapter, { environment: Object(one?.config.meta).environment });
    expect(Object(again.config.meta).environment).toBe(Object(other?.config.meta).environment);
  });

  it('that is right is not mentioned', async () => {
    const run = await inEnvironment({});
    await run.world.advance(60_000);
    expect(printed).not.toHaveBeenCalled();
  });
});
