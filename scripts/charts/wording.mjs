/** @typedef {import('../../src/devtools/chart/chart.types.js').Chart} Chart */
/** @typedef {import('../../src/devtools/chart/chart.types.js').ChartState} ChartState */
/** @typedef {import('../../src/devtools/chart/chart.types.js').ChartTransition} ChartTransition */
/** @typedef {{ from: string, to: string, words: string[] }} Arrow */

/** What is written on an arrow: the event, the delay or nothing, and the guard. @param {ChartTransition} transition */
function wordsOn({ kind, name, ms, guard }) {
  const cause = {
    event: name,
    after: `after ${name}${ms === undefined ? '' : ` (${ms / 1000} s)`}`,
    done: `${name} is done`,
    error: `${name} breaks`,
    always: '',
  }[kind];
  return [cause, guard && `[${guard}]`].filter(Boolean).join(' ');
}

/** One arrow for all that leads from the same state to the same. @param {Chart} chart @returns {Arrow[]} */
export function arrowsOf({ transitions }) {
  /** @type {Map<string, Arrow>} */
  const arrows = new Map();
  for (const transition of transitions) {
    const { from, to } = transition;
    if (to === undefined) continue;
    const arrow = arrows.get(`${from} ${to}`) ?? { from, to, words: [] };
    arrow.words.push(wordsOn(transition));
    arrows.set(`${from} ${to}`, arrow);
  }
  return [...arrows.values()];
}

/** What happens in a state: the children that live there, and what is only taken note of. @param {Chart} chart @param {ChartState} state */
export function linesIn({ transitions }, { path, children }) {
  const noted = transitions.filter(({ from, to }) => from === path && to === undefined);
  return [
    ...children.map(id => `child ${id}`),
    ...noted.map(transition => `${wordsOn(transition)} / ${transition.actions.join(', ')}`),
  ];
}
