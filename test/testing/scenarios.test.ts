import { createGenerationMachine, type GenerationEmitted } from 'generation-lifecycle';
import { scenarios, scripted, virtualEnvironment } from 'generation-lifecycle/testing';
import { describe, expect, it } from 'vitest';
import { createActor } from 'xstate';
import { flush, SimulatedWorld } from '../support/simulated-world.js';

/** The outcome of each with the image policy. Listed here, so that a new scenario needs an entry. */
const ends: { readonly [name in keyof typeof scenarios]: string } = {
  healthy: 'completed a',
  resultInSubmit: 'completed a',
  resultBeforeStream: 'completed a',
  openLate: 'completed a',
  silentStream: 'completed a',
  cutStream: 'completed a',
  noStream: 'completed a',
  duplicateEvents: 'completed a',
  rotatedUrl: 'completed a',
  notFoundAtFirst: 'completed a',
  rateLimited: 'completed a',
  outage: 'completed a',
  hangingRead: 'completed a',
  falseAlarm: 'completed a',
  answersAfterAbort: 'completed a',
  refusedSubmit: 'failed payment-required',
  unansweredSubmit: 'failed interrupted',
  failsOnStream: 'failed job-failed',
  failsInRead: 'failed job-failed',
  unreachable: 'failed unreachable',
  neverEnds: 'failed deadline',
};

/** One clock moves the chart, the script and the time of day. */
async function play(name: keyof typeof scenarios) {
  const { clock, advance } = bound(new SimulatedWorld());
  const environment = virtualEnvironment({ now: () => clock.now() });
  const backend = scripted(scenarios[name]('a', 'again'), { clock });
  const actor = createActor(createGenerationMachine(backend, { environment }), {
    input: { id: 'generation-1' },
    clock,
  });
  const outcomes: string[] = [];
  actor.on('*', (event: GenerationEmitted<string>) => {
    if (event.type === 'completed') outcomes.push(`completed ${event.output}`);
    else if (event.type !== 'submitted') outcomes.push(`failed ${event.type === 'failed' && event.failure.code}`);
  });
  actor.start();
  actor.send({ type: 'GENERATE', input: { prompt: 'a lighthouse' } });
  await flush();
  return { backend, environment, outcomes, advance, clock };
}

const bound = (world: SimulatedWorld) => ({ clock: world.clock, advance: (ms: number) => world.advance(ms) });

describe('the scenarios', () => {
  it.each(Object.entries(ends))('%s: %s, once, and nothing still runs', async (name, end) => {
    const run = await play(name as keyof typeof scenarios);
    await run.advance(end.startsWith('completed') ? 120_000 : 480_000);
    expect(run.outcomes).toEqual([end]);
    const count = run.backend.calls.length;
    await run.advance(3_600_000);
    expect(run.outcomes).toEqual([end]);
    expect(run.backend.calls.length).toBe(count);
    expect(run.backend.calls.filter(({ isPending }) => isPending)).toEqual([]);
    expect(run.environment.subscriberCount).toBe(0);
    expect(run.clock.timerCount).toBe(0);
  });
});

describe('in the scenario', () => {
  const kinds = (run: Awaited<ReturnType<typeof play>>, kind: string) =>
    run.backend.calls.filter(call => call.kind === kind);

  it('openLate: a read is in flight when the stream delivers', async () => {
    const run = await play('openLate');
    await run.advance(19_999);
    expect(run.outcomes).toEqual([]);
    expect(kinds(run, 'read').map(({ isPending, atMs }) => [isPending, atMs])).toEqual([
      [false, 10_000],
      [true, 16_000],
    ]);
    expect(kinds(run, 'events').map(({ isPending }) => isPending)).toEqual([true]);
  });

  it('rotatedUrl: a read is in flight when the stream delivers', async () => {
    const run = await play('rotatedUrl');
    await run.advance(19_999);
    expect(run.outcomes).toEqual([]);
    expect(kinds(run, 'read').some(({ isPending }) => isPending)).toBe(true);
  });

  it('cutStream: it is opened again', async () => {
    const run = await play('cutStream');
    await run.advance(19_000);
    expect(kinds(run, 'events').length).toBeGreaterThan(1);
  });

  it('answersAfterAbort: an aborted read answers, without effect', async () => {
    const run = await play('answersAfterAbort');
    await run.advance(20_000);
    expect(run.outcomes).toEqual(['completed a']);
    expect(run.clock.timerCount).toBeGreaterThan(0);
    await run.advance(120_000);
    expect(run.outcomes).toEqual(['completed a']);
  });

  it.each(['outage', 'notFoundAtFirst', 'unreachable'] as const)('%s: several reads fail', async name => {
    const run = await play(name);
    await run.advance(19_000);
    expect(run.outcomes).toEqual([]);
    expect(kinds(run, 'read').length).toBeGreaterThan(2);
  });

  it('rateLimited: no read starts before the time is over', async () => {
    const run = await play('rateLimited');
    await run.advance(19_999);
    expect(kinds(run, 'read')).toHaveLength(1);
    await run.advance(1_001);
    expect(kinds(run, 'read')).toHaveLength(2);
  });
});
