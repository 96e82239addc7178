import type { GenerationStatus, GenerationView } from 'generation-lifecycle';
import type { CallKind, Model, Outcome } from './reference-types.js';

/** What a test sees of a running generation. */
export type Seen = {
  readonly at: number;
  readonly view: GenerationView<{ readonly url: string }>;
  /** The outcomes emitted so far. */
  readonly outcomes: readonly Outcome[];
  /** The calls whose signals have not been aborted. */
  readonly live: readonly { readonly kind: CallKind; readonly call: number }[];
  readonly timerCount: number;
  readonly watcherCount: number;
};

const isSame = (expected: Outcome, seen: Outcome): boolean => {
  if (expected.status === 'completed') return seen.status === 'completed' && seen.url === expected.url;
  if (expected.status === 'failed') return seen.status === 'failed' && seen.code === expected.code;
  const isAnyway = expected.stopped === undefined;
  return seen.status === 'cancelled' && (isAnyway || seen.stopped === expected.stopped);
};

/** Where the rules leave open whether it has ended, what is seen decides. */
export function settled(model: Model, { outcomes: [seen] }: Seen): Model {
  if (!seen || model.phase === 'ended' || !model.mayHaveEnded.some(outcome => isSame(outcome, seen))) return model;
  return { ...model, phase: 'ended', outcomes: [seen], read: undefined, stream: { ...model.stream, call: undefined } };
}

function statuses({ phase, isCancelRequested, isAsleep, stream, reads }: Model): readonly GenerationStatus[] {
  if (phase === 'idle') return ['idle'];
  if (isCancelRequested || phase === 'cancelling' || phase === 'rechecking') return ['cancelling'];
  if (phase === 'submitting') return ['submitting'];
  if (isAsleep) return ['polling', 'connecting'];
  if (phase === 'following' && stream.is === 'open') return ['streaming'];
  return phase === 'following' && reads.isHeld ? ['connecting'] : ['polling'];
}

const text = (value: unknown) => JSON.stringify(value) ?? 'nothing';

function callsOf({ submit, read, cancel, stream }: Model): string[] {
  const calls: readonly (readonly [CallKind, number | undefined])[] = [
    ['submit', submit?.call],
    ['read', read?.call],
    ['cancel', cancel?.call],
    ['events', stream.call],
  ];
  return calls.filter(([, call]) => call !== undefined).map(([kind, call]) => `${kind} ${call}`);
}

function ofTheEnd(model: Model, { view, outcomes, timerCount, watcherCount }: Seen): string[] {
  const [seen] = outcomes;
  const told: string[] = [];
  if (outcomes.length !== 1) told.push(`${outcomes.length} outcomes, not one`);
  if (!seen || !model.outcomes.some(outcome => isSame(outcome, seen)))
    told.push(`the outcome is ${text(seen)}, not ${text(model.outcomes)}`);
  if (seen && view.status !== seen.status) told.push(`the view says ${view.status}, the outcome ${seen.status}`);
  if (seen?.status === 'completed' && (view.progress !== 1 || view.output?.url !== seen.url))
    told.push(`the view shows ${text(view.output)} at ${view.progress}`);
  if (view.canCancel) told.push('it can be cancelled after its end');
  if (timerCount > 0) told.push(`${timerCount} timers are armed after the end`);
  if (watcherCount > 0) told.push('the page is watched after the end');
  return told;
}

function onTheWay(model: Model, { at, view, outcomes }: Seen): string[] {
  const told: string[] = [];
  const allowed = statuses(model);
  if (outcomes.length > 0) told.push(`it has ended ${text(outcomes)}, and should be ${allowed}`);
  else if (!allowed.includes(view.status)) told.push(`the status is ${view.status}, not ${allowed}`);
  if (view.progress !== model.progress) told.push(`the progress is ${view.progress}, not ${model.progress}`);
  if (view.canCancel !== !['idle', 'cancelling'].includes(allowed[0] ?? ''))
    told.push(`canCancel is ${view.canCancel} while ${view.status}`);
  const isReading = model.phase !== 'cancelling' && !model.isAsleep && !model.read;
  if (isReading && at >= model.reads.dueBy) told.push(`no read, which was due by ${model.reads.dueBy}`);
  if (model.phase === 'submitting' && !model.submit) told.push('nothing was submitted');
  if (model.phase === 'cancelling' && !model.cancel) told.push('the backend was not asked to stop');
  if (model.phase === 'following' && !model.isAsleep && at >= model.stream.reopenBy)
    told.push(`no stream, which was due by ${model.stream.reopenBy}`);
  return told;
}

/** Where what is seen is not what the rules say, in sentences. */
export function disagreements(model: Model, seen: Seen): readonly string[] {
  const expected = callsOf(model).sort().join(', ');
  const live = seen.live
    .map(({ kind, call }) => `${kind} ${call}`)
    .sort()
    .join(', ');
  return [
    ...model.faults,
    ...(live === expected ? [] : [`alive are [${live}], not [${expected}]`]),
    ...(model.phase === 'ended' ? ofTheEnd(model, seen) : onTheWay(model, seen)),
  ];
}
