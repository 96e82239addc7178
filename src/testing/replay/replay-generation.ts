import { type EventObject, initialTransition, type SnapshotFrom, type StateValue, transition } from 'xstate';
import type { GenerationLog, RecordedStep, RecordedTime } from '../../devtools/recorder/generation-log.js';
import { redacted } from '../../devtools/redaction.js';
import { toEffect } from '../../machines/effects.js';
import type { GenerationContext } from '../../machines/generation/generation.context.js';
import { createGenerationMachine, type GenerationMachine } from '../../machines/generation/generation.machine.js';
import { type GenerationPolicy, resolvePolicy } from '../../machines/generation/generation.policy.js';
import type { GenerationAdapter } from '../../machines/generation/generation.port.js';
import type { GenerationActorInput, GenerationEmitted } from '../../machines/generation/generation.types.js';
import { assertKnownOptions } from '../../machines/options.js';
import type { ExploredEffect } from '../explore/explore.types.js';
import { assertGenerationLog, GenerationLogError } from './log-format.js';
import { readingsOf } from './replayed-clock.js';

/** What differs from the recorded generation. */
export type ReplayOptions = {
  /** Changes fields of the recorded policy. Recorded delays keep their times. @defaultValue the recorded policy */
  readonly policy?: Partial<GenerationPolicy> | undefined;
};

/** A step after which the installed version is in another state than recorded. */
export type ReplayDifference = {
  /** Index of the step in the log; -1 is the start. */
  readonly step: number;
  readonly event: string;
  readonly recorded: StateValue;
  readonly replayed: StateValue;
};

/** The result of a replay. */
export type GenerationReplay = {
  /** The last snapshot, for `viewGeneration` or `toResumeToken`. Redacted values are still redacted in it. */
  readonly snapshot: SnapshotFrom<GenerationMachine<unknown, unknown>>;
  /** Every emitted event, in order. */
  readonly emitted: readonly GenerationEmitted<unknown>[];
  /** The first step that led to another state than recorded. */
  readonly difference: ReplayDifference | undefined;
  /** Whether every state and the last context are as recorded, except for redacted values. */
  readonly isFaithful: boolean;
};

type Snapshot = GenerationReplay['snapshot'];
type Machine = GenerationMachine<unknown, unknown>;
type Run = readonly [Snapshot, readonly ExploredEffect[]];

/** A pure transition starts no child, so the adapter is never called. */
const never = async (): Promise<never> => {
  throw new Error('A replay does not call the adapter.');
};

function adapterFor({ port }: GenerationLog): GenerationAdapter<unknown, unknown> {
  return {
    submit: never,
    read: never,
    ...(port.events && { async *events() {} }),
    ...(port.cancel && { cancel: never }),
    ...(port.find && { find: never }),
    ...(port.cancelByKey && { cancelByKey: never }),
    idempotentSubmit: port.replays,
    idempotencyWindowMs: port.idempotencyWindowMs,
    stream: port.stream,
  };
}

/** In any order of members. */
const isEqual = (one: unknown, other: unknown): boolean =>
  JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : typeof value === 'object' && value !== null
      ? Object.entries(value)
          .sort(([one], [other]) => (one < other ? -1 : 1))
          .map(([name, member]) => [name, sorted(member)])
      : value;

/** Whether the context has the recorded times. */
function hasTimes({ context }: Snapshot, { times = {} }: RecordedTime): boolean {
  const found = new Map(
    Object.entries({
      ...context,
      ...context.submit,
      ...context.stream,
      ...context.reads,
      ...context.health,
      ...context.estimate,
    }),
  );
  return Object.entries(times).every(([name, time]) => found.get(name) === time);
}

/**
 * Runs a recorded generation through the installed version's machine, so that a bug report becomes a test. There is no
 * backend and no waiting: the machine gets each recorded event at its recorded time. A log without its oldest steps is
 * replayed from the state before the first remaining step.
 *
 * @param recorded one log of `createRecorder`, parsed from JSON
 * @throws GenerationLogError for a log that is invalid, damaged or of another version, naming the field
 * @throws TypeError for an unknown option, and for a policy field that is not a time in ms
 * @example
 * it('does not lose the job of report 812', () => {
 *   const [log] = JSON.parse(readFileSync('report-812.json', 'utf8'));
 *   const { snapshot, difference } = replayGeneration(log);
 *   expect(difference).toBeUndefined();
 *   expect(viewGeneration(snapshot).status).toBe('completed');
 * });
 */
