import { isSame } from '../equality.js';
import type { Backstage, ToolContext } from './client.context.js';
import type { GenerationRecord } from './client.port.js';
import type { ToolGeneration } from './client.types.js';
import type { RunFace, RunInput, RunOrigin } from './run.types.js';
import { faceOfRecord } from './stored-generation.js';

/** What stands under an id. Ids are any text, so that one may be called as a member that every object has. */
export const under = <TValue>(members: { readonly [id: string]: TValue }, id: string): TValue | undefined =>
  Object.hasOwn(members, id) ? members[id] : undefined;

/** So many that have ended stay on the list. */
const endedLimit = 20;

/** What may be done with it now that it looks so. */
const possibilities = <TOutput, TInput>(
  { status, failure }: RunFace<TOutput>,
  { phase, recall, record }: Backstage<TInput>,
) => {
  const hasEnded = phase === 'ended';
  return {
    canRetry: hasEnded && recall !== undefined && (status === 'cancelled' || failure?.retryable === true),
    canFollow: hasEnded && record !== undefined,
  };
};

/** Changes what is shown of a generation, and what is known of it. What stays the same keeps its object. */
export function update<TInput, TOutput, TItem>(
  context: ToolContext<TInput, TOutput, TItem>,
  id: string,
  behind: Partial<Backstage<TInput>>,
  face?: Partial<ToolGeneration<TOutput, TItem>>,
): ToolContext<TInput, TOutput, TItem> {
  const known: Backstage<TInput> = { phase: 'idle', ...context.backstage[id], ...behind };
  const backstage = { ...context.backstage, [id]: known };
  let isNew = false;
  const generations = context.generations.map(before => {
    if (before.id !== id) return before;
    const shown = { ...before, ...face };
    const after = { ...shown, ...possibilities(shown, known) };
    if (isSame(before, after)) return before;
    isNew = true;
    return after;
  });
  return { ...context, backstage, generations: isNew ? generations : context.generations };
}

/** Takes a generation off the list. */
export function drop<TInput, TOutput, TItem>(
  context: ToolContext<TInput, TOutput, TItem>,
  id: string,
): ToolContext<TInput, TOutput, TItem> {
  const { [id]: _, ...backstage } = context.backstage;
  return { ...context, backstage, generations: context.generations.filter(shown => shown.id !== id) };
}

/** Keeps the list from growing: of those that have ended for good, the newest. */
export function trim<TInput, TOutput, TItem>(
  context: ToolContext<TInput, TOutput, TItem>,
): ToolContext<TInput, TOutput, TItem> {
  const isOver = ({ id }: { readonly id: string }) => {
    const behind = context.backstage[id];
    return behind?.phase === 'ended' && !behind.run && !behind.record;
  };
  return context.generations
    .filter(isOver)
    .slice(endedLimit)
    .reduce((left, { id }) => drop(left, id), context);
}

/** Puts a generation on the list, by when it was asked for, newest first. */
export function add<TInput, TOutput, TItem>(
  context: ToolContext<TInput, TOutput, TItem>,
  record: GenerationRecord,
  behind: Backstage<TInput>,
): ToolContext<TInput, TOutput, TItem> {
  const { id } = record.token;
  const shown: ToolGeneration<TOutput, TItem> = {
    ...faceOfRecord<TOutput>(record, false),
    id,
    place: undefined,
    description: record.description,
    startedAt: record.createdAt,
    items: [],
    canRetry: false,
    canFollow: false,
  };
  const older = context.generations.findIndex(({ startedAt }) => startedAt <= record.createdAt);
  const at = older < 0 ? context.generations.length : older;
  const generations = [...context.generations.slice(0, at), shown, ...context.generations.slice(at)];
  return update({ ...context, generations }, id, behind);
}

/** Begins a run for a generation that is on the list. */
export function run<TInput, TOutput, TItem>(
  context: ToolContext<TInput, TOutput, TItem>,
  origin: RunOrigin,
  record: GenerationRecord,
  recall?: (() => TInput) | undefined,
): { readonly context: ToolContext<TInput, TOutput, TItem>; readonly runs: readonly RunInput<TInput>[] } {
  const { id } = record.token;
  const name = `run/${context.runCount}`;
  const behind = { phase: 'idle', run: name, record: undefined, isOnRecord: origin === 'found', recall } as const;
  return {
    context: update(
      { ...context, runCount: context.runCount + 1 },
      id,
      behind,
      origin === 'asked' ? {} : faceOfRecord<TOutput>(record, true),
    ),
    runs: [{ id, run: name, origin, record, recall }],
  };
}
