import { createGenerationMachine, type Environment, type GenerationAdapter } from 'generation-lifecycle';
import { createChartFeed, createRecorder, inspector, toChart } from 'generation-lifecycle/devtools';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type AnyStateMachine, createActor, createMachine, type InspectionEvent, toPromise } from 'xstate';
import { toMermaid } from '../../scripts/charts/mermaid.mjs';
import { toSvg } from '../../scripts/charts/svg.mjs';
import { serverEnvironment } from '../../src/machines/environment.js';
import { inspectorReceiver } from '../support/inspector-receiver.js';

const token = 'sk-live-1234';
/** A length of time that no delay of the chart has, and no other number here. */
const maxOutageMs = 424_243;

type Keyed = { readonly token: string };

/** An adapter and an environment that keep a secret in a member, which `JSON.stringify` would write. */
function keyedMachine() {
  const adapter: GenerationAdapter<string, string> & Keyed = {
    token,
    submit: async () => ({ job: { id: 'job-1' } }),
    read: async () => ({ kind: 'succeeded', output: '1.png' }),
    async *events() {
      yield { kind: 'pending', progress: 0.5 };
    },
  };
  const environment: Environment & Keyed = { token, ...serverEnvironment() };
  return createGenerationMachine(adapter, { environment, policy: { maxOutageMs, minReadGapMs: 0 } });
}

/** Runs a generation, as a child that its parent names by its logic, until its outcome. */
async function generate(machine: ReturnType<typeof keyedMachine>, inspect: (event: InspectionEvent) => void) {
  const input = { id: 'generation-1' };
  const parent: AnyStateMachine = createMachine({
    id: 'parent',
    initial: 'generating',
    states: {
      generating: { invoke: { id: 'generation', src: machine, input, onDone: 'done' } },
      done: { type: 'final' },
    },
  });
  const actor = createActor(parent, { inspect });
  onTestFinished(() => void actor.stop());
  const done = toPromise(actor.start());
  actor.getSnapshot().children['generation']?.send({ type: 'GENERATE', input: 'a lighthouse' });
  await done;
}

const secretsIn = (text: string) => [token, 'sk-live', String(maxOutageMs)].filter(secret => text.includes(secret));

describe('what a generation machine is made of', () => {
  it("is in XState's own definition: the checks below look for something that is there", () => {
    const machine: AnyStateMachine = keyedMachine();
    expect(secretsIn(JSON.stringify(machine.definition))).toEqual([token, 'sk-live', String(maxOutageMs)]);
    expect(secretsIn(JSON.stringify(machine.config))).toEqual([token, 'sk-live', String(maxOutageMs)]);
  });

  it('reaches no message of the inspector', async () => {
    const { url, messages } = await inspectorReceiver();
    const watch = inspector({ url, redact: (_, usual) => usual() });
    onTestFinished(watch.close);
    await generate(keyedMachine(), watch.inspect);
    await vi.waitFor(() => expect(messages.join('\n')).toContain('"value":"done"'), { timeout: 60_000 });
    expect(secretsIn(messages.join('\n'))).toEqual([]);
  });

  it('reaches no recording, but for the policy', async () => {
    const recorder = createRecorder({ redact: ({ value }) => value });
    await generate(keyedMachine(), recorder.inspect);
    const [log, ...others] = recorder.logs();
    expect(others).toEqual([]);
    expect(log?.policy).toMatchObject({ maxOutageMs });
    expect(secretsIn(JSON.stringify({ ...log, policy: undefined }))).toEqual([]);
    expect(secretsIn(JSON.stringify(log))).toEqual([String(maxOutageMs)]);
  });

  it('reaches no drawing and no chart feed', async () => {
    const machine = keyedMachine();
    const feed = createChartFeed();
    await generate(machine, feed.inspect);
    const chart = toChart(machine);
    const texts = [JSON.stringify(chart), JSON.stringify(feed.getSnapshot()), toMermaid(chart), await toSvg(chart)];
    expect(feed.getSnapshot().map(({ machineId }) => machineId)).toContain('generation');
    for (const text of texts) expect(secretsIn(text)).toEqual([]);
  });
});
