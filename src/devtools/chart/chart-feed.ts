import {
  type AnyActorRef,
  type AnyMachineSnapshot,
  type InspectionEvent,
  isMachineSnapshot,
  type StateValue,
} from 'xstate';
import { transitionsAs } from './chart.js';
import type { ChartActivity, ChartChild, ChartDelay, ChartStep } from './chart-feed.types.js';

/** Hears actors, and shows what they are about. */
export type ChartFeed = {
  /** Goes where XState takes `inspect`. */
  readonly inspect: (event: InspectionEvent) => void;
  /** Calls the listener after each change; gives what ends it. For `useSyncExternalStore`, as it is. */
  readonly subscribe: (listener: () => void) => () => void;
  /** One for each actor that runs a machine, oldest first. The same object until something changes. */
  readonly getSnapshot: () => readonly ChartActivity[];
};

/** How much a feed remembers. */
export type ChartFeedOptions = {
  /** So many of the latest steps of each actor. @defaultValue 50 */
  readonly keptSteps?: number | undefined;
  /** So many actors; those that have ended go first. @defaultValue 20 */
  readonly keptActors?: number | undefined;
};

type Actor = InspectionEvent['actorRef'];
type Microstep = Extract<InspectionEvent, { type: '@xstate.microstep' }>;
type Taken = Omit<ChartStep, 'at' | 'times'>;

const nothingYet = { status: 'active', active: [], steps: [], children: [], delays: [] } as const;

/**
 * What a live chart shows: in which states each machine is, the steps it has taken, its children and the time that is
 * left of its delays. Only names and times are kept, and nothing of what events or contexts hold.
 *
 * @example
 * const feed = createChartFeed();
 * const actor = createActor(machine, { input: { id: 'generation-1' }, inspect: feed.inspect }).start();
 * feed.subscribe(() => console.log(feed.getSnapshot().at(-1)?.active)); // ['following', 'following.stream', …]
 */
export function createChartFeed({ keptSteps = 50, keptActors = 20 }: ChartFeedOptions = {}): ChartFeed {
  const listeners = new Set<() => void>();
  /** Since the last snapshot, by the session of the actor. */
  const taken = new Map<string, Taken[]>();
  let activities: readonly ChartActivity[] = [];

  const note = (actor: Actor, snapshot: AnyMachineSnapshot) => {
    const { sessionId } = actor;
    const before = activities.find(activity => activity.sessionId === sessionId);
    const at = Date.now();
    const steps = (taken.get(sessionId) ?? []).map(step => ({ ...step, at, times: 1 }));
    taken.delete(sessionId);
    const activity: ChartActivity = {
      ...(before ?? nothingYet),
      sessionId,
      machineId: snapshot.machine.id,
      at,
      status: snapshot.status,
      active: pathsIn(snapshot.value),
      steps: steps.reduce(withStep, before?.steps ?? []).slice(-keptSteps),
      children: childrenIn(snapshot, before?.children ?? []),
      delays: delaysIn(actor, snapshot),
    };
    activities = before
      ? activities.map(each => (each === before ? activity : each))
      : withoutOldest([...activities, activity], keptActors);
    for (const listener of listeners) listener();
  };

  return {
    inspect(event) {
      if (event.type === '@xstate.microstep') {
        const steps = taken.get(event.actorRef.sessionId) ?? [];
        taken.set(event.actorRef.sessionId, [...steps, ...stepsOf(event)]);
      } else if (event.type === '@xstate.snapshot' && isMachineSnapshot(event.snapshot)) {
        note(event.actorRef, event.snapshot);
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    getSnapshot: () => activities,
  };
}

const stepsOf = ({ event, _transitions }: Microstep): Taken[] =>
  _transitions.flatMap(transition =>
    transitionsAs(transition.source, transition).map(step => ({ ...step, event: event.type })),
  );

/** Leads to no other state. */
const isQuiet = ({ from, to }: ChartStep) => to === undefined || to === from;
const isSame = (one: ChartStep, other: ChartStep) =>
  one.from === other.from && one.to === other.to && one.kind === other.kind && one.name === other.name;

/** A stream's health of life come each second: what changes no state is told once, with its number. */
function withStep(steps: readonly ChartStep[], step: ChartStep): readonly ChartStep[] {
  const start = steps.findLastIndex(each => !isQuiet(each)) + 1;
  const same = isQuiet(step) ? steps.find((each, index) => index >= start && isSame(each, step)) : undefined;
  if (!same) return [...steps, step];
  return [...steps.filter(each => each !== same), { ...step, times: same.times + 1 }];
}

function withoutOldest(activities: readonly ChartActivity[], kept: number): readonly ChartActivity[] {
  if (activities.length <= kept) return activities;
  const leaving = activities.find(({ status }) => status !== 'active') ?? activities[0];
  return activities.filter(activity => activity !== leaving);
}

/** Outermost first. */
function pathsIn(value: StateValue, above = ''): string[] {
  if (typeof value === 'string') return [above + value];
  return Object.entries(value).flatMap(([name, inner]) => [
    above + name,
    ...(inner === undefined ? [] : pathsIn(inner, `${above}${name}.`)),
  ]);
}

/** The same child in another state is another one, which its session tells. */
function childrenIn({ status, children }: AnyMachineSnapshot, before: readonly ChartChild[]): readonly ChartChild[] {
  if (status !== 'active') return [];
  const living: Record<string, AnyActorRef | undefined> = children;
  return Object.entries(living).flatMap(([id, child]): ChartChild[] => {
    if (child === undefined || child.getSnapshot().status !== 'active') return [];
    const { sessionId } = child;
    return [before.find(each => each.sessionId === sessionId) ?? { id, sessionId, since: Date.now() }];
  });
}

/** Read from the scheduler, which alone knows what was armed and cancelled, and for how long. */
function delaysIn(actor: Actor, { status, _nodes }: AnyMachineSnapshot): readonly ChartDelay[] {
  if (status !== 'active' || !hasSystem(actor)) return [];
  const scheduled = Object.values(actor.system.getSnapshot()._scheduledEvents);
  const armed = new Map(scheduled.filter(({ source }) => source === actor).map(each => [each.event.type, each]));
  const delays = _nodes.flatMap(node =>
    node.after.flatMap(({ eventType, delay }): ChartDelay[] => {
      const timer = armed.get(eventType);
      const state = node.path.join('.');
      return timer
        ? [{ name: String(delay), state, startedAt: timer.startedAt, endsAt: timer.startedAt + timer.delay }]
        : [];
    }),
  );
  // A delay with several guarded ways out is one.
  return delays.filter((delay, index) => delays.findIndex(isThat(delay)) === index);
}

/** What XState hands to inspection is the actor itself, and typed as less. */
const hasSystem = (actor: Actor): actor is Actor & Pick<AnyActorRef, 'system'> => 'system' in actor;

const isThat = (delay: ChartDelay) => (other: ChartDelay) => other.name === delay.name && other.state === delay.state;
