import type { EventObject, StateValue } from 'xstate';
import type { GenerationContext } from '../../machines/generation/generation.context.js';
import type { GenerationMeta } from '../../machines/generation/generation.meta.js';
import { replaysKeys } from '../../machines/generation/generation.replay.js';
import type { GenerationActorInput } from '../../machines/generation/generation.types.js';
import { membersOf } from '../../machines/json.js';
import { payloadNames } from '../json-room.js';
import { type Redact, type RedactedMember, redacted, redactedEvent } from '../redaction.js';
import type { GenerationLog, RecordedState, RecordedStep, RecordedTime } from './generation-log.js';
import { createStepHistory } from './step-history.js';

/** The part of a snapshot that is recorded. */
export type RecordedSnapshot = {
  readonly status: RecordedState['status'];
  readonly value: StateValue;
  readonly context: GenerationContext<unknown>;
};

export type LogBuilderOptions = { readonly redact: Redact | undefined; readonly maxSteps: number };

type Init = EventObject & { readonly input: GenerationActorInput };
const isInit = (event: EventObject): event is Init => event.type === 'xstate.init' && 'input' in event;

/** Builds the log of one actor. */
export type LogBuilder = {
  /** The actor is about to receive an event. */
  readonly onEvent: (event: EventObject) => void;
  /** The actor has handled an event. */
  readonly onSnapshot: (event: EventObject, snapshot: RecordedSnapshot) => void;
  readonly log: () => GenerationLog;
};

const decisiveKeys = /^(type|kind|status|code|charged|id|phase)$/;

/** The chart decides by every other member. If it were redacted, the replay would take other transitions. */
const isRedactable = ({ key, path, value }: RedactedMember) =>
  path.split('.').some(name => payloadNames.has(name)) || (typeof value === 'string' && !decisiveKeys.test(key));

const omissions = (omitted: readonly string[]) => (omitted.length > 0 ? { omitted } : {});

/** The times in the chart's context. */
const timesIn = ({
  startedAt,
  deadlineAt,
  retryAt,
  endedAt,
  busyUntil,
  submit,
  stream,
  reads,
  health,
  estimate,
}: GenerationContext<unknown>) => ({
  startedAt,
  firstAt: submit.firstAt,
  retryAt,
  deadlineAt,
  busyUntil,
  triedAt: stream.triedAt,
  openedAt: stream.openedAt,
  lostAt: stream.lostAt,
  lastAt: reads.lastAt,
  markedAt: health.markedAt,
  seenOnStreamAt: health.seenOnStreamAt,
  pendingAt: health.pendingAt,
  madeAt: estimate.madeAt,
  endedAt,
});

/** The times that a step has set. */
function newTimes(before: GenerationContext<unknown> | undefined, after: GenerationContext<unknown>) {
  const old = new Map(before ? Object.entries(timesIn(before)) : []);
  const changed = Object.entries(timesIn(after)).filter(
    (entry): entry is [string, number] => entry[1] !== undefined && entry[1] !== old.get(entry[0]),
  );
  return Object.fromEntries(changed);
}

/** A schedule is no JSON, and the times at which delays fire are recorded. */
function loggedPolicy({ pollDelayMs, ...times }: GenerationMeta<never, unknown>['policy']): GenerationLog['policy'] {
  return typeof pollDelayMs === 'function' ? times : { ...times, pollDelayMs };
}

/** Builds the log from the snapshot `first` on, or from the actor's start if it has not been started. */
export function createLogBuilder(
  { adapter, policy, environment }: GenerationMeta<never, unknown>,
  { redact, maxSteps }: LogBuilderOptions,
  first: RecordedSnapshot,
  createdAt: number | undefined,
): LogBuilder {
  const port = {
    events: adapter.events !== undefined,
    cancel: adapter.cancel !== undefined,
    find: adapter.find !== undefined,
    cancelByKey: adapter.cancelByKey !== undefined,
    replays: replaysKeys(adapter),
    idempotencyWindowMs: adapter.idempotencyWindowMs,
    stream: adapter.stream && { tells: adapter.stream.tells, isJob: adapter.stream.isJob === true },
  };
  const stateOf = ({ status, value, context }: RecordedSnapshot): RecordedState => {
    const { json, omitted } = redacted({ context }, redact, isRedactable);
    const at = environment.now();
    return { at, status, state: value, context: membersOf(membersOf(json)['context']), ...omissions(omitted) };
  };
  const timeOf = (at: number, times: { readonly [name: string]: number }): RecordedTime => {
    const until = environment.now();
    const isOne = until === at && Object.values(times).every(time => time === at || time === at + policy.deadlineMs);
    return {
      at,
      ...(until !== at && { until }),
      ...(!isOne && { times }),
      ...(!environment.isOnline() && { isOffline: true }),
    };
  };

  let last: RecordedSnapshot | undefined = first;
  let to = stateOf(first);
  const stepHistory = createStepHistory(to, maxSteps);
  let endedAt = createdAt ?? environment.now();
  const sentAt = new WeakMap<EventObject, number>();

  function begin({ input: { id, idempotencyKey, resume, history } }: Init, snapshot: RecordedSnapshot): void {
    // The chart enters its first state when the actor is created, which may be long before its start.
    const times = newTimes(undefined, snapshot.context);
    const { json, omitted } = redacted({ id, idempotencyKey, resume, history }, redact, isRedactable);
    stepHistory.begin({
      ...timeOf(endedAt, times),
      input: membersOf(json),
      state: snapshot.value,
      ...omissions(omitted),
    });
  }

  function toStep(event: EventObject, snapshot: RecordedSnapshot): RecordedStep {
    const { event: told, omitted } = redactedEvent(event, redact, isRedactable);
    return {
      ...timeOf(Math.max(endedAt, sentAt.get(event) ?? endedAt), newTimes(last?.context, snapshot.context)),
      event: told,
      ...(JSON.stringify(snapshot.value) !== JSON.stringify(last?.value) && { state: snapshot.value }),
      ...omissions(omitted),
    };
  }

  return {
    onEvent(event) {
      sentAt.set(event, environment.now());
    },
    onSnapshot(event, snapshot) {
      const step = isInit(event) ? undefined : toStep(event, snapshot);
      if (isInit(event)) begin(event, snapshot);
      to = stateOf(snapshot);
      if (step) stepHistory.add(step, to);
      last = snapshot.status === 'active' ? snapshot : undefined;
      endedAt = to.at;
    },
    log() {
      return {
        format: 'generation-log',
        version: 2,
        id: String(to.context['id']),
        policy: loggedPolicy(policy),
        port,
        ...stepHistory.kept(),
        to,
      };
    },
  };
}
