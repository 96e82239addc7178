import type { ChartActivity, ChartStep, ChartTransition } from 'generation-lifecycle/devtools';
import type { ReactNode } from 'react';
import { causeWords, placeWords, timeWords } from './step-words.js';

/** So many of the latest steps are listed. */
const shownSteps = 12;

type TimedProps = { readonly activity: ChartActivity | undefined; readonly now: number };

/** The children that live, and for how long already. */
export function ChildrenList({ activity, now }: TimedProps) {
  return (
    <ListOf title="Children alive" without="None">
      {activity?.children.map(({ id, sessionId, since }) => (
        <li key={sessionId}>
          <span className="chart-child" data-alive="true">
            {id}
          </span>
          <span className="chart-figure">{timeWords(now - since)}</span>
        </li>
      ))}
    </ListOf>
  );
}

/** The delays that are running, and what is left of them. */
export function DelayList({ activity, now }: TimedProps) {
  return (
    <ListOf title="Time left" without="Nothing waits">
      {activity?.delays.map(({ name, state, startedAt, endsAt }) => (
        <li key={`${state} ${name}`} className="chart-delay">
          <span>
            {name} <small>{placeWords(state)}</small>
          </span>
          <span className="chart-figure">{timeWords(endsAt - now)}</span>
          <span className="chart-left" style={{ '--left': share((endsAt - now) / (endsAt - startedAt)) }} />
        </li>
      ))}
    </ListOf>
  );
}

/** The latest steps, newest first, each with its time since the first. */
export function StepList({ activity }: Pick<TimedProps, 'activity'>) {
  const steps = activity?.steps ?? [];
  const startedAt = steps[0]?.at ?? 0;
  return (
    <ListOf title="Last steps" without="Nothing has happened yet">
      {steps
        .slice(-shownSteps)
        .toReversed()
        .map(step => (
          <li key={`${step.at} ${step.from} ${step.to} ${step.name}`} className="chart-step">
            <time className="chart-figure" dateTime={new Date(step.at).toISOString()}>
              +{((step.at - startedAt) / 1000).toFixed(1)} s
            </time>
            <span>
              <b>{causeWords(step)}</b>
              {step.times > 1 && <small> × {step.times}</small>}
              <WayWords step={step} />
            </span>
          </li>
        ))}
    </ListOf>
  );
}

function WayWords({ step: { from, to, guard } }: { readonly step: ChartStep }) {
  return (
    <small>
      {to === undefined || to === from ? ` in ${placeWords(from)}` : ` ${placeWords(from)} → ${placeWords(to)}`}
      {guard && ` (${guard})`}
    </small>
  );
}

type PossibleListProps = {
  readonly moves: readonly ChartTransition[];
  readonly onPoint: (move: ChartTransition | undefined) => void;
};

/** What can happen next. Pointing to a line shows its arrow. */
export function PossibleList({ moves, onPoint }: PossibleListProps) {
  return (
    <ListOf title="Possible now" without="Nothing any more">
      {moves.map(move => (
        <li
          key={`${move.from} ${move.to} ${move.kind} ${move.name} ${move.guard}`}
          className="chart-possible"
          onPointerEnter={() => onPoint(move)}
          onPointerLeave={() => onPoint(undefined)}
        >
          <b>{causeWords(move)}</b>
          <small>
            {move.guard && ` if ${move.guard}`} → {placeWords(move.to ?? move.from)}
          </small>
        </li>
      ))}
    </ListOf>
  );
}

type ListOfProps = {
  readonly title: string;
  /** Said instead of an empty list. */
  readonly without: string;
  readonly children: readonly ReactNode[] | undefined;
};

function ListOf({ title, without, children = [] }: ListOfProps) {
  return (
    <section className="chart-list" aria-label={title}>
      <h3>{title}</h3>
      {children.length === 0 ? <p className="chart-nothing">{without}</p> : <ul>{children}</ul>}
    </section>
  );
}

const share = (value: number) => Math.min(1, Math.max(0, value));
