import fc from 'fast-check';
import { createGenerationMachine, type Environment, type GenerationEmitted } from 'generation-lifecycle';
import { createRecorder, type GenerationLog, type Redact } from 'generation-lifecycle/devtools';
import { type GenerationLogError, replayGeneration, scenarios, scripted } from 'generation-lifecycle/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createActor, type InspectionEvent } from 'xstate';
import { race } from '../model/race.js';
import { setup, steps } from '../model/race-steps.js';
import { recordedActor } from '../support/recorded-actor.js';
import { error, type GenerationOptions, generation, job, started, succeeded } from '../support/scripted-generation.js';
import { SimulatedWorld } from '../support/simulated-world.js';

/** Nothing is redacted, so that a replay can be compared with the whole context of the original. */
const showAll: Redact = ({ value }) => value;

const reported = (log: GenerationLog): unknown => JSON.parse(JSON.stringify(log));
const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** A clock that ticks between two readings. */
function ticking({ environment }: SimulatedWorld, seed: number): Environment {
  let ticks = 0;
  let readings = seed;
  return {
    ...environment,
    now() {
      readings = (readings * 48_271) % 2_147_483_647;
      ticks += readings % 2 === 0 ? 1 : 0;
      return environment.now() + ticks;
    },
  };
}

type Ran = { readonly isTicking?: boolean; readonly redact?: Redact; readonly untilMs?: number };

/** Plays a scenario with a recorder on it. */
async function play(name: keyof typeof scenarios, { isTicking, redact, untilMs = 600_000 }: Ran = {}) {
  const world = new SimulatedWorld();
  const { clock } = world;
  const output = { files: [{ id: 'file-1', url: 'https://files.test/1.png?signature=sealed' }] };
  const backend = scripted(scenarios[name](output, { files: [] }), { clock });
  const environment = isTicking ? ticking(world, name.length + 9) : world.environment;
  const actor = createActor(createGenerationMachine(backend, { environment }), { input: { id: 'g-1' }, clock });
  onTestFinished(() => void actor.stop());
  const recorder = recordedActor(actor, { redact });
  const emitted: GenerationEmitted<unknown>[] = [];
  actor.on('*', event => emitted.push(event));
  actor.start();
  actor.send({ type: 'GENERATE', input: { prompt: 'a lighthouse' } });
  await world.advance(untilMs);
  return { snapshot: actor.getSnapshot(), emitted, log: recorder.log() };
}

const names = Object.keys(scenarios) as (keyof typeof scenarios)[];

