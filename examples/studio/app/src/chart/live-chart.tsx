import { type ChartFeed, type ChartTransition, toChart } from 'generation-lifecycle/devtools';
import { useMemo, useState, useSyncExternalStore } from 'react';
import type { AnyStateMachine } from 'xstate';
import { ChartArrows } from './chart-arrows.js';
import { ChildrenList, DelayList, PossibleList, StepList } from './chart-lists.js';
import { lastMoves, possibleMoves } from './chart-moment.js';
import { StateRows } from './state-box.js';
import { useNow } from './use-now.js';

type LiveChartProps = {
  readonly machine: AnyStateMachine;
  readonly feed: ChartFeed;
  /** Of an actor of this machine. @defaultValue the newest */
  readonly sessionId?: string | undefined;
};

/**
 * The statechart of a machine, with the active states of one actor, its last and its next transitions, its running children
 * and its timers.
 */
export function LiveChart({ machine, feed, sessionId }: LiveChartProps) {
  const chart = useMemo(() => toChart(machine), [machine]);
  const activities = useSyncExternalStore(feed.subscribe, feed.getSnapshot);
  const [field, setField] = useState<HTMLElement | null>(null);
  const [highlighted, highlight] = useState<ChartTransition>();
  const activity = activities.findLast(
    each => each.machineId === chart.id && (sessionId === undefined || each.sessionId === sessionId),
  );
  // The last event may be newer than the last tick.
  const now = Math.max(useNow(activity?.status === 'active'), activity?.at ?? 0);
  const moment = { chart, activity };
  const possible = possibleMoves(moment);

  return (
    <div className="chart">
      <div className="chart-body">
        <section className="chart-field" ref={setField} aria-label={`States of ${chart.id}`}>
          <StateRows state={chart.root} moment={moment} now={now} />
          <ChartArrows field={field} taken={lastMoves(moment)} possible={possible} highlighted={highlighted} />
        </section>
        <div className="chart-lists">
          <DelayList activity={activity} now={now} />
          <ChildrenList activity={activity} now={now} />
          <StepList activity={activity} />
          <PossibleList transitions={possible} onHighlight={highlight} />
        </div>
      </div>
    </div>
  );
}
