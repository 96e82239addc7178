import { createGenerationMachine, type GenerationEmitted, type JobRef } from 'generation-lifecycle';
import { describe, expect, it } from 'vitest';
import { createActor, type InspectionEvent } from 'xstate';
import { scriptedAdapter } from '../../support/scripted-adapter.js';
import {
  error,
  failed,
  flush,
  generation,
  type Input,
  job,
  type Output,
  pending,
  started,
  streaming,
  succeeded,
} from '../../support/scripted-generation.js';
import { SimulatedWorld } from '../../support/simulated-world.js';

describe('making a machine and an actor', () => {
  it('calls nothing', async () => {
    const run = generation();
    await run.advance(3_600_000);
    expect(run.calls()).toEqual([]);
    expect(run.world.listenerCount).toBe(0);
    expect(run.world.clock.timerCount).toBe(0);
  });
});

describe('unknown events', () => {
  it.each([
    ['idle', async () => generation()],
    ['submitting', () => started({ submit: () => {} })],
    ['connecting', () => started()],
    ['streaming', () => streaming()],
    ['polling', () => started({ without: ['events'] })],
    [
      'cancelling',
      async () => {
        const run = await streaming();
        await run.send({ type: 'CANCEL' });
        return run;
      },
    ],
  ])('change nothing: %s', async (status, begin) => {
    const run = await begin();
    const calls = run.calls().length;
    for (const type of ['NOISE', 'xstate.error.actor.poll', 'xstate.done.actor.sse', 'start', '']) {
      // Parsed, because no type allows them.
      await run.send(JSON.parse(JSON.stringify({ type })));
    }
    expect(run.view().status).toBe(status);
    expect(run.calls()).toHaveLength(calls);
    expect(run.outcomes()).toEqual([]);
  });
});

describe('context and events', () => {
  it('are JSON, but for what GENERATE brings', async () => {
    const seen: unknown[] = [];
    const inspect = (inspected: InspectionEvent) => {
      if (inspected.type === '@xstate.event' && inspected.event.type !== 'GENERATE') {
        if (!inspected.event.type.startsWith('xstate.')) seen.push(inspected.event);
      }
      if (inspected.type === '@xstate.snapshot' && 'context' in inspected.snapshot) {
        seen.push(inspected.snapshot.context);
      }
    };
    const run = await started({ inspect });
    await run.advance(11_000);
    run.stream().open();
    run.stream().alive();
    run.stream().id('42');
    run.stream().retry(2_000);
    run.stream().push({ kind: 'pending', progress: 0.5, previews: [{ url: 'https://files.test/preview.png' }] });
    run.script.read = call => call.refuse(error('rate-limited', { retryAfterMs: 2_000 }));
    await run.advance(15_000);
    run.stream().fail(new Error('cut'));
    run.script.read = call => call.answer(pending);
    await run.advance(15_000);
    run.stream().push(failed);
    await run.advance(2_000);
    expect(run.outcomes()).toHaveLength(1);
    expect(seen.length).toBeGreaterThan(30);
    const withoutInput = (value: unknown) =>
      value instanceof Object && 'submit' in value
        ? { ...value, submit: { ...Object(value.submit), getInput: undefined } }
        : value;
    // An absent member and one that is undefined are the same in JSON.
    for (const value of seen) expect(JSON.parse(JSON.stringify(value))).toEqual(withoutInput(value));
  });

  it('hold the input of GENERATE no longer than it is submitted', async () => {
    const run = await started();
    await run.advance(1_000);
    expect(run.actor.getSnapshot().context.submit.getInput).toBeUndefined();
    expect(JSON.stringify(run.actor.getSnapshot().context)).not.toContain('lighthouse');
    const refused = await started({ submit: call => call.refuse(error('payment-required')) });
    expect(refused.actor.getSnapshot().context.submit.getInput).toBeUndefined();
  });
});

/** Two generations of one machine, each with the job of its own name. */
async function pair() {
  const world = new SimulatedWorld();
  const jobs: JobRef[] = [{ id: 'job-A' }, { id: 'job-B' }];
  const scripted = scriptedAdapter<Input, Output>({
    now: () => world.clock.now(),
    ignoresAbort: true,
    script: {
      submit: call => call.answer({ job: jobs.shift() ?? job }),
      read: () => {},
      events: stream => stream.open(),
      cancel: () => {},
    },
  });
  const machine = createGenerationMachine(scripted.adapter, { environment: world.environment });
  const begin = async (id: string) => {
    const emitted: GenerationEmitted<Output>[] = [];
    const actor = createActor(machine, { input: { id }, clock: world.clock });
    actor.on('*', event => emitted.push(event));
    actor.start();
    actor.send({ type: 'GENERATE', input: { prompt: id } });
    await flush();
    return { actor, emitted };
  };
  return { ...scripted, world, a: await begin('A'), b: await begin('B') };
}

describe('two generations of one machine', () => {
  it('have each its own stream and reads, and its own result', async () => {
    const { a, b, streams, reads } = await pair();
    expect(streams.map(({ about }) => about.id)).toEqual(['job-A', 'job-B']);
    expect(reads.map(({ about }) => about)).toEqual([{ id: 'job-A' }, { id: 'job-B' }]);
    streams[0]?.push(succeeded);
    await flush();
    expect(a.emitted.map(({ type }) => type)).toEqual(['submitted', 'completed']);
    expect(b.emitted).toEqual([{ type: 'submitted', id: 'B', job: { id: 'job-B' } }]);
    expect(streams[1]?.signal.aborted).toBe(false);
  });

  it('do not hear what comes late for the other', async () => {
    const { a, b, streams, reads, world } = await pair();
    streams[0]?.push(succeeded);
    await flush();
    reads[0]?.answer(succeeded);
    streams[0]?.push({ kind: 'pending', message: 'late' });
    await world.advance(10_000);
    expect(b.actor.getSnapshot().status).toBe('active');
    expect(b.emitted).toHaveLength(1);
    expect(a.emitted).toHaveLength(2);
  });
});
