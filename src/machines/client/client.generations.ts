import { newId } from '../generation/generation.id.js';
import type { JsonObject, JsonValue } from '../generation/generation.port.js';
import { getOwn, isJson } from '../json.js';
import type { ClientContext, ClientEvent, ClientEventOf, Step } from './client.context.js';
import { addItems } from './client.gallery.js';
import { addGeneration, dropGeneration, findGeneration, updateGeneration } from './client.list.js';
import type { StoredGeneration } from './client.port.js';
import { toStoreWriter } from './client.store.js';
import type { ClientEmitted } from './client.types.js';
import type { RunMessage, RunOrigin } from './run.types.js';
import { storedView } from './run.view.js';
import { newStored, renewed } from './stored-generation.js';

/** How a client treats its inputs and items. */
export type GenerationStepOptions<TInput> = {
  readonly describe: ((input: TInput) => JsonObject) | undefined;
  /** A submit may be sent again, so its input is worth storing. */
  readonly canRepeat: boolean;
  readonly limit: number;
  readonly now: () => number;
};

const attempt = <TResult>(make: () => TResult): TResult | undefined => {
  try {
    return make();
  } catch {
    return undefined;
  }
};

const toJson = (value: unknown): JsonValue | undefined => (isJson(value) ? value : undefined);

/** Starts a run of a generation that is on the list. */
export function startRun<TInput, TOutput, TItem>(
  context: ClientContext<TInput, TOutput, TItem>,
  origin: RunOrigin,
  stored: StoredGeneration,
  getInput?: (() => TInput) | undefined,
): Step<TInput, TOutput, TItem> {
  const { id } = stored.token;
  const runId = `run/${context.runCount}`;
  const entry = { phase: 'waiting', runId, stored: undefined, isStored: origin === 'found', getInput } as const;
  const view = origin === 'requested' ? {} : storedView<TOutput>(stored, true);
  return {
    context: updateGeneration({ ...context, runCount: context.runCount + 1 }, id, entry, view),
    spawns: [{ id, runId, origin, stored, getInput }],
  };
}

/** What follows from the commands on a generation, and from what its run reports. */
export function generationSteps<TInput, TOutput, TItem extends { readonly id: string }>({
  describe,
  canRepeat,
  limit,
  now,
}: GenerationStepOptions<TInput>) {
  type Context = ClientContext<TInput, TOutput, TItem>;
  type Of<TType extends ClientEvent<TInput, TOutput, TItem>['type']> = ClientEventOf<TInput, TOutput, TItem, TType>;
  type Next = Step<TInput, TOutput, TItem>;

  const toRun = (context: Context, id: string, message: RunMessage): Next => {
    const to = context.entries[id]?.runId;
    return { context, messages: to ? [{ to, message }] : [] };
  };

  const begin = (context: Context, id: string, getInput: () => TInput, description?: JsonObject): Next => {
    const stored = newStored(id, now(), {
      description: description ?? attempt(() => describe?.(getInput())),
      input: canRepeat ? attempt(() => toJson(getInput())) : undefined,
    });
    return startRun(addGeneration(context, stored, { phase: 'waiting' }), 'requested', stored, getInput);
  };

  const toOutcome = ({ id, view, items }: Of<'run.ended'>): ClientEmitted<TItem> | undefined => {
    const { status, job, failure, stopped = false, charged = 'maybe' } = view;
    if (status === 'completed' && job) return { type: 'generation.completed', id, job, items };
    if (status === 'failed' && failure) return { type: 'generation.failed', id, failure };
    if (status === 'cancelled') return { type: 'generation.cancelled', id, stopped, charged };
    return undefined;
  };

  return {
    generate: (context: Context, { id = newId(), input }: Of<'GENERATE'>): Next => begin(context, id, () => input),
    retry: (context: Context, { id, as = newId() }: Of<'RETRY'>): Next => {
      const getInput = context.entries[id]?.getInput;
      return getInput ? begin(context, as, getInput, findGeneration(context, id)?.description) : { context };
    },
    cancel: (context: Context, { id }: Of<'CANCEL'>): Next => toRun(context, id, { type: 'CANCEL' }),
    check: (context: Context, { id }: Of<'CHECK'>): Next => toRun(context, id, { type: 'CHECK' }),
    resume: (context: Context, { id }: Of<'RESUME' | 'CHECK'>): Next => {
      const { stored, getInput } = context.entries[id] ?? {};
      return stored ? startRun(context, 'resumed', renewed(stored, now()), getInput) : { context };
    },
    dismiss: (context: Context, { id }: Of<'DISMISS'>): Next => {
      const { stored, storageError, runId } = context.entries[id] ?? {};
      return {
        context: { ...dropGeneration(context, id), dismissed: { ...context.dismissed, [id]: true } },
        messages: stored || storageError ? [toStoreWriter({ type: 'removeGeneration', id })] : [],
        // The run waits for room for its items, and the user has dismissed them.
        stops: storageError && runId ? [runId] : [],
      };
    },

    updateRunView: (context: Context, { id, phase, view }: Of<'run.changed'>): Next => {
      const before = findGeneration(context, id);
      const { progress, message, isRunning } = view;
      const isProgress =
        phase === 'active' &&
        isRunning &&
        before !== undefined &&
        (progress !== before.progress || (message !== undefined && message !== before.message));
      return {
        context: before ? updateGeneration(context, id, { phase }, view) : context,
        emitted: isProgress ? [{ type: 'generation.progressed', id, progress, message }] : [],
      };
    },
    emitStarted: (context: Context, { id }: Of<'run.started'>): Next => ({
      context,
      emitted: [{ type: 'generation.started', id, description: findGeneration(context, id)?.description }],
    }),
    endRun: (context: Context, event: Of<'run.ended'>): Next => {
      const { id, view, stored, storageError, isOutcomeEmitted, added } = event;
      const items = event.items.filter(item => !getOwn(context.removed, item.id));
      const entry = { phase: 'ended', stored, storageError, isStored: false } as const;
      const ended = updateGeneration(addItems(context, items, limit), id, entry, { ...view, items });
      const outcome = toOutcome({ ...event, items });
      return {
        context: { ...ended, needsReload: true },
        emitted:
          isOutcomeEmitted || !outcome
            ? []
            : [outcome, ...added.map(item => ({ type: 'item.added', item, id }) as const)],
      };
    },
    endRunElsewhere: (context: Context, { id }: Of<'run.endedElsewhere'>): Next => ({
      context: { ...updateGeneration(context, id, { phase: 'endedElsewhere' }), needsReload: true },
    }),
    /** A finished child stays among the children until it is stopped. */
    stopRun: (context: Context, { id, runId }: Of<'run.done'>): Next => ({
      context: {
        ...(context.entries[id]?.runId === runId ? updateGeneration(context, id, { runId: undefined }) : context),
        needsReload: true,
      },
      stops: [runId],
    }),
  };
}
