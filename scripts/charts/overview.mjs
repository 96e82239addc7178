/** @typedef {import('../../src/devtools/chart/chart.types.js').Chart} Chart */
/** @typedef {import('../../src/devtools/chart/chart.types.js').ChartState} ChartState */
/** @typedef {import('../../src/devtools/chart/chart.types.js').ChartTransition} ChartTransition */

/**
 * States that the overview folds into another, by their path. The states inside of one go with it, unless they have an entry of their
 * own. A state without an entry is drawn as the state at the top of the machine that it belongs to.
 *
 * While a job is followed, the overview shows the stream as the user's status does: without an open stream it is polling.
 *
 * @type {Readonly<Record<string, string>>}
 */
export const folded = {
  'following.stream': 'following.polling',
  'following.stream.listening.connecting': 'following.connecting',
  'following.stream.listening.streaming': 'following.streaming',
  // Both are one last read.
  expiring: 'verifying',
};

/** What only the full chart shows: how single requests fail, sleeping pages, wishes during the submit, rare ways to resume. */
export const leftOut = [
  'requestTimeoutMs',
  'read.answered',
  'read.failed',
  'cancel.failed',
  'stream.alive',
  'page.asleep',
  'isCancelRequested',
  'isDetached',
  'isEnded',
  'isResumedCancel',
  'isPastDeadline',
];

/**
 * The chart of a generation in about twelve states, which fits into a page of text. The final states are one box, and all arrows to a
 * final state lead to it.
 *
 * @param {Chart} chart
 * @returns {Chart}
 */
export function toOverview({ id, root, transitions }) {
  const finals = root.states.filter(({ kind }) => kind === 'final');
  /** @param {string} path */
  const placeOf = path => (finals.some(end => end.path === path) ? 'outcome' : foldedPlaceOf(path));
  const places = [...new Set(leavesIn(root, '').map(placeOf))];
  const states = [...new Set(places.map(outerOf))].map(outer => {
    const inside = places.filter(place => place.startsWith(`${outer}.`)).map(place => toBox(place, []));
    return toBox(outer, outer === 'outcome' ? finals : inside);
  });

  /** @type {Map<string, ChartTransition>} */
  const arrows = new Map();
  for (const transition of transitions.filter(isShown)) {
    for (const leaf of leavesIn(root, transition.from)) {
      const arrow = foldedArrow(transition, placeOf(leaf), placeOf(transition.to ?? ''));
      if (arrow) arrows.set([arrow.from, arrow.to, arrow.kind, arrow.name].join(' '), arrow);
    }
  }
  return { id, root: { ...root, states }, transitions: [...arrows.values()] };
}

/** @param {string} path */
function foldedPlaceOf(path) {
  const names = path.split('.');
  const paths = names.map((_, index) => names.slice(0, names.length - index).join('.'));
  return paths.flatMap(each => folded[each] ?? []).at(0) ?? outerOf(path);
}

/** @param {string} place */
const outerOf = place => place.replace(/\..*/, '');

/** @param {ChartTransition} transition */
function isShown({ to, kind, name, guard }) {
  const isEventless = kind === 'always' && guard === undefined;
  return to !== undefined && !isEventless && !leftOut.includes(name) && !(guard && leftOut.includes(guard));
}

/** The arrow from place to place, if it leads on. What leaves a box leads from the box. @param {ChartTransition} transition @param {string} start @param {string} end */
function foldedArrow({ kind, name, ms, guard, actions, reenters }, start, end) {
  const isInBox = outerOf(start) === outerOf(end);
  const from = isInBox ? start : outerOf(start);
  const isFolded = isInBox && !(start.includes('.') && end.includes('.'));
  if (from === end || isFolded) return undefined;
  const shortName = kind === 'after' && ms !== undefined ? `${ms / 1000} s` : name;
  return { from, to: end, kind, name: shortName, guard: kind === 'always' ? guard : undefined, actions, reenters };
}

/** The paths of the states without states of their own, in the state of this path. @param {ChartState} state @param {string} within @returns {string[]} */
function leavesIn(state, within) {
  if (state.states.length > 0) return state.states.flatMap(each => leavesIn(each, within));
  return within === '' || `${state.path}.`.startsWith(`${within}.`) ? [state.path] : [];
}

/** @param {string} path @param {readonly ChartState[]} states @returns {ChartState} */
function toBox(path, states) {
  const name = path.split('.').at(-1) ?? path;
  return { path, name, kind: states.length > 0 ? 'compound' : 'atomic', states, children: [], entry: [], exit: [] };
}
