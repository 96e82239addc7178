import type { Chart, ChartActivity, ChartStep, ChartTransition } from 'generation-lifecycle/devtools';
import type { ServerStep } from '../../../server/generations/server-step.js';

/** A chart, and the state of one actor at this moment. */
export type ChartMoment = {
  readonly chart: Chart;
  readonly activity: ChartActivity | undefined;
  /** Where the server half is with the same job. */
  readonly server: ServerStep | undefined;
};

/** Whether it leads to another state, or re-enters its own. */
const isMove = ({ from, to, reenters }: ChartTransition) => to !== undefined && (to !== from || reenters);

/** Whether the state is active. An actor that has not started has no active state. */
export const isActive = ({ activity }: ChartMoment, path: string) => activity?.active.includes(path) === true;

/** Whether the server half is in the state. */
export const isServerIn = ({ server }: ChartMoment, path: string) => server?.states.includes(path) === true;

/** The steps of the latest event that changed the state. */
export function lastMoves({ activity }: ChartMoment): readonly ChartStep[] {
  const moves = activity?.steps.filter(step => isMove(step) && step.to !== step.from) ?? [];
  const latest = moves.at(-1)?.at;
  return moves.filter(({ at }) => at === latest);
}

/** The transitions of the active states. Guards are not evaluated. */
export function possibleMoves({ chart, activity }: ChartMoment): readonly ChartTransition[] {
  if (activity?.status !== 'active') return [];
  const { active } = activity;
  return chart.transitions.filter(transition => isMove(transition) && active.includes(transition.from));
}

/** Of these states, those without another of them inside. */
export const innermostOf = (paths: readonly string[]): readonly string[] =>
  paths.filter(path => path !== '' && !paths.some(other => other.startsWith(`${path}.`)));
