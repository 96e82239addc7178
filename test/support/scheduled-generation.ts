import { createGenerationMachine, type GenerationMachineOptions, viewGeneration } from 'generation-lifecycle';
import { fileBackend } from 'generation-lifecycle/adapters';
import { virtualEnvironment } from 'generation-lifecycle/testing';
import { onTestFinished, vi } from 'vitest';
import { createActor } from 'xstate';
import type { GenerationActorInput } from '../../src/machines/generation/generation.types.js';
import { type ScheduledWire, scheduledWire, type WireSchedule } from './scheduled-wire.js';

export const input = { prompt: 'a lighthouse', model: { name: 'flux-dev' }, seed: 7 };

/** The machine of a page that speaks to such a wire. */
export function wiredMachine(wire: ScheduledWire, options: GenerationMachineOptions = {}) {
  const adapter = fileBackend({ kind: 'image', baseUrl: 'https://backend.test', fetch: wire.fetch });
  return createGenerationMachine(adapter, { environment: virtualEnvironment(), ...options });
}

/** A started or resumed generation of such a machine, with its views and its emitted events. */
export function generate(machine: ReturnType<typeof wiredMachine>, actorInput: Partial<GenerationActorInput> = {}) {
  const actor = createActor(machine, { input: { id: 'generation-1', ...actorInput } });
  const items: string[] = [];
  const outcomes: string[] = [];
  const startedAt = Date.now();
  let endedAt: number | undefined;
  actor.on('*', event => {
    if (event.type === 'submitted') return;
    endedAt = Date.now() - startedAt;
    outcomes.push(event.type === 'failed' ? `failed ${event.failure.code}` : event.type);
    if (event.type === 'completed') items.push(...event.output.files.map(({ id }) => id));
  });
  actor.start();
  if (!actorInput.resume) actor.send({ type: 'GENERATE', input });
  onTestFinished(() => void actor.stop());
  return {
    actor,
    /** The ids of the files that were shown, one entry for each time. */
    items,
    outcomes,
    view: () => viewGeneration(actor.getSnapshot()),
    endedAt: () => endedAt,
  };
}

/** One generation on one schedule. */
export function scheduledGeneration(schedule: WireSchedule, options?: GenerationMachineOptions) {
  const wire = scheduledWire(schedule);
  const machine = wiredMachine(wire, options);
  return { wire, machine, ...generate(machine) };
}

export const advance = (ms: number) => vi.advanceTimersByTimeAsync(ms);
