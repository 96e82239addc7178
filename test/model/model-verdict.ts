import type { GenerationStatus, GenerationView } from 'generation-lifecycle';
import type { CallKind, Model, Outcome } from './reference-types.js';

/** What a test observes of a running generation. */
export type Observed = {
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

/** If the model allows that it has ended, what is observed decides: an outcome, or that it goes on. */
export function settled(model: Model, { outcomes: [seen] }: Observed): Model {
  if (!seen) return { ...model, mayHaveEnded: [] };
  if (model.phase === 'ended' || !model.mayHaveEnded.some(outcome => isSame(outcome, seen))) return model;
  return { ...model, phase: 'ended', outcomes: [seen], read: undefined, stream: { ...model.stream, call: undefined } };
}

function statuses({ phase, isCancelRequested, isAsleep, stream, reads }: Model): readonly GenerationStatus[] {
  if (phase === 'idle') return ['idle'];
  if (isCancelRequested || phase === 'cancelling' || phase === 'confirming') return ['cancelling'];
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

function problemsAfterEnd(model: Model, { view, outcomes, timerCount, watcherCount }: Observed): string[] {
  const [seen] = outcomes;
  const problems: string[] = [];
  if (outcomes.length !== 1) problems.push(`${outcomes.length} outcomes, not one`);
  if (!seen || !model.outcomes.some(outcome => isSame(outcome, seen)))
    problems.push(`the outcome is ${text(seen)}, not ${text(model.outcomes)}`);
  if (seen && view.status !== seen.status) problems.push(`the view says ${view.status}, the outcome ${seen.status}`);
  if (seen?.status === 'completed' && (view.progress !== 1 || view.output?.url !== seen.url))
    problems.push(`the view shows ${text(view.output)} at ${view.progress}`);
  if (view.canCancel) problems.push('it can be cancelled after its end');
  if (timerCount > 0) problems.push(`${timerCount} timers are running after the end`);
  if (watcherCount > 0) problems.push('there are subscribers of the page after the end');
  return problems;
}

function problemsBeforeEnd(model: Model, { at, view, outcomes }: Observed): string[] {
  const problems: string[] = [];
  const allowed = statuses(model);
  if (outcomes.length > 0) problems.push(`it has ended ${text(outcomes)}, and should be ${allowed}`);
  else if (!allowed.includes(view.status)) problems.push(`the status is ${view.status}, not ${allowed}`);
  if (view.progress !== model.progress) problems.push(`the progress is ${view.progress}, not ${model.progress}`);
  if (view.canCancel !== !['idle', 'cancelling'].includes(allowed[0] ?? ''))
    problems.push(`canCancel is ${view.canCancel} while ${view.status}`);
  const isReading = !['cancelling', 'confirming'].includes(model.phase) && !model.isAsleep && !model.read;
  if (isReading && at >= model.reads.dueBy) problems.push(`no read, which was due by ${model.reads.dueBy}`);
  const isSubmitDue = model.phase === 'submitting' && !model.submit && at >= (model.resubmitAt ?? 0);
  if (isSubmitDue) problems.push('nothing was submitted');
  if (model.phase === 'cancelling' && !model.cancel) problems.push('the backend was not asked to cancel');
  if (model.phase === 'following' && !model.isAsleep && at >= model.stream.reopenBy)
    problems.push(`no stream, which was due by ${model.stream.reopenBy}`);
  return problems;
}

/** Every difference between the model and the observed generation, in sentences. */
export function disagreements(model: Model, seen: Observed): readonly string[] {
  const expected = callsOf(model).sort().join(', ');
  const live = seen.live
    .map(({ kind, call }) => `${kind} ${call}`)
    .sort()
    .join(', ');
  return [
    ...model.faults,
    ...(live === expected ? [] : [`the running calls are [${live}], not [${expected}]`]),
    ...(model.phase === 'ended' ? problemsAfterEnd(model, seen) : problemsBeforeEnd(model, seen)),
  ];
}
