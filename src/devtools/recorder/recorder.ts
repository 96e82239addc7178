import type { AnyActorRef, AnyStateMachine, InspectionEvent, Snapshot } from 'xstate';
import { type GenerationMeta, metaOf } from '../../machines/generation/generation.meta.js';
import type { Redact } from '../redaction.js';
import type { GenerationLog } from './generation-log.js';
import { createLogBuilder, type LogBuilder, type RecordedSnapshot } from './log-builder.js';

/** What a recorder keeps. */
export type RecordOptions = {
  /**
   * Decides what is kept of what users, adapters and backends have said, beyond the default. What the chart decides
   * by is always kept, so that a replay goes the same way.
   */
  readonly redact?: Redact | undefined;
  /** The most steps of one generation; then the older half falls out. @defaultValue 1_000 */
  readonly maxSteps?: number | undefined;
};

/** What a recorder of many generations keeps. */
export type RecordManyOptions = RecordOptions & {
  /** The most generations; then the oldest falls out. @defaultValue 20 */
  readonly maxGenerations?: number | undefined;
};

/** The flight recorder of one generation. */
export type GenerationRecorder = {
  /** What has happened so far, as JSON. */
  readonly log: () => GenerationLog;
  /** Records no more; the log stays as it is. */
  readonly stop: () => void;
};

/** The flight recorder of all generations that it is shown. */
export type GenerationsRecorder = {
  /** To be passed as `inspect`: to `createActor`, to `useGeneration`, to a client. */
  readonly inspect: (event: InspectionEvent) => void;
  /** What has happened so far, by generation, the oldest first. One that was resumed has a log for each of its lives. */
  readonly logs: () => readonly GenerationLog[];
};

const isMachine = (logic: unknown): logic is AnyStateMachine =>
  typeof logic === 'object' && logic !== null && 'implementations' in logic && 'states' in logic;

/** What XState tells of a generation's actor is a machine's snapshot. */
const isSnapshot = (snapshot: Snapshot<unknown> | undefined): snapshot is Snapshot<unknown> & RecordedSnapshot =>
  snapshot !== undefined && 'value' in snapshot && 'context' in snapshot;

type AnyMeta = GenerationMeta<never, unknown>;

function metaOfActor(actor: object): AnyMeta | undefined {
  const logic: unknown = Reflect.get(actor, 'logic');
  return isMachine(logic) ? metaOf(logic) : undefined;
}

/**
 * A flight recorder for as many generations as it is shown: those of a hook, of a client, of actors. It writes down each
 * event with its time, and nothing that is secret (see {@link Redact}), and it changes nothing of what it watches.
 *
 * @example
 * const recorder = recordGenerations();
 *
 * function Painter() {
 *   const { failure, generate } = useGeneration(machine, { inspect: recorder.inspect });
 *   const report = () => send('/reports', JSON.stringify(recorder.logs()));
 *   // …
 * }
 */
export function recordGenerations(options: RecordManyOptions = {}): GenerationsRecorder {
  const { redact, maxSteps = 1_000, maxGenerations = 20 } = options;
  const madeAt = new WeakMap<object, number>();
  const tapeOf = new WeakMap<object, LogBuilder>();
  let tapes: readonly LogBuilder[] = [];

  function tapeFor(actor: object, meta: AnyMeta, first: RecordedSnapshot): LogBuilder {
    const tape = tapeOf.get(actor) ?? createLogBuilder(meta, { redact, maxSteps }, first, madeAt.get(actor));
    if (!tapeOf.has(actor)) {
      tapeOf.set(actor, tape);
      tapes = [...tapes, tape].slice(-maxGenerations);
    }
    return tape;
  }

  return {
    inspect(inspected) {
      const { actorRef, type } = inspected;
      const meta = metaOfActor(actorRef);
      if (!meta) return;
      if (type === '@xstate.actor') madeAt.set(actorRef, meta.environment.now());
      else if (type === '@xstate.event') {
        const snapshot = actorRef.getSnapshot();
        if (isSnapshot(snapshot)) tapeFor(actorRef, meta, snapshot).heard(inspected.event);
      } else if (type === '@xstate.snapshot' && isSnapshot(inspected.snapshot)) {
        tapeOf.get(actorRef)?.stepped(inspected.event, inspected.snapshot);
      }
    },
    logs: () => tapes.map(tape => tape.log()),
  };
}

/**
 * The flight recorder of one generation: a bounded log of its events with their times, without what is secret (see
 * {@link Redact}). It may begin at any time of the actor's life, its end included. Before the actor's start it
 * records from the beginning. `recordGenerations` is the same for generations that a hook or a client makes.
 *
 * @throws TypeError when it is the actor of something else
 * @example
 * const recorder = recordGeneration(actor);
 * actor.on('failed', () => send('/reports', JSON.stringify(recorder.log())));
 */
export function recordGeneration(actor: AnyActorRef, options: RecordOptions = {}): GenerationRecorder {
  const meta = metaOfActor(actor);
  const snapshot: Snapshot<unknown> | undefined = actor.getSnapshot();
  if (!meta || !isSnapshot(snapshot)) throw new TypeError(`The actor ${actor.id} is none of a generation.`);
  const { redact, maxSteps = 1_000 } = options;
  const tape = createLogBuilder(meta, { redact, maxSteps }, snapshot, undefined);
  const { unsubscribe } = actor.system.inspect((event: InspectionEvent) => {
    if (event.actorRef !== actor) return;
    if (event.type === '@xstate.event') tape.heard(event.event);
    else if (event.type === '@xstate.snapshot' && isSnapshot(event.snapshot)) tape.stepped(event.event, event.snapshot);
  });
  return { log: tape.log, stop: unsubscribe };
}