describe('a replay', () => {
  it.each(names)('ends as the original, with the same context and emitted events: %s', async name => {
    const { snapshot, emitted, log } = await play(name, { redact: showAll });
    const replay = replayGeneration(reported(log));
    expect(replay.difference).toBeUndefined();
    expect(replay.snapshot.value).toEqual(snapshot.value);
    expect(json(replay.snapshot.context)).toEqual(json(snapshot.context));
    expect(replay.snapshot.status).toBe('done');
    expect(json(replay.emitted)).toEqual(json(emitted));
  });

  it.each(names)('takes the same transitions from a redacted log: %s', async name => {
    const { snapshot, emitted, log } = await play(name);
    const replay = replayGeneration(reported(log));
    expect(replay).toMatchObject({ difference: undefined, isFaithful: true });
    expect(replay.snapshot.value).toEqual(snapshot.value);
    expect(replay.emitted.map(({ type }) => type)).toEqual(emitted.map(({ type }) => type));
    expect(JSON.stringify(log)).not.toMatch(/lighthouse|sealed/);
  });

  it.each(names)('finds the readings of a clock that ticks during a step: %s', async name => {
    const { snapshot, log } = await play(name, { isTicking: true, redact: showAll });
    expect(log.steps.some(({ until }) => until !== undefined)).toBe(true);
    const replay = replayGeneration(reported(log));
    expect(replay).toMatchObject({ difference: undefined, isFaithful: true });
    expect(json(replay.snapshot.context)).toEqual(json(snapshot.context));
  });

  it.each([0, 3_000, 12_000])('ends where the log ends, %s ms after the start', async untilMs => {
    const { snapshot, log } = await play('neverEnds', { untilMs, redact: showAll });
    const replay = replayGeneration(reported(log));
    expect(replay.snapshot.status).toBe('active');
    expect(replay.snapshot.value).toEqual(snapshot.value);
    expect(json(replay.snapshot.context)).toEqual(json(snapshot.context));
  });

  it('ends as the original, with any order of events', async () => {
    const numRuns = 100;
    // As the races: the same order each time, unless another one is asked for.
    const seed = Number(process.env['RACE_SEED'] ?? 651_089_273);
    let dropped = 0;
    const result = await fc.check(
      fc.asyncProperty(setup, steps, fc.scheduler(), fc.boolean(), async (given, taken, scheduler, isShort) => {
        const maxSteps = isShort ? 12 : undefined;
        const shown = createRecorder({ redact: showAll, maxSteps });
        const usual = createRecorder({ maxSteps });
        // One of each life: the page may be reloaded on the way.
        const lives = new Map<object, unknown>();
        const inspect = (event: InspectionEvent) => {
          shown.inspect(event);
          usual.inspect(event);
          if (event.type === '@xstate.snapshot' && event.actorRef.sessionId === event.rootId) {
            lives.set(event.actorRef, event.snapshot);
          }
        };
        await race(given, taken, scheduler, { inspect });
        const ends = [...lives.values()];
        for (const recorder of [shown, usual]) {
          const logs = recorder.logs();
          expect(logs).toHaveLength(ends.length);
          for (const [index, log] of logs.entries()) {
            const replay = replayGeneration(reported(log));
            expect(replay).toMatchObject({ difference: undefined, isFaithful: true });
            dropped += log.droppedCount;
            if (recorder === usual) continue;
            const { status, value, context } = replay.snapshot;
            expect(json({ status, value, context })).toEqual(json(picked(ends[index])));
          }
        }
      }),
      { numRuns, seed },
    );
    expect(result.failed, `seed ${result.seed}, path ${result.counterexamplePath}: ${result.errorInstance}`).toBe(
      false,
    );
    expect(dropped).toBeGreaterThan(0);
  });
});

const picked = (snapshot: unknown) => {
  const { status, value, context } = Object(snapshot);
  return { status, value, context };
};

describe('a replay of a generation that was', () => {
  const cases: { readonly [name: string]: () => Promise<GenerationLog> } = {
    'resumed, and is past its deadline': async () => {
      const run = await started();
      run.world.skip(3_600_000);
      return resumed({ resume: run.token(), world: run.world, read: () => {} });
    },
    'resumed to be cancelled': async () => resumed({ resume: { ...(await started()).token(), cancelRequested: true } }),
    'resumed under the token of another': async () =>
      resumed({ id: 'generation-2', resume: (await started()).token() }),
    'resumed in the middle of its stream': async () => resumed({ resume: (await started()).token() }),
    'stopped in the middle': async () => {
      const run = await started();
      const recorder = recordedActor(run.actor);
      await run.advance(20_000);
      run.actor.stop();
      return recorder.log();
    },
    'offline for longer than an outage': async () => {
      const run = await started({ without: ['events'] });
      const recorder = recordedActor(run.actor);
      await run.world.emit('offline');
      run.script.read = call => call.refuse(error('network'));
      await run.advance(200_000);
      return recorder.log();
    },
    'recorded after its end only': async () => {
      const run = await started({ submit: call => call.answer({ job, update: succeeded }) });
      return recordedActor(run.actor).log();
    },
    'told numbers that JSON has not': async () => {
      const run = await started({ without: ['events'] });
      const recorder = recordedActor(run.actor);
      const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      run.script.read = call =>
        call.answer({ kind: 'pending', progress: odd[run.reads.length % 3], readAfterMs: odd[run.reads.length % 2] });
      await run.advance(400_000);
      return recorder.log();
    },
  };
  it.each(Object.entries(cases))('%s, is faithful', async (_, recordedCase) => {
    const replay = replayGeneration(reported(await recordedCase()));
    expect(replay).toMatchObject({ difference: undefined, isFaithful: true });
  });

  /** Recorded from its making on, as a hook's are. */
  async function resumed(options: GenerationOptions): Promise<GenerationLog> {
    const recorder = createRecorder();
    await generation({ ...options, inspect: recorder.inspect }).advance(1_000);
    const [log] = recorder.logs();
    expect(log?.from).toHaveProperty('input.resume.job.id', 'job-1');
    return log as GenerationLog;
  }

  it('recorded with another policy names the first different step', async () => {
    const { log } = await play('unreachable');
    const replay = replayGeneration(reported(log), { policy: { maxOutageMs: 3_600_000 } });
    expect(replay.difference).toMatchObject({ event: 'read.failed', recorded: 'failed' });
    expect(replay.difference?.replayed).toHaveProperty('following');
    expect(replay.isFaithful).toBe(false);
  });
});

