import type { EventObject, StateValue } from 'xstate';
import type { GenerationMeta } from '../../machines/generation/generation.meta.js';
import type { JsonObject } from '../../machines/generation/generation.port.js';
import type { GenerationActorInput, GenerationContext } from '../../machines/generation/generation.types.js';
import { membersOf } from '../../machines/json.js';
import { type Redact, type RedactedMember, redacted } from '../redaction.js';
import type { GenerationLog, RecordedState, RecordedStep, RecordedTime } from './generation-log.js';

/** A snapshot, as far as it is recorded. */
export type RecordedSnapshot = {
  readonly status: RecordedState['status'];
  readonly value: StateValue;
  readonly context: GenerationContext<unknown>;
};

export type TapeOptions = { readonly redact: Redact | undefined; readonly maxSteps: number };

type Init = EventObject & { readonly input: GenerationActorInput };
const isInit = (event: EventObject): event is Init => event.type === 'xstate.init' && 'input' in event;

/** What is written down of one actor. */
export type LogBuilder = {
  /** An event is on its way to the actor. */
  readonly heard: (event: EventObject) => void;
  /** An event has been dealt with. */
  readonly stepped: (event: EventObject, snapshot: RecordedSnapshot) => void;
  readonly log: () => GenerationLog;
};

/** Members that hold what users, adapters and backends have put there; the chart decides by nothing that is in them. */
const payloads = /(^|\.)(input|job|output|message|details|previews)(\.|$)/;
const decisive = /^(type|kind|status|code|charged|id)$/;

/** All else is what the chart decides by: redacted, the replay would go another way. */
const isAsked = ({ key, path, value }: RedactedMember) =>
  payloads.test(path) || (typeof value === 'string' && !decisive.test(key));

/** The times that the chart has written down. */
const timesIn = ({ startedAt, deadlineAt, health }: GenerationContext<unknown>) => ({
  startedAt,
  deadlineAt,
  markedAt: health.markedAt,
  seenOnStreamAt: health.seenOnStreamAt,
});

/** Those that are others than before. */
function newTimes(before: GenerationContext<unknown> | undefined, after: GenerationContext<unknown>) {
  const old = new Map(before ? Object.entries(timesIn(before)) : []);
  const changed = Object.entries(timesIn(after)).filter(
    (entry): entry is [string, number] => entry[1] !== undefined && entry[1] !== old.get(entry[0]),
  );
  return Object.fromEntries(changed);
}

/** Begins to write down what happens to an actor; from `first` on, or from its start if that is to come. */
export function createLogBuilder(
  { adapter, policy, environment }: GenerationMeta<never, unknown>,
  { redact, maxSteps }: TapeOptions,
  first: RecordedSnapshot,
  madeAt: number | undefined,
): LogBuilder {
  const port = { events: adapter.events !== undefined, cancel: adapter.cancel !== undefined };
  const half = Math.max(1, Math.ceil(maxSteps / 2) || 1);
  const plain = (value: unknown): JsonObject => membersOf(redacted(value, redact, isAsked));
  const stateOf = ({ status, value, context }: RecordedSnapshot): RecordedState => ({
    at: environment.now(),
    status,
    state: value,
    context: membersOf(plain({ context })['context']),
  });
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
  let from: GenerationLog['from'] = to;
  /** Where a replay can begin once the older half has fallen out. */
  let halfway = to;
  let steps: RecordedStep[] = [];
  let droppedCount = 0;
  let endedAt = madeAt ?? environment.now();
  const sentAt = new WeakMap<EventObject, number>();

  function begin({ input: { id, idempotencyKey, resume } }: Init, snapshot: RecordedSnapshot): void {
    // The chart is in its first state since the actor was made, which may have been long before its start.
    const times = newTimes(undefined, snapshot.context);
    from = { ...timeOf(endedAt, times), input: plain({ id, idempotencyKey, resume }), state: snapshot.value };
    steps = [];
  }

  function add(event: EventObject, snapshot: RecordedSnapshot): void {
    const { type, ...rest } = event;
    steps.push({
      ...timeOf(Math.max(endedAt, sentAt.get(event) ?? endedAt), newTimes(last?.context, snapshot.context)),
      event: { ...plain(rest), type },
      ...(JSON.stringify(snapshot.value) !== JSON.stringify(last?.value) && { state: snapshot.value }),
    });
  }

  function forget(): void {
    if (steps.length === 2 * half) {
      from = halfway;
      droppedCount += half;
      steps = steps.slice(half);
    }
    if (steps.length === half) halfway = to;
  }

  return {
    heard(event) {
      sentAt.set(event, environment.now());
    },
    stepped(event, snapshot) {
      if (isInit(event)) begin(event, snapshot);
      else add(event, snapshot);
      to = stateOf(snapshot);
      last = snapshot.status === 'active' ? snapshot : undefined;
      endedAt = to.at;
      forget();
    },
    log() {
      return {
        format: 'generation-log',
        version: 1,
        id: String(to.context['id']),
        policy,
        port,
        from,
        droppedCount,
        steps: [...steps],
        to,
      };
    },
  };
}
