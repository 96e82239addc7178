import { createChartFeed } from 'generation-lifecycle/testing';
import { type AnyStateMachine, type InspectionEvent, isMachineSnapshot } from 'xstate';

/** An actor that a chart can be drawn of. */
export type ChartSubject = {
  readonly sessionId: string;
  readonly machine: AnyStateMachine;
  /** The generation's, where it is one. */
  readonly generationId: string | undefined;
};

const keptSubjects = 40;

/** Who the actors of a feed are: the feed itself keeps names and times, and no context. */
function createChartSource() {
  const feed = createChartFeed({ keptActors: keptSubjects });
  const listeners = new Set<() => void>();
  let subjects: readonly ChartSubject[] = [];

  const meet = ({ actorRef: { sessionId } }: InspectionEvent, machine: AnyStateMachine, context: unknown) => {
    if (subjects.some(each => each.sessionId === sessionId)) return;
    const id: unknown = machine.id === 'generation' ? Reflect.get(Object(context), 'id') : undefined;
    const subject = { sessionId, machine, generationId: typeof id === 'string' ? id : undefined };
    subjects = [...subjects, subject].slice(-keptSubjects);
    for (const listener of listeners) listener();
  };

  return {
    feed,
    /** Goes where XState takes `inspect`. */
    inspect(event: InspectionEvent) {
      feed.inspect(event);
      if (event.type !== '@xstate.snapshot' || !isMachineSnapshot(event.snapshot)) return;
      meet(event, event.snapshot.machine, event.snapshot.context);
    },
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    /** Oldest first. */
    getSubjects: () => subjects,
  };
}

/** Hears both tools of the page. */
export const chartSource = createChartSource();
