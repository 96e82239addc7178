import {
  type AnyActorRef,
  type AnyMachineSnapshot,
  type InspectionEvent,
  isMachineSnapshot,
  type StateValue,
} from 'xstate';
import { assertKnownOptions } from '../../machines/options.js';
import { longestDelayMs } from '../../machines/reads/delays.js';
import { transitionsAs } from './chart.js';
import type { ChartActivity, ChartChild, ChartDelay, ChartStep } from './chart-feed.types.js';

/** Follows actors, and shows what they are doing. */
export type ChartFeed = {
  /** Pass it as `inspect` to `createActor`, to `useGeneration` or to a client. */
  readonly inspect: (event: InspectionEvent) => void;
  /**
   * Calls the listener after each change. Returns the function that unsubscribes. Works with `useSyncExternalStore`.
   */
  readonly subscribe: (listener: () => void) => () => void;
  /** One activity for each actor that runs a machine, oldest first. The same list until something changes. */
  readonly getSnapshot: () => readonly ChartActivity[];
};

/** How much a feed keeps. */
export type ChartFeedOptions = {
  /** Maximum number of steps of each actor. Beyond it, the oldest is dropped. @defaultValue 50 */
  readonly maxSteps?: number | undefined;
  /** Maximum number of actors. Beyond it, one that has ended is dropped, otherwise the oldest. @defaultValue 20 */
  readonly maxActors?: number | undefined;
};

type Actor = InspectionEvent['actorRef'];
type Microstep = Extract<InspectionEvent, { type: '@xstate.microstep' }>;
type TakenStep = Omit<ChartStep, 'at' | 'times'>;

const initialActivity = { status: 'active', active: [], steps: [], children: [], delays: [] } as const;

/**
 * The data of a live chart: each machine's active states, latest steps, children, and the remaining time of its delays.
 * It keeps only names and times, no data of events or contexts.
 *
 * @throws TypeError for an unknown option
 * @example
 * const feed = createChartFeed();
 * const actor = createActor(machine, { input: { id: 'generation-1' }, inspect: feed.inspect }).start();
 * feed.subscribe(() => console.log(feed.getSnapshot().at(-1)?.active)); // ['following', 'following.stream', …]
 */