describe('replayGeneration refuses', () => {
  const refusal = (log: unknown): GenerationLogError => {
    try {
      replayGeneration(log);
    } catch (error) {
      return error as GenerationLogError;
    }
    return expect.unreachable('It was replayed.');
  };

  it.each([null, 7, 'log', [], {}, { format: 'other' }])('a value that is not a log: %j', log => {
    const refused = refusal(log);
    expect(refused).toMatchObject({ name: 'GenerationLogError', code: 'malformed' });
    expect(refused.message).toContain('one of the logs of createRecorder().logs()');
  });

  it('a log of another version', async () => {
    const { log } = await play('healthy');
    const refused = refusal({ ...log, version: 1 });
    expect(refused).toMatchObject({ name: 'GenerationLogError', code: 'version' });
    expect(refused.message).toMatch(/^The log of generation "g-1" has version 1, .* replays version 2/);
  });

  it.each<{ field: string; change: (log: GenerationLog) => object }>([
    { field: 'id', change: () => ({ id: 7 }) },
    { field: 'steps', change: () => ({ steps: undefined }) },
    { field: 'steps.0.event', change: () => ({ steps: [{ at: 1 }] }) },
    { field: 'steps.1.at', change: ({ steps }) => ({ steps: [steps[0], { at: 'x', event: { type: 'CHECK' } }] }) },
    {
      field: 'steps.0.times.markedAt',
      change: ({ steps: [step] }) => ({ steps: [{ ...step, times: { markedAt: '' } }] }),
    },
    { field: 'steps.0.state', change: ({ steps: [step] }) => ({ steps: [{ ...step, state: { following: 7 } }] }) },
    { field: 'port.cancel', change: ({ port }) => ({ port: { events: port.events } }) },
    { field: 'policy', change: () => ({ policy: undefined }) },
    { field: 'policy.deadlineMs', change: ({ policy }) => ({ policy: { ...policy, deadlineMs: undefined } }) },
    { field: 'policy.pollDelayMs', change: ({ policy }) => ({ policy: { ...policy, pollDelayMs: 'often' } }) },
    { field: 'policy.patienceMs', change: ({ policy }) => ({ policy: { ...policy, patienceMs: 1 } }) },
    { field: 'from.status', change: () => ({ from: { at: 1 } }) },
    { field: 'from.input.id', change: ({ from }) => ({ from: { ...from, input: {} } }) },
    { field: 'to.context.id', change: ({ to }) => ({ to: { ...to, context: {} } }) },
    { field: 'to.context.reads.count', change: ({ to }) => ({ to: { ...to, context: { ...to.context, reads: {} } } }) },
  ])('a log in which $field is wrong, and names it', async ({ field, change }) => {
    const { log } = await play('healthy');
    const refused = refusal({ ...log, ...change(log) });
    expect(refused).toMatchObject({ name: 'GenerationLogError', code: 'malformed' });
    expect(refused.message).toContain(`"${field}" is missing or has a wrong value`);
  });

  it('a log with a state that the machine does not have', async () => {
    const { log } = await play('healthy', { untilMs: 3_000 });
    const refused = refusal({ ...log, from: { ...log.to, state: 'nowhere' }, steps: [] });
    expect(refused).toMatchObject({ name: 'GenerationLogError', code: 'malformed' });
    expect(refused.message).toMatch(/^The log of generation "g-1" cannot be replayed, .*nowhere/);
  });

  it('a policy with a wrong field, as an error of the caller', async () => {
    const { log } = await play('healthy');
    expect(() => replayGeneration(log, { policy: { deadlineMs: -1 } })).toThrow(TypeError);
  });
});
