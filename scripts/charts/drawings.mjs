import { createClientMachine, createGenerationMachine } from 'generation-lifecycle';
import { memoryStore } from 'generation-lifecycle/adapters';
import { toChart } from 'generation-lifecycle/devtools';
import { scripted } from 'generation-lifecycle/testing';
import { StateMachine } from 'xstate';
import { toMermaid } from './mermaid.mjs';
import { toSvg } from './svg.mjs';

const generation = createGenerationMachine(scripted({ events: [], cancel: [] }));
const client = createClientMachine({ name: 'client', generation, toItems: () => [], store: memoryStore() });

/** The machines that are drawn, by the name of the file in `docs`. A further one is one more line. */
const machines = {
  lifecycle: generation,
  client,
  run: machineIn(client, 'run'),
};

/** Every drawing as it should be, by its path from the root. @returns {Promise<Record<string, string>>} */
export async function drawCharts() {
  /** @type {Record<string, string>} */
  const drawings = {};
  for (const [name, machine] of Object.entries(machines)) {
    const chart = toChart(machine);
    drawings[`docs/${name}.mmd`] = toMermaid(chart);
    drawings[`docs/${name}.svg`] = await toSvg(chart);
  }
  return drawings;
}

/** A machine that another one spawns. @param {import('xstate').AnyStateMachine} machine @param {string} name */
function machineIn(machine, name) {
  const logic = machine.implementations.actors[name];
  if (logic instanceof StateMachine) return logic;
  throw new Error(`The machine "${machine.id}" has no machine "${name}".`);
}
