import type { Chart, ChartActivity, ChartStep, ChartTransition } from 'generation-lifecycle/devtools';

/** A chart and what one actor makes of it at this moment. */
export type ChartMoment = {
  readonly chart: Chart;
  readonly activity: ChartActivity | undefined;
};

/** It leads to another state, or enters its own again. */
const isMove = ({ from, to, reenters }: ChartTransition) => to !== undefined && (to !== from || reenters);

/** Where it is. An actor that has not begun is nowhere. */
export const isActive = ({ activity }: ChartMoment, path: string) => activity?.active.includes(path) === true;

/** The steps that the latest event led to, of those that led anywhere. */
export function lastMoves({ activity }: ChartMoment): readonly ChartStep[] {
  const moves = activity?.steps.filter(step => isMove(step) && step.to !== step.from) ?? [];
  const latest = moves.at(-1)?.at;
  return moves.filter(({ at }) => at === latest);
}

/** What can happen next, as far as the states decide: whether a guard holds is not known before. */
export function possibleMoves({ chart, activity }: ChartMoment): readonly ChartTransition[] {
  if (activity?.status !== 'active') return [];
  const { active } = activity;
  return chart.transitions.filter(transition => isMove(transition) && active.includes(transition.from));
}
