import type { ChartDelay, ChartState } from 'generation-lifecycle/devtools';
import { type ChartMoment, isActive, isServerIn } from './chart-moment.js';
import { timeWords } from './step-words.js';

type StateProps = {
  readonly state: ChartState;
  readonly moment: ChartMoment;
  readonly now: number;
  readonly explainer: Explainer;
};

/** Says what a state means, while it is looked at. */
type Explainer = {
  /** The id of the text. */
  readonly id: string;
  /** The state that Tab reaches. The arrow keys go on from there. */
  readonly path: string | undefined;
  /** `undefined` for none. */
  readonly explain: (path: string | undefined) => void;
};

/** The child states. States of one kind share a row; parallel regions are side by side. */
export function StateRows({ state, moment, now, explainer }: StateProps) {
  return rowsOf(state).map(row => (
    <ul key={row[0]?.path} className="chart-row" data-kind={state.kind === 'parallel' ? 'region' : row[0]?.kind}>
      {row.map(each => (
        <StateBox key={each.path} state={each} moment={moment} now={now} explainer={explainer} />
      ))}
    </ul>
  ));
}

function StateBox({ state, moment, now, explainer }: StateProps) {
  const { path, name, kind, states, children } = state;
  const isCurrent = isActive(moment, path);
  const delays = moment.activity?.delays.filter(delay => delay.state === path) ?? [];
  return (
    <li
      className="chart-state"
      data-path={path}
      data-kind={kind}
      data-active={isCurrent}
      aria-current={isCurrent ? 'step' : undefined}
      // What an arrow begins or ends at: the whole box, or the title of one with boxes in it.
      data-anchor={states.length === 0 ? path : undefined}
    >
      <button
        type="button"
        className="chart-title"
        data-anchor={states.length === 0 ? undefined : path}
        data-state={path}
        aria-describedby={explainer.id}
        tabIndex={explainer.path === path ? 0 : -1}
        onPointerEnter={() => explainer.explain(path)}
        onPointerLeave={() => explainer.explain(undefined)}
        onFocus={() => explainer.explain(path)}
        onBlur={() => explainer.explain(undefined)}
        onClick={() => explainer.explain(path)}
      >
        <span className="chart-name">{name}</span>
        {children.map(id => (
          <span key={id} className="chart-child" data-running={isCurrent && isRunning(moment, id)}>
            {id}
          </span>
        ))}
        {states.length === 0 && isServerIn(moment, path) && <span className="chart-server">server</span>}
        {delays.map(delay => (
          <DelayRing key={delay.name} delay={delay} now={now} />
        ))}
      </button>
      {states.length > 0 && <StateRows state={state} moment={moment} now={now} explainer={explainer} />}
    </li>
  );
}

const isRunning = ({ activity }: ChartMoment, child: string) =>
  activity?.children.some(({ id }) => id === child) === true;

/** Decorative: the list of timers says the same. */
function DelayRing({ delay: { startedAt, endsAt }, now }: { readonly delay: ChartDelay; readonly now: number }) {
  const remaining = Math.min(1, Math.max(0, (endsAt - now) / (endsAt - startedAt)));
  return (
    <span className="chart-ring" aria-hidden="true" title={timeWords(endsAt - now)}>
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <circle cx="10" cy="10" r="8" pathLength={1} />
        <circle cx="10" cy="10" r="8" pathLength={1} strokeDasharray={`${remaining} 1`} />
      </svg>
    </span>
  );
}

function rowsOf({ kind, states }: ChartState): readonly (readonly ChartState[])[] {
  if (kind === 'parallel') return [states];
  const rows: ChartState[][] = [];
  for (const state of states) {
    const row = rows.at(-1);
    if (row?.[0]?.kind === state.kind) row.push(state);
    else rows.push([state]);
  }
  return rows;
}
