import type { FileKind } from 'generation-lifecycle/adapters';
import { createChartFeed } from 'generation-lifecycle/devtools';
import { type AnyStateMachine, type InspectionEvent, isMachineSnapshot } from 'xstate';

/** An actor with a chart. */
type ChartSubject = {
  readonly sessionId: string;
  readonly machine: AnyStateMachine;
  /** The kind of file its client generates. */
  readonly kind: FileKind;
  /** `undefined` for an actor that is not a generation. */
  readonly generationId: string | undefined;
};

const maxSubjects = 40;

/** The machines and ids of a feed's actors. The feed itself has only names and times. */
function createChartSource() {
  const feed = createChartFeed({ maxActors: maxSubjects });
  const listeners = new Set<() => void>();
  let subjects: readonly ChartSubject[] = [];

  const addSubject = (added: Omit<ChartSubject, 'generationId'>, context: unknown) => {
    if (subjects.some(({ sessionId }) => sessionId === added.sessionId)) return;
    const id: unknown = added.machine.id === 'generation' ? Reflect.get(Object(context), 'id') : undefined;
    subjects = [...subjects, { ...added, generationId: typeof id === 'string' ? id : undefined }].slice(-maxSubjects);
    for (const listener of listeners) listener();
  };

  return {
    feed,
    /** Receives the inspection events of the client of this kind. */
    inspect(kind: FileKind, event: InspectionEvent) {
      feed.inspect(event);
      if (event.type !== '@xstate.snapshot' || !isMachineSnapshot(event.snapshot)) return;
      const { machine, context } = event.snapshot;
      addSubject({ sessionId: event.actorRef.sessionId, machine, kind }, context);
    },
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    /** Oldest first. */
    getSubjects: () => subjects,
  };
}

/** Of both clients. */
export const chartSource = createChartSource();
