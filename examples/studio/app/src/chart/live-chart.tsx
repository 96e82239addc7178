import { type ChartFeed, type ChartTransition, toChart } from 'generation-lifecycle/devtools';
import { type KeyboardEvent, useId, useMemo, useState, useSyncExternalStore } from 'react';
import type { AnyStateMachine } from 'xstate';
import type { ServerStep } from '../../../server/generations/server-step.js';
import { ChartArrows } from './chart-arrows.js';
import { ChildrenList, DelayList, PossibleList, StepList } from './chart-lists.js';
import { innermostOf, lastMoves, possibleMoves } from './chart-moment.js';
import { ServerStepNote } from './server-step-note.js';
import { StateRows } from './state-box.js';
import { stateWords } from './state-words.js';
import { pathWords } from './step-words.js';
import { useNow } from './use-now.js';

type LiveChartProps = {
  readonly machine: AnyStateMachine;
  readonly feed: ChartFeed;
  /** Of an actor of this machine. @defaultValue the newest */
  readonly sessionId?: string | undefined;
  /** Where the server half is with the same job. */
  readonly server?: ServerStep | undefined;
};

/**
 * The statechart of a machine, with the active states of one actor, its last and its next transitions, its running children
 * and its timers.
 */
export function LiveChart({ machine, feed, sessionId, server }: LiveChartProps) {
  const chart = useMemo(() => toChart(machine), [machine]);
  const activities = useSyncExternalStore(feed.subscribe, feed.getSnapshot);
  const [field, setField] = useState<HTMLElement | null>(null);
  const [highlighted, highlight] = useState<ChartTransition>();
  const activity = activities.findLast(
    each => each.machineId === chart.id && (sessionId === undefined || each.sessionId === sessionId),
  );
  // The last event may be newer than the last tick.
  const now = Math.max(useNow(activity?.status === 'active'), activity?.at ?? 0);
  const moment = { chart, activity, server };
  const possible = possibleMoves(moment);
  const id = useId();
  const [explained, explain] = useState<string>();
  const [reached, reach] = useState<string>();
  const current = innermostOf(activity?.active ?? []);
  const said = explained === undefined ? current : [explained];
  const explainer = {
    id,
    path: reached ?? current[0] ?? chart.root.states[0]?.path,
    explain(path: string | undefined) {
      explain(path);
      if (path !== undefined) reach(path);
    },
  };

  return (
    <div className="chart">
      <div className="chart-body">
        <div className="chart-words" id={id}>
          {said.length === 0 && <p>Look at a state, or focus it, to read what it means.</p>}
          {said.map(path => (
            <p key={path}>
              <b>{pathWords(path)}</b> {stateWords(chart.id, path)}
            </p>
          ))}
        </div>
        <section
          className="chart-field"
          ref={setField}
          aria-label={`States of ${chart.id}`}
          onKeyDown={event => moveFocus(event, field)}
        >
          <StateRows state={chart.root} moment={moment} now={now} explainer={explainer} />
          <ChartArrows field={field} taken={lastMoves(moment)} possible={possible} highlighted={highlighted} />
        </section>
        <div className="chart-lists">
          {server && <ServerStepNote step={server} now={now} />}
          <DelayList activity={activity} now={now} />
          <ChildrenList activity={activity} now={now} />
          <StepList activity={activity} />
          <PossibleList transitions={possible} onHighlight={highlight} />
        </div>
      </div>
    </div>
  );
}

/** The arrow keys go from state to state, in the order of the page. */
function moveFocus(event: KeyboardEvent, field: HTMLElement | null) {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (step === undefined || !field) return;
  event.preventDefault();
  const states = [...field.querySelectorAll<HTMLElement>('[data-state]')];
  const { activeElement } = document;
  const index = activeElement instanceof HTMLElement ? states.indexOf(activeElement) : -1;
  states.at((index + step) % states.length)?.focus();
}
