import type { ChartActivity, ChartStep, ChartTransition } from 'generation-lifecycle/devtools';
import type { ReactNode } from 'react';
import { causeWords, pathWords, timeWords } from './step-words.js';

const maxSteps = 12;

type TimedProps = { readonly activity: ChartActivity | undefined; readonly now: number };

/** The running children, and how long they have been running. */
export function ChildrenList({ activity, now }: TimedProps) {
  return (
    <ChartList title="Running children" emptyText="None">
      {activity?.children.map(({ id, sessionId, since }) => (
        <li key={sessionId}>
          <span className="chart-child" data-running="true">
            {id}
          </span>
          <span className="chart-figure">{timeWords(now - since)}</span>
        </li>
      ))}
    </ChartList>
  );
}

/** The running delays, and their remaining time. */
export function DelayList({ activity, now }: TimedProps) {
  return (
    <ChartList title="Timers" emptyText="None">
      {activity?.delays.map(({ name, state, startedAt, endsAt }) => (
        <li key={`${state} ${name}`} className="chart-delay">
          <span>
            {name} <small>{pathWords(state)}</small>
          </span>
          <span className="chart-figure">{timeWords(endsAt - now)}</span>
          <span className="chart-left" style={{ '--left': share((endsAt - now) / (endsAt - startedAt)) }} />
        </li>
      ))}
    </ChartList>
  );
}

/** The latest transitions, newest first, each with its time since the first. */
export function StepList({ activity }: Pick<TimedProps, 'activity'>) {
  const steps = activity?.steps ?? [];
  const startedAt = steps[0]?.at ?? 0;
  return (
    <ChartList title="Latest transitions" emptyText="None yet">
      {steps
        .slice(-maxSteps)
        .toReversed()
        .map(step => (
          <li key={`${step.at} ${step.from} ${step.to} ${step.name}`} className="chart-step">
            <time className="chart-figure" dateTime={new Date(step.at).toISOString()}>
              +{((step.at - startedAt) / 1000).toFixed(1)} s
            </time>
            <span>
              <b>{causeWords(step)}</b>
              {step.times > 1 && <small> × {step.times}</small>}
              <StepPath step={step} />
            </span>
          </li>
        ))}
    </ChartList>
  );
}

function StepPath({ step: { from, to, guard } }: { readonly step: ChartStep }) {
  return (
    <small>
      {to === undefined || to === from ? ` in ${pathWords(from)}` : ` ${pathWords(from)} → ${pathWords(to)}`}
      {guard && ` (${guard})`}
    </small>
  );
}

type PossibleListProps = {
  readonly transitions: readonly ChartTransition[];
  readonly onHighlight: (transition: ChartTransition | undefined) => void;
};

/** The transitions of the active states. Hovering over one highlights its arrow. */
export function PossibleList({ transitions, onHighlight }: PossibleListProps) {
  return (
    <ChartList title="Possible transitions" emptyText="None">
      {transitions.map(transition => (
        <li
          key={`${transition.from} ${transition.to} ${transition.kind} ${transition.name} ${transition.guard}`}
          className="chart-possible"
          onPointerEnter={() => onHighlight(transition)}
          onPointerLeave={() => onHighlight(undefined)}
        >
          <b>{causeWords(transition)}</b>
          <small>
            {transition.guard && ` if ${transition.guard}`} → {pathWords(transition.to ?? transition.from)}
          </small>
        </li>
      ))}
    </ChartList>
  );
}

type ChartListProps = {
  readonly title: string;
  /** Shown instead of an empty list. */
  readonly emptyText: string;
  readonly children: readonly ReactNode[] | undefined;
};

function ChartList({ title, emptyText, children = [] }: ChartListProps) {
  return (
    <section className="chart-list" aria-label={title}>
      <h3>{title}</h3>
      {children.length === 0 ? <p className="chart-nothing">{emptyText}</p> : <ul>{children}</ul>}
    </section>
  );
}

const share = (value: number) => Math.min(1, Math.max(0, value));