export function replayGeneration(recorded: unknown, options: ReplayOptions = {}): GenerationReplay {
  assertKnownOptions('replayGeneration', options, ['policy']);
  const { policy } = options;
  // Outside of the try: a wrong policy is not an error of the log.
  resolvePolicy(policy);
  assertGenerationLog(recorded);
  try {
    return replay(recorded, policy);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `The log of generation "${recorded.id}" cannot be replayed, because the machine refuses one of its states or events. It is damaged, or another version recorded it. Cause: ${reason}`;
    throw new GenerationLogError('malformed', message, { cause });
  }
}

function replay(log: GenerationLog, policy: ReplayOptions['policy']): GenerationReplay {
  const isOnline = { now: true };
  let readings: readonly number[] = [];
  let readCount = 0;
  const machine: Machine = createGenerationMachine(adapterFor(log), {
    policy: { ...recordedPolicy(log.policy), ...policy },
    environment: {
      now: () => readings[Math.min(readCount++, readings.length - 1)] ?? 0,
      random: () => 0.5,
      isOnline: () => isOnline.now,
      subscribe: () => () => {},
    },
  });
  const emitted: GenerationEmitted<unknown>[] = [];
  let difference: ReplayDifference | undefined;

  /** Runs a step with the recorded time. If the clock ticked meanwhile, finds the readings that lead to what was recorded. */
  function run(time: RecordedTime, expected: StateValue, once: () => Run): Run {
    isOnline.now = !time.isOffline;
    let first: Run | undefined;
    for (const candidate of readingsOf(time, log.policy.deadlineMs)) {
      readings = candidate;
      readCount = 0;
      const run = once();
      if (isEqual(run[0].value, expected) && hasTimes(run[0], time)) return run;
      first ??= run;
    }
    return first ?? once();
  }

  function follow(step: number, event: string, expected: StateValue, [snapshot, effects]: Run): Snapshot {
    for (const effect of effects) {
      // The chart emits no other events.
      if (effect.type === 'emit') emitted.push(effect.event as GenerationEmitted<unknown>);
    }
    const replayed = snapshot.value;
    if (!isEqual(expected, replayed)) difference ??= { step, event, recorded: expected, replayed };
    return snapshot;
  }

  const { from } = log;
  let state = from.state;
  let snapshot: Snapshot;
  if ('input' in from) {
    // Redaction keeps what the chart reads, and the log has been checked.
    const input = from.input as GenerationActorInput;
    snapshot = follow(
      -1,
      'xstate.init',
      state,
      run(from, state, () => toRun(initialTransition(machine, input))),
    );
  } else {
    const { status, context } = from;
    snapshot = machine.resolveState({ value: state, status, context: context as GenerationContext<unknown> });
  }
  for (const [index, step] of log.steps.entries()) {
    state = step.state ?? state;
    const before = snapshot;
    const next = run(step, state, () => toRun(transition(machine, before, toEvent(step))));
    snapshot = follow(index, step.event.type, state, next);
  }
  const isFaithful =
    difference === undefined &&
    snapshot.status === log.to.status &&
    isEqual(snapshot.value, log.to.state) &&
    isEqual(redacted(snapshot.context).json, redacted(log.to.context).json);
  return { snapshot, emitted, difference, isFaithful };
}

/** A schedule is not recorded: the replay has the one of the library, and fires its delays when they were recorded. */
const recordedPolicy = ({ pollDelayMs, ...times }: GenerationLog['policy']): Partial<GenerationPolicy> => ({
  ...times,
  ...(pollDelayMs && { pollDelayMs }),
});

const toRun = ([snapshot, actions]: ReturnType<typeof transition<Machine>>): Run => [snapshot, actions.map(toEffect)];

/** The chart's type of events does not list delays that fired, and the stop. */
const toEvent = ({ event }: RecordedStep) => event as EventObject as Parameters<typeof transition<Machine>>[2];
