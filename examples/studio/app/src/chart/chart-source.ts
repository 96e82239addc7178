import type { FileKind } from 'generation-lifecycle/adapters';
import { createChartFeed } from 'generation-lifecycle/devtools';
import { type AnyStateMachine, type InspectionEvent, isMachineSnapshot } from 'xstate';

/** An actor that a chart can be drawn of. */
export type ChartSubject = {
  readonly sessionId: string;
  readonly machine: AnyStateMachine;
  /** What its client makes. */
  readonly kind: FileKind;
  /** The generation's, where it is one. */
  readonly generationId: string | undefined;
};

const keptSubjects = 40;

/** Who the actors of a feed are: the feed itself keeps names and times, and no context. */
function createChartSource() {
  const feed = createChartFeed({ keptActors: keptSubjects });
  const listeners = new Set<() => void>();
  let subjects: readonly ChartSubject[] = [];

  const meet = (met: Omit<ChartSubject, 'generationId'>, context: unknown) => {
    if (subjects.some(({ sessionId }) => sessionId === met.sessionId)) return;
    const id: unknown = met.machine.id === 'generation' ? Reflect.get(Object(context), 'id') : undefined;
    subjects = [...subjects, { ...met, generationId: typeof id === 'string' ? id : undefined }].slice(-keptSubjects);
    for (const listener of listeners) listener();
  };

  return {
    feed,
    /** Hears what the actors of the client do that makes this. */
    hear(kind: FileKind, event: InspectionEvent) {
      feed.inspect(event);
      if (event.type !== '@xstate.snapshot' || !isMachineSnapshot(event.snapshot)) return;
      const { machine, context } = event.snapshot;
      meet({ sessionId: event.actorRef.sessionId, machine, kind }, context);
    },
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    /** Oldest first. */
    getSubjects: () => subjects,
  };
}

/** Hears both clients of the page. */
export const chartSource = createChartSource();
