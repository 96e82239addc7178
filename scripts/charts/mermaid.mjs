import { arrowsOf } from './wording.mjs';

/** @typedef {import('../../src/devtools/chart/chart.types.js').Chart} Chart */
/** @typedef {import('../../src/devtools/chart/chart.types.js').ChartState} ChartState */

/**
 * The chart as a state diagram of Mermaid, which GitHub and most documentation tools draw. The name of a state is followed by its
 * child actors.
 *
 * @param {Chart} chart
 */
export function toMermaid(chart) {
  /** The machine itself has an empty path. @param {string} path */
  const idOf = path => (path || chart.id).replaceAll(/\W/g, '_');
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
  const isBoxed = chart.transitions.some(({ from, to }) => from === '' && to !== undefined);
  const body = isBoxed ? drawn(chart.root, '  ') : within(chart.root, '  ');
  return `${['stateDiagram-v2', '  direction LR', ...body, ...arrows].join('\n')}\n`;
}
