import { render } from 'state-machine-cat';
import { arrowsOf, linesIn } from './wording.mjs';

/** @typedef {import('../../src/devtools/chart/chart.types.js').Chart} Chart */
/** @typedef {import('../../src/devtools/chart/chart.types.js').ChartState} ChartState */
/** @typedef {import('state-machine-cat').IState} State */
/** @typedef {import('state-machine-cat').IStateMachine} Machine */

/**
 * Fonts in points, distances between boxes in inches, and where the title of a box stands.
 * @typedef {{ stateFont?: number, arrowFont?: number, gap?: number, rankGap?: number, titles?: 'left' | 'centre' }} Layout
 */

/** The outcomes by what they are; others are plain. @type {Record<string, string>} */
const colours = { completed: '#0f766e', failed: '#b3261e', cancelled: '#5a6764' };

/**
 * The chart as a drawing. An end is drawn anew beside each state that leads there: one place for all of them would draw
 * arrows across everything else.
 *
 * @param {Chart} chart
 * @param {Layout} [layout]
 */
export async function toSvg(
  chart,
  { stateFont = 12, arrowFont = 10, gap = 0.3, rankGap = 0.3, titles = 'centre' } = {},
) {
  const ends = chart.root.states.filter(({ kind }) => kind === 'final');
  /** @type {Map<string, State>} */
  const drawnEnds = new Map();

  /** @param {string} from @param {string} to @returns {string} */
  const drawEnd = (from, to) => {
    const end = ends.find(({ path }) => path === to);
    if (!end) return to;
    const name = `${to} of ${from.split('.')[0]}`;
    drawnEnds.set(name, { name, label: end.name, type: 'regular', color: colours[end.name] ?? '#000000' });
    return name;
  };
  /** The machine itself has an empty path. @param {string} path */
  const nameAt = path => path || chart.id;
  const arrows = arrowsOf(chart).map(({ from, to, words }, id) => ({
    id,
    from: nameAt(from),
    to: drawEnd(from, to),
    label: words.join('\n'),
  }));

  let id = arrows.length;
  /** @param {ChartState} state @returns {Machine} */
  const toMachine = ({ path, initial, states }) => {
    const isRoot = path === '';
    const entrance = `${path}.initial`;
    return {
      states: [
        ...(initial ? [/** @type {State} */ ({ name: entrance, type: 'initial' })] : []),
        ...states.filter(state => !ends.includes(state)).map(toState),
        ...(isRoot ? drawnEnds.values() : []),
      ],
      transitions: [
        ...(initial ? [{ id: id++, from: entrance, to: initial }] : []),
        ...(isRoot ? arrows.toReversed() : []),
      ],
    };
  };
  /** @param {ChartState} state @returns {State} */
  const toState = state => {
    const isOutcome = state.states.length > 0 && state.states.every(({ kind }) => kind === 'final');
    const lines = isOutcome ? state.states.map(({ name }) => name) : linesIn(chart, state);
    return {
      name: nameAt(state.path),
      label: state.name,
      type: state.kind === 'parallel' ? 'parallel' : 'regular',
      actions: lines.map(body => ({ type: 'activity', body })),
      ...(state.states.length > 0 && !isOutcome && { statemachine: toMachine(state) }),
    };
  };

  /** @type {import('state-machine-cat').IRenderOptions & { exec: string }} */
  const options = {
    inputType: 'json',
    outputType: 'svg',
    direction: 'left-right',
    // No Graphviz of the machine that this runs on, whose version decides how a drawing looks.
    exec: '',
    noDotNativeWarning: true,
    dotGraphAttrs: [
      { name: 'nodesep', value: String(gap) },
      { name: 'ranksep', value: String(rankGap) },
      { name: 'fontsize', value: String(stateFont) },
      { name: 'labeljust', value: titles === 'left' ? 'l' : 'c' },
      { name: 'bgcolor', value: 'white' },
      { name: 'pad', value: '0.2' },
    ],
    dotNodeAttrs: [{ name: 'fontsize', value: String(stateFont) }],
    dotEdgeAttrs: [{ name: 'fontsize', value: String(arrowFont) }],
  };
  // What can happen everywhere is written on the machine, which is then a box of its own.
  const isBoxed = chart.transitions.some(({ from }) => from === '') || chart.root.children.length > 0;
  const drawing = isBoxed ? { states: [toState(chart.root)] } : toMachine(chart.root);
  return String(await render(JSON.stringify(drawing), options));
}
