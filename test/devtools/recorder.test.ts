import { createGenerationMachine } from 'generation-lifecycle';
import { createRecorder } from 'generation-lifecycle/devtools';
import { replayGeneration, scripted, virtualEnvironment } from 'generation-lifecycle/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createActor, fromTransition, setup } from 'xstate';
import { recordedActor } from '../support/recorded-actor.js';
import { failed, generation, started, streaming, succeeded } from '../support/scripted-generation.js';

describe('a flight recorder', () => {
  it('records each event with its time, and the state where it changes', async () => {
    const run = generation({ read: () => {} });
    const recorder = recordedActor(run.actor);
    await run.send({ type: 'GENERATE', input: { prompt: 'a lighthouse' } });
    const startedAt = run.world.environment.now();
    await run.advance(10_000);
    expect(recorder.log().steps).toMatchObject([
      { at: startedAt, event: { type: 'GENERATE', input: '[redacted]' }, state: 'submitting' },
      {
        at: startedAt,
        event: { type: 'job.accepted', job: { id: 'job-1', kind: 'image' } },
        state: { following: { stream: { listening: 'connecting' }, reads: 'held' } },
      },
      {
        at: startedAt + 10_000,
        event: { type: expect.stringMatching(/^xstate\.after\.pollFallbackAfterMs/) },
        state: { following: { stream: { listening: 'overdue' }, reads: 'reading' } },
      },
    ]);
    await run.send({ type: 'CHECK' });
    expect(recorder.log().steps.at(-1)).not.toHaveProperty('state');
  });

  it('has a JSON log with the current state of the generation', async () => {
    const run = await streaming();
    const log = recordedActor(run.actor).log();
    expect(JSON.parse(JSON.stringify(log))).toEqual(log);
    expect(log).toMatchObject({
      format: 'generation-log',
      version: 2,
      id: 'generation-1',
      port: { events: true, cancel: true },
      policy: { deadlineMs: 420_000, pollDelayMs: [1_000, 2_000, 5_000, 10_000] },
      to: { status: 'active', state: { following: { stream: { listening: 'streaming' } } } },
    });
  });

  it.each([
    { without: ['events'] as const, port: { events: false, cancel: true } },
    { without: ['cancel'] as const, port: { events: true, cancel: false } },
  ])('records that the adapter has no $without', ({ without, port }) => {
    expect(recordedActor(generation({ without }).actor).log().port).toMatchObject(port);
  });

  it('takes the time from the environment of the machine, with any epoch, and takes no random numbers', async () => {
    let chances = 0;
    for (const epoch of [-5_000_000_000_000, 0, 12.5, 1e10, 9e14]) {
      const environment = { ...virtualEnvironment({ now: () => epoch }), random: () => ++chances };
      const actor = createActor(createGenerationMachine(scripted({ submit: [{ hangs: true }] }), { environment }), {
        input: { id: 'g' },
      }).start();
      onTestFinished(() => void actor.stop());
      const recorder = recordedActor(actor);
      actor.send({ type: 'GENERATE', input: {} });
      expect(recorder.log().steps[0]?.at).toBe(epoch);
    }
    expect(chances).toBe(0);
  });

  it.each([1, 2, 5, 8])('keeps at most %s steps, drops the oldest, and replays the rest', async maxSteps => {
    const run = await started();
    const recorder = recordedActor(run.actor, { maxSteps });
    const whole = recordedActor(run.actor);
    for (let count = 0; count < 12; count += 1) {
      run.stream().push({ kind: 'pending', progress: count / 20 });
      await run.advance(700);
      const log = recorder.log();
      expect(log.steps.length).toBeLessThanOrEqual(maxSteps);
      expect(log.droppedCount + log.steps.length).toBe(whole.log().steps.length);
      expect(replayGeneration(log)).toMatchObject({ difference: undefined, isFaithful: true });
    }
    expect(recorder.log().droppedCount).toBeGreaterThan(0);
    expect(recorder.log().steps.length).toBeGreaterThanOrEqual(Math.floor(maxSteps / 2));
  });

  it('records nothing after it is stopped', async () => {
    const run = await started();
    const recorder = recordedActor(run.actor);
    recorder.stop();
    const before = recorder.log();
    await run.advance(60_000);
    expect(recorder.log()).toEqual(before);
  });

  it('refuses the actor of something else, and says what it runs', () => {
    const { attach } = createRecorder();
    const needs = 'createRecorder().attach() needs the actor of a generation machine. ';
    const counter = createActor(
      fromTransition(count => count + 1, 0),
      { id: 'counter' },
    );
    expect(() => attach(counter)).toThrow(TypeError);
    expect(() => attach(counter)).toThrow(`${needs}counter runs no machine.`);
    for (const id of ['checkout', 'generation']) {
      const actor = createActor(setup({}).createMachine({ id }), { id: 'actor-1' });
      expect(() => attach(actor)).toThrow(`${needs}actor-1 runs another machine (${id}).`);
    }
  });

  it('refuses an unknown option, and names the nearest', () => {
    expect(() => Reflect.apply(createRecorder, undefined, [{ maxStep: 10 }])).toThrow(TypeError);
    expect(() => Reflect.apply(createRecorder, undefined, [{ maxStep: 10 }])).toThrow(/"maxStep".*"maxSteps"/);
  });

  it('records an actor once that is both attached and inspected', async () => {
    const recorder = createRecorder();
    const run = generation({ inspect: recorder.inspect });
    const stop = recorder.attach(run.actor);
    recorder.attach(run.actor);
    await run.send({ type: 'CHECK' });
    const [log, ...others] = recorder.logs();
    expect(log?.steps.map(({ event }) => event.type)).toEqual(['CHECK']);
    expect(others).toEqual([]);
    stop();
    await run.send({ type: 'CHECK' });
    expect(recorder.logs()).toEqual([log]);
  });

  it('begins another log when an actor is attached again', async () => {
    const recorder = createRecorder();
    const run = await started();
    const stop = recorder.attach(run.actor);
    stop();
    await run.advance(60_000);
    recorder.attach(run.actor);
    stop();
    await run.send({ type: 'CHECK' });
    const [first, second] = recorder.logs().map(({ steps }) => steps);
    expect(first).toEqual([]);
    expect(second?.[0]).toMatchObject({ event: { type: 'CHECK' } });
    for (const log of recorder.logs()) expect(replayGeneration(log)).toMatchObject({ isFaithful: true });
  });

  it('does not affect the generation when redact throws', async () => {
    const run = await started();
    const recorder = recordedActor(run.actor, {
      redact() {
        throw Error('a fault of the page');
      },
    });
    run.stream().push(succeeded);
    await run.advance(0);
    expect(run.view().status).toBe('completed');
    expect(recorder.log().from).toMatchObject({ context: { cancelRequested: false, reads: { count: 0 } } });
    expect(replayGeneration(recorder.log())).toMatchObject({ isFaithful: true });
  });

  it('keeps what the chart decides by, whatever redact returns', async () => {
    const run = await started();
    const recorder = recordedActor(run.actor, { redact: () => '[gone]' });
    run.stream().push({ kind: 'pending', progress: 0.5, message: 'painting' });
    run.stream().push(failed);
    run.script.read = call => call.answer(failed);
    await run.advance(1_000);
    expect(run.view().status).toBe('failed');
    const log = recorder.log();
    expect(log.steps.find(({ event }) => event.type === 'job.progressed')?.event).toMatchObject({
      update: { kind: 'pending', progress: 0.5, message: '[gone]' },
    });
    expect(log.to).toMatchObject({ context: { id: 'generation-1', reads: { isMissing: false } } });
    expect(replayGeneration(log)).toMatchObject({ isFaithful: true });
  });
});

describe('a flight recorder of many generations', () => {
  it('has a log for each generation, with and without a parent, and for no other actor', async () => {
    const recorder = createRecorder();
    const child = createGenerationMachine(scripted({ submit: [{ hangs: true }] }));
    const parent = setup({ actors: { child } }).createMachine({
      id: 'client',
      invoke: { id: 'run', src: 'child', input: { id: 'of-a-parent' } },
    });
    for (const actor of [
      createActor(parent, { inspect: recorder.inspect }),
      createActor(child, { input: { id: 'of-its-own' }, inspect: recorder.inspect }),
    ]) {
      actor.start();
      onTestFinished(() => void actor.stop());
    }
    expect(recorder.logs().map(({ id, from }) => [id, 'input' in from])).toEqual([
      ['of-a-parent', true],
      ['of-its-own', true],
    ]);
  });

  it('drops the oldest log', () => {
    const recorder = createRecorder({ maxGenerations: 2 });
    for (const id of ['a', 'b', 'c']) generation({ id, inspect: recorder.inspect });
    expect(recorder.logs().map(({ id }) => id)).toEqual(['b', 'c']);
  });
});
