import { isSame } from '../equality.js';
import type { ClientContext, ClientEntry } from './client.context.js';
import type { StoredGeneration } from './client.port.js';
import type { ClientGeneration } from './client.types.js';
import type { RunInput, RunOrigin, RunView } from './run.types.js';
import { viewStored } from './stored-generation.js';

/** What stands under an id. Ids are any text, so that one may be called as a member that every object has. */
export const under = <TValue>(members: { readonly [id: string]: TValue }, id: string): TValue | undefined =>
  Object.hasOwn(members, id) ? members[id] : undefined;

/** So many that have ended stay on the list. */
const endedLimit = 20;

/** What may be done with it now that it looks so. */
const possibilities = <TOutput, TInput>(
  { status, failure }: RunView<TOutput>,
  { phase, getInput, record }: ClientEntry<TInput>,
) => {
  const hasEnded = phase === 'ended';
  return {
    canRetry: hasEnded && getInput !== undefined && (status === 'cancelled' || failure?.retryable === true),
    canResume: hasEnded && record !== undefined,
  };
};

/** Changes what is shown of a generation, and what is known of it. What stays the same keeps its object. */
export function update<TInput, TOutput, TItem>(
  context: ClientContext<TInput, TOutput, TItem>,
  id: string,
  behind: Partial<ClientEntry<TInput>>,
  face?: Partial<ClientGeneration<TOutput, TItem>>,
): ClientContext<TInput, TOutput, TItem> {
  const known: ClientEntry<TInput> = { phase: 'idle', ...context.entries[id], ...behind };
  const entries = { ...context.entries, [id]: known };
  let isNew = false;
  const generations = context.generations.map(before => {
    if (before.id !== id) return before;
    const shown = { ...before, ...face };
    const after = { ...shown, ...possibilities(shown, known) };
    if (isSame(before, after)) return before;
    isNew = true;
    return after;
  });
  return { ...context, entries, generations: isNew ? generations : context.generations };
}

/** Takes a generation off the list. */
export function drop<TInput, TOutput, TItem>(
  context: ClientContext<TInput, TOutput, TItem>,
  id: string,
): ClientContext<TInput, TOutput, TItem> {
  const { [id]: _, ...entries } = context.entries;
  return { ...context, entries, generations: context.generations.filter(shown => shown.id !== id) };
}

/** Keeps the list from growing: of those that have ended for good, the newest. */
export function trim<TInput, TOutput, TItem>(
  context: ClientContext<TInput, TOutput, TItem>,
): ClientContext<TInput, TOutput, TItem> {
  const isOver = ({ id }: { readonly id: string }) => {
    const behind = context.entries[id];
    return behind?.phase === 'ended' && !behind.run && !behind.record;
  };
  return context.generations
    .filter(isOver)
    .slice(endedLimit)
    .reduce((left, { id }) => drop(left, id), context);
}

/** Puts a generation on the list, by when it was asked for, newest first. */
export function add<TInput, TOutput, TItem>(
  context: ClientContext<TInput, TOutput, TItem>,
  record: StoredGeneration,
  behind: ClientEntry<TInput>,
): ClientContext<TInput, TOutput, TItem> {
  const { id } = record.token;
  const shown: ClientGeneration<TOutput, TItem> = {
    ...viewStored<TOutput>(record, false),
    id,
    queuePosition: undefined,
    description: record.description,
    startedAt: record.createdAt,
    items: [],
    canRetry: false,
    canResume: false,
  };
  const older = context.generations.findIndex(({ startedAt }) => startedAt <= record.createdAt);
  const at = older < 0 ? context.generations.length : older;
  const generations = [...context.generations.slice(0, at), shown, ...context.generations.slice(at)];
  return update({ ...context, generations }, id, behind);
}

/** Begins a run for a generation that is on the list. */
export function run<TInput, TOutput, TItem>(
  context: ClientContext<TInput, TOutput, TItem>,
  origin: RunOrigin,
  record: StoredGeneration,
  getInput?: (() => TInput) | undefined,
): { readonly context: ClientContext<TInput, TOutput, TItem>; readonly runs: readonly RunInput<TInput>[] } {
  const { id } = record.token;
  const name = `run/${context.runCount}`;
  const behind = { phase: 'idle', run: name, record: undefined, isOnRecord: origin === 'found', getInput } as const;
  return {
    context: update(
      { ...context, runCount: context.runCount + 1 },
      id,
      behind,
      origin === 'asked' ? {} : viewStored<TOutput>(record, true),
    ),
    runs: [{ id, run: name, origin, record, getInput }],
  };
}
