import { createGenerationClient, createGenerationMachine } from 'generation-lifecycle';
import { memoryStore } from 'generation-lifecycle/adapters';
import { toChart } from 'generation-lifecycle/devtools';
import { scripted } from 'generation-lifecycle/testing';
import { StateMachine } from 'xstate';
import { toMermaid } from './mermaid.mjs';
import { toOverview } from './overview.mjs';
import { toSvg } from './svg.mjs';

const generation = createGenerationMachine(scripted({ events: [], cancel: [] }));
const client = clientMachine();

/** What is drawn, by the name of the file in `docs`. */
const charts = {
  overview: toOverview(toChart(generation)),
  lifecycle: toChart(generation),
  client: toChart(client),
  run: toChart(machineIn(client, 'run')),
};

/** The overview is read at the width of a page of text. */
const large = /** @type {const} */ ({ stateFont: 15, arrowFont: 14, gap: 0.5, rankGap: 0.05, titles: 'left' });

/** Every drawing as it should be, by its path from the root. @returns {Promise<Record<string, string>>} */
export async function drawCharts() {
  /** @type {Record<string, string>} */
  const drawings = {};
  for (const [name, chart] of Object.entries(charts)) {
    drawings[`docs/${name}.mmd`] = toMermaid(chart);
    drawings[`docs/${name}.svg`] = await toSvg(chart, name === 'overview' ? large : undefined);
  }
  return drawings;
}

/** The machine of a client is private, but an inspector is shown the actor that runs it. */
function clientMachine() {
  /** @type {import('xstate').AnyStateMachine[]} */
  const machines = [];
  const client = createGenerationClient({
    name: 'client',
    generation,
    toItems: () => [],
    store: memoryStore(),
    inspect: ({ type, actorRef }) => {
      const logic = 'logic' in actorRef ? actorRef.logic : undefined;
      if (type === '@xstate.actor' && logic instanceof StateMachine) machines.push(logic);
    },
  });
  client.subscribe(() => {})();
  client.stop();
  const [machine] = machines;
  if (!machine) throw new Error('The client has started no machine.');
  return machine;
}

/** A machine that another one spawns. @param {import('xstate').AnyStateMachine} machine @param {string} name */
function machineIn(machine, name) {
  const logic = machine.implementations.actors[name];
  if (logic instanceof StateMachine) return logic;
  throw new Error(`The machine "${machine.id}" has no machine "${name}".`);
}
