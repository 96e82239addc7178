import { createGenerationMachine } from 'generation-lifecycle';
import { scripted, toChart } from 'generation-lifecycle/testing';
import { toMermaid } from './mermaid.mjs';
import { toSvg } from './svg.mjs';

/** The machines that are drawn, by the name of the file in `docs`. A further one is one more line. */
const machines = {
  lifecycle: createGenerationMachine(scripted({ events: [], cancel: [] })),
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