export function createChartFeed(options: ChartFeedOptions = {}): ChartFeed {
  assertKnownOptions('createChartFeed', options, ['maxSteps', 'maxActors']);
  const { maxSteps = 50, maxActors = 20 } = options;
  const listeners = new Set<() => void>();
  /** The steps since the last snapshot, by session. */
  const taken = new Map<string, TakenStep[]>();
  let activities: readonly ChartActivity[] = [];

  const update = (actor: Actor, snapshot: AnyMachineSnapshot) => {
    const { sessionId } = actor;
    const before = activities.find(activity => activity.sessionId === sessionId);
    const at = Date.now();
    const steps = (taken.get(sessionId) ?? []).map(step => ({ ...step, at, times: 1 }));
    taken.delete(sessionId);
    const activity: ChartActivity = {
      ...(before ?? initialActivity),
      sessionId,
      machineId: snapshot.machine.id,
      at,
      status: snapshot.status,
      active: pathsIn(snapshot.value),
      steps: steps.reduce(withStep, before?.steps ?? []).slice(-maxSteps),
      children: childrenIn(snapshot, before?.children ?? []),
      delays: delaysIn(actor, snapshot),
    };
    activities = before
      ? activities.map(each => (each === before ? activity : each))
      : withoutOldest([...activities, activity], maxActors);
    for (const listener of listeners) listener();
  };

  return {
    inspect(event) {
      if (event.type === '@xstate.microstep') {
        const steps = taken.get(event.actorRef.sessionId) ?? [];
        taken.set(event.actorRef.sessionId, [...steps, ...stepsOf(event)]);
      } else if (event.type === '@xstate.snapshot' && isMachineSnapshot(event.snapshot)) {
        update(event.actorRef, event.snapshot);
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    getSnapshot: () => activities,
  };
}

const stepsOf = ({ event, _transitions }: Microstep): TakenStep[] =>
  _transitions.flatMap(transition =>
    transitionsAs(transition.source, transition).map(step => ({ ...step, event: event.type })),
  );

/** Does not change the state. */
const isStationary = ({ from, to }: ChartStep) => to === undefined || to === from;
const isSameTransition = (one: ChartStep, other: ChartStep) =>
  one.from === other.from && one.to === other.to && one.kind === other.kind && one.name === other.name;

/** How many steps at the end do not change the state. */
function countStationary(steps: readonly ChartStep[]): number {
  const newestFirst = [...steps].reverse();
  const count = newestFirst.findIndex(each => !isStationary(each));
  return count === -1 ? steps.length : count;
}

/** A stream reports a sign of life each second, so repeated steps without a change of state are counted as one. */
function withStep(steps: readonly ChartStep[], step: ChartStep): readonly ChartStep[] {
  const start = steps.length - countStationary(steps);
  const same = isStationary(step)
    ? steps.find((each, index) => index >= start && isSameTransition(each, step))
    : undefined;
  if (!same) return [...steps, step];
  return [...steps.filter(each => each !== same), { ...step, times: same.times + 1 }];
}

function withoutOldest(activities: readonly ChartActivity[], max: number): readonly ChartActivity[] {
  if (activities.length <= max) return activities;
  const dropped = activities.find(({ status }) => status !== 'active') ?? activities[0];
  return activities.filter(activity => activity !== dropped);
}

/** Parents first. */
function pathsIn(value: StateValue, above = ''): string[] {
  if (typeof value === 'string') return [above + value];
  return Object.entries(value).flatMap(([name, inner]) => [
    above + name,
    ...(inner === undefined ? [] : pathsIn(inner, `${above}${name}.`)),
  ]);
}

/** A child that another state invokes under the same id is another one. Its session differs. */
function childrenIn({ status, children }: AnyMachineSnapshot, before: readonly ChartChild[]): readonly ChartChild[] {
  if (status !== 'active') return [];
  const running: Record<string, AnyActorRef | undefined> = children;
  return Object.entries(running).flatMap(([id, child]): ChartChild[] => {
    if (child === undefined || child.getSnapshot().status !== 'active') return [];
    const { sessionId } = child;
    return [before.find(each => each.sessionId === sessionId) ?? { id, sessionId, since: Date.now() }];
  });
}

/** Read from the scheduler: only it knows which delays were cancelled, and how long they are. */
function delaysIn(actor: Actor, { status, _nodes }: AnyMachineSnapshot): readonly ChartDelay[] {
  if (status !== 'active' || !hasSystem(actor)) return [];
  const scheduled = Object.values(actor.system.getSnapshot()._scheduledEvents);
  const armed = new Map(scheduled.filter(({ source }) => source === actor).map(each => [each.event.type, each]));
  const delays = _nodes.flatMap(node =>
    node.after.flatMap(({ eventType, delay }): ChartDelay[] => {
      const timer = armed.get(eventType);
      const state = node.path.join('.');
      // The longest delay is one that never comes.
      return timer && timer.delay < longestDelayMs
        ? [{ name: String(delay), state, startedAt: timer.startedAt, endsAt: timer.startedAt + timer.delay }]
        : [];
    }),
  );
  // A delay with several guarded transitions is one delay.
  return delays.filter((delay, index) => delays.findIndex(isSameDelay(delay)) === index);
}

/** An inspection event has the actor itself, with a narrower type. */
const hasSystem = (actor: Actor): actor is Actor & Pick<AnyActorRef, 'system'> => 'system' in actor;

const isSameDelay = (delay: ChartDelay) => (other: ChartDelay) =>
  other.name === delay.name && other.state === delay.state;
