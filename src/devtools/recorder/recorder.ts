import type { AnyActorRef, AnyStateMachine, InspectionEvent, Snapshot } from 'xstate';
import { type GenerationMeta, metaOf } from '../../machines/generation/generation.meta.js';
import { assertKnownOptions } from '../../machines/options.js';
import type { Redact } from '../redaction.js';
import type { GenerationLog } from './generation-log.js';
import { createLogBuilder, type LogBuilder, type RecordedSnapshot } from './log-builder.js';

/** What a recorder keeps. */
export type RecorderOptions = {
  /**
   * Decides what is kept of the texts and values of users, adapters and backends, in place of the default. Values that
   * the chart decides by are always kept, so that a replay takes the same transitions.
   */
  readonly redact?: Redact | undefined;
  /**
   * Maximum number of steps in a generation's log. At this number, or at 1 000 000 characters of JSON, the older half
   * is dropped. @defaultValue 1_000
   */
  readonly maxSteps?: number | undefined;
  /** Maximum number of generations. Beyond it, the oldest log is dropped. @defaultValue 20 */
  readonly maxGenerations?: number | undefined;
};

/** Records generations, each in a log of its own. */
export type GenerationRecorder = {
  /** Pass it as `inspect` to `createActor`, to `useGeneration` or to a client. Other actors are ignored. */
  readonly inspect: (event: InspectionEvent) => void;
  /**
   * Records one actor from now on, or from its beginning if it has not started. An ended actor gets a log of its
   * outcome. Returns a function that stops recording this actor and keeps its log.
   *
   * @throws TypeError if the actor does not run a generation machine
   */
  readonly attach: (actor: AnyActorRef) => () => void;
  /** One log for each recorded actor, oldest first. A resumed generation has a log for each session. */
  readonly logs: () => readonly GenerationLog[];
};

type Recording = { readonly builder: LogBuilder; isStopped: boolean };

const isMachine = (logic: unknown): logic is AnyStateMachine =>
  typeof logic === 'object' && logic !== null && 'implementations' in logic && 'states' in logic;

const logicOf = (actor: object): unknown => Reflect.get(actor, 'logic');

function metaOfActor(actor: object): GenerationMeta<never, unknown> | undefined {
  const logic = logicOf(actor);
  return isMachine(logic) ? metaOf(logic) : undefined;
}

/** An actor that runs a machine has no other snapshots. */
const isSnapshot = (snapshot: Snapshot<unknown> | undefined): snapshot is Snapshot<unknown> & RecordedSnapshot =>
  snapshot !== undefined && 'value' in snapshot && 'context' in snapshot;

function toRefusal(actor: AnyActorRef): TypeError {
  const logic = logicOf(actor);
  const other = isMachine(logic) ? `runs another machine (${logic.id})` : 'runs no machine';
  return new TypeError(
    `createRecorder().attach() needs the actor of a generation machine. ${actor.id} ${other}. Pass the actor of a machine made by createGenerationMachine().`,
  );
}

/**
 * Records generations without affecting them: each event with its time, without secrets (see {@link Redact}), as a log
 * of bounded size that `replayGeneration` of `generation-lifecycle/testing` can replay.
 *
 * @throws TypeError for an unknown option
 * @example
 * const recorder = createRecorder();
 *
 * function Painter() {
 *   const { failure, generate } = useGeneration(machine, { inspect: recorder.inspect });
 *   const report = () => send('/reports', JSON.stringify(recorder.logs()));
 *   // …
 * }
 *
 * @example
 * const recorder = createRecorder();
 * const stop = recorder.attach(actor);
 * actor.on('failed', () => send('/reports', JSON.stringify(recorder.logs())));
 */
export function createRecorder(options: RecorderOptions = {}): GenerationRecorder {
  assertKnownOptions('createRecorder', options, ['redact', 'maxSteps', 'maxGenerations']);
  const { redact, maxSteps = 1_000, maxGenerations = 20 } = options;
  const createdAt = new WeakMap<object, number>();
  const recordings = new WeakMap<object, Recording>();
  /** An actor may be attached and inspected as well: XState gives both the same object. */
  const handled = new WeakSet<InspectionEvent>();
  let kept: readonly Recording[] = [];

  function begin(actor: object, meta: GenerationMeta<never, unknown>, first: RecordedSnapshot): Recording {
    const builder = createLogBuilder(meta, { redact, maxSteps }, first, createdAt.get(actor));
    const recording = { builder, isStopped: false };
    recordings.set(actor, recording);
    const all = [...kept, recording];
    const keptCount = Math.max(1, maxGenerations);
    kept = all.slice(-keptCount);
    for (const dropped of all.slice(0, -keptCount)) dropped.isStopped = true;
    return recording;
  }

  function inspect(inspected: InspectionEvent): void {
    const { actorRef, type } = inspected;
    const meta = metaOfActor(actorRef);
    if (!meta || handled.has(inspected)) return;
    handled.add(inspected);
    const recording = recordings.get(actorRef);
    if (recording?.isStopped) return;
    if (type === '@xstate.actor') createdAt.set(actorRef, meta.environment.now());
    else if (type === '@xstate.event') {
      const snapshot = actorRef.getSnapshot();
      if (!isSnapshot(snapshot)) return;
      (recording ?? begin(actorRef, meta, snapshot)).builder.onEvent(inspected.event);
    } else if (type === '@xstate.snapshot' && isSnapshot(inspected.snapshot)) {
      recording?.builder.onSnapshot(inspected.event, inspected.snapshot);
    }
  }

  return {
    inspect,
    attach(actor) {
      const meta = metaOfActor(actor);
      const snapshot: Snapshot<unknown> | undefined = actor.getSnapshot();
      if (!meta || !isSnapshot(snapshot)) throw toRefusal(actor);
      const known = recordings.get(actor);
      const recording = known && !known.isStopped ? known : begin(actor, meta, snapshot);
      const { unsubscribe } = actor.system.inspect((event: InspectionEvent) => {
        if (event.actorRef === actor) inspect(event);
      });
      return () => {
        recording.isStopped = true;
        unsubscribe();
      };
    },
    logs: () => kept.map(({ builder }) => builder.log()),
  };
}
