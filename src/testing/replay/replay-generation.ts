import { type EventObject, initialTransition, type SnapshotFrom, type StateValue, transition } from 'xstate';
import type { GenerationLog, RecordedStep, RecordedTime } from '../../devtools/recorder/generation-log.js';
import { redacted } from '../../devtools/redaction.js';
import { createGenerationMachine, type GenerationMachine } from '../../machines/generation/generation.machine.js';
import { type GenerationPolicy, resolvePolicy } from '../../machines/generation/generation.policy.js';
import type { GenerationAdapter } from '../../machines/generation/generation.port.js';
import type {
  GenerationActorInput,
  GenerationContext,
  GenerationEmitted,
} from '../../machines/generation/generation.types.js';
import { toEffect } from '../explore/effects.js';
import type { ExploredEffect } from '../explore/explore.types.js';
import { assertGenerationLog, GenerationLogError } from './log-format.js';
import { readingsOf } from './replayed-clock.js';

/** What may be different from when it was recorded. */
export type ReplayOptions = {
  /** Lengths of time that decide where it goes; when a delay fires is in the log. @defaultValue those recorded */
  readonly policy?: Partial<GenerationPolicy> | undefined;
};

/** Where the machine of today goes another way than the recorded one. */
export type ReplayDifference = {
  /** Which of the log's steps; -1 is the beginning. */
  readonly step: number;
  readonly event: string;
  readonly recorded: StateValue;
  readonly replayed: StateValue;
};

/** What came of a log. */
export type GenerationReplay = {
  /** The end: for `viewGeneration`, `toResumeToken`, or to look at. What was redacted is redacted in it. */
  readonly snapshot: SnapshotFrom<GenerationMachine<unknown, unknown>>;
  /** All that the actor has emitted, in order. */
  readonly emitted: readonly GenerationEmitted<unknown>[];
  /** The first step at which it went elsewhere; nothing while it is what was recorded. */
  readonly difference: ReplayDifference | undefined;
  /** Whether it also remembers at its end what it did then, but for what is redacted. */
  readonly isFaithful: boolean;
};

type Snapshot = GenerationReplay['snapshot'];
type Machine = GenerationMachine<unknown, unknown>;
type Run = readonly [Snapshot, readonly ExploredEffect[]];

/** Nobody calls it: a pure transition starts no child. */
const never = async (): Promise<never> => {
  throw new Error('A replay asks no backend.');
};

function adapterFor({ port }: GenerationLog): GenerationAdapter<unknown, unknown> {
  return {
    submit: never,
    read: never,
    ...(port.events && { async *events() {} }),
    ...(port.cancel && { cancel: never }),
  };
}

function policyFor({ policy }: GenerationLog, changed: Partial<GenerationPolicy> | undefined): GenerationPolicy {
  return { ...policy, ...changed };
}

/** Whatever order its members have. */
const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : typeof value === 'object' && value !== null
      ? Object.entries(value)
          .sort(([one], [other]) => (one < other ? -1 : 1))
          .map(([name, member]) => [name, sorted(member)])
      : value;

/** Whether the chart has written down the times that were recorded. */
function hasTimes({ context }: Snapshot, { times = {} }: RecordedTime): boolean {
  const found = new Map(Object.entries({ ...context, ...context.health }));
  return Object.entries(times).every(([name, time]) => found.get(name) === time);
}

/**
 * Runs a recorded generation through the machine, without a backend and without waiting: a bug report becomes a test.
 * Each recorded event is given to the chart at the time of its recording. A log that has lost its oldest steps is
 * replayed from the state before the first that it has.
 *
 * @param recorded a log of `createRecorder`, parsed from JSON
 * @throws GenerationLogError when it is none, or of another version
 * @throws TypeError when a field of the policy is not a time in ms
 * @example
 * it('does not lose the job of report 812', () => {
 *   const { snapshot, difference } = replayGeneration(JSON.parse(readFileSync('report-812.json', 'utf8')));
 *   expect(difference).toBeUndefined();
 *   expect(viewGeneration(snapshot).status).toBe('completed');
 * });
 */
export function replayGeneration(recorded: unknown, { policy }: ReplayOptions = {}): GenerationReplay {
  // A wrong policy is the caller's, and not the log's.
  resolvePolicy(policy);
  assertGenerationLog(recorded);
  try {
    return replay(recorded, policy);
  } catch (cause) {
    const message = 'The log is damaged: the chart cannot be in what it says.';
    throw new GenerationLogError('malformed', message, { cause });
  }
}

function replay(log: GenerationLog, policy: ReplayOptions['policy']): GenerationReplay {
  const isOnline = { now: true };
  let readings: readonly number[] = [];
  let readCount = 0;
  const machine: Machine = createGenerationMachine(adapterFor(log), {
    policy: policyFor(log, policy),
    environment: {
      now: () => readings[Math.min(readCount++, readings.length - 1)] ?? 0,
      random: () => 0.5,
      isOnline: () => isOnline.now,
      subscribe: () => () => {},
    },
  });
  const emitted: GenerationEmitted<unknown>[] = [];
  let difference: ReplayDifference | undefined;

  /** Where it leads at that time: where the clock ticked meanwhile, the reading after which it did is looked for. */
  function run(time: RecordedTime, expected: StateValue, once: () => Run): Run {
    isOnline.now = !time.isOffline;
    let first: Run | undefined;
    for (const candidate of readingsOf(time, log.policy.deadlineMs)) {
      readings = candidate;
      readCount = 0;
      const run = once();
      if (isSame(run[0].value, expected) && hasTimes(run[0], time)) return run;
      first ??= run;
    }
    return first ?? once();
  }

  function follow(step: number, event: string, expected: StateValue, [snapshot, effects]: Run): Snapshot {
    for (const effect of effects) {
      // The chart emits nothing else.
      if (effect.type === 'emit') emitted.push(effect.event as GenerationEmitted<unknown>);
    }
    const replayed = snapshot.value;
    if (!isSame(expected, replayed)) difference ??= { step, event, recorded: expected, replayed };
    return snapshot;
  }

  const { from } = log;
  let state = from.state;
  let snapshot: Snapshot;
  if ('input' in from) {
    // Redaction keeps what the chart looks at, and the log has been checked.
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
    isSame(snapshot.value, log.to.state) &&
    isSame(redacted(snapshot.context), redacted(log.to.context));
  return { snapshot, emitted, difference, isFaithful };
}

const toRun = ([snapshot, actions]: ReturnType<typeof transition<Machine>>): Run => [snapshot, actions.map(toEffect)];

/** Also delays that fired, and the stop, which the chart's own type of event does not list. */
const toEvent = ({ event }: RecordedStep) => event as EventObject as Parameters<typeof transition<Machine>>[2];
