import { arrowsOf } from './wording.mjs';

/** @typedef {import('../../src/testing/chart.types.js').Chart} Chart */
/** @typedef {import('../../src/testing/chart.types.js').ChartState} ChartState */

/** @param {string} path */
const idOf = path => path.replaceAll(/\W/g, '_');

/**
 * The chart as a state diagram of Mermaid, which GitHub and most documentation tools draw. The children of a state stand
 * behind its name.
 *
 * @param {Chart} chart
 */
export function toMermaid(chart) {
  /** @param {ChartState} state @param {string} indent @returns {string[]} */
  const within = ({ kind, initial, states }, indent) => [
    ...(initial ? [`${indent}[*] --> ${idOf(initial)}`] : []),
    ...states.flatMap((state, index) => [
      ...(kind === 'parallel' && index > 0 ? [`${indent}--`] : []),
      ...drawn(state, indent),
    ]),
  ];
  /** @param {ChartState} state @param {string} indent @returns {string[]} */
  const drawn = (state, indent) => {
    const id = idOf(state.path);
    const label = [state.name, ...state.children.map(child => `(${child})`)].join(' ');
    const title = `${indent}state "${label}" as ${id}`;
    if (state.states.length > 0) return [`${title} {`, ...within(state, `${indent}  `), `${indent}}`];
    return [title, ...(state.kind === 'final' ? [`${indent}${id} --> [*]`] : [])];
  };
  const arrows = arrowsOf(chart).map(
    ({ from, to, words }) => `  ${idOf(from)} --> ${idOf(to)}${words.join() && `: ${words.join('<br>')}`}`,
  );
  return `${['stateDiagram-v2', '  direction LR', ...within(chart.root, '  '), ...arrows].join('\n')}\n`;
}
