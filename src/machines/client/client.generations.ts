import { newId } from '../generation/generation.id.js';
import type { JsonObject, JsonValue } from '../generation/generation.port.js';
import { copyInput, copyOf } from '../input.js';
import { attempt, ignoreRejection, textOfThrown } from '../isolated.js';
import { getOwn, isJson, isObject } from '../json.js';
import { maxLabelLength, toHistoryKey } from '../reads/duration-histories.js';
import { warn } from '../warning.js';
import type { ClientContext, ClientEntry, ClientEvent, ClientEventOf, Step } from './client.context.js';
import { toRunId } from './client.leaving.js';
import { addGeneration, dropGeneration, findGeneration, updateGeneration } from './client.list.js';
import type { StoredGeneration } from './client.port.js';
import { withLastTurn } from './client.queue.js';
import { toEndGeneration, toStoreWriter } from './client.store.js';
import { findUnanswered, withKeyInUse } from './client.wishes.js';
import type { Owner } from './ownership.js';
import type { RunMessage, RunOrigin } from './run.types.js';
import { storedView } from './run.view.js';
import { newStored, renewed } from './stored-generation.js';

/** How a client treats its inputs and items. */
export type GenerationStepOptions<TInput> = {
  readonly describe: ((input: TInput) => JsonObject) | undefined;
  /** A submit may be sent again, so its input is worth storing. */
  readonly canRepeat: boolean;
  /** A submit whose key was first sent then may be sent again with it. */
  readonly isReplayable: (sentAt: number | undefined) => boolean;
  readonly now: () => number;
  readonly getOwner: () => Owner;
  readonly toDurationLabel: ((input: TInput) => unknown) | undefined;
};

/** What a generation begins with besides its input. */
type Beginning = Pick<ClientEntry<never>, 'wish' | 'unanswered'> & { readonly description?: JsonObject | undefined };

const toJson = (value: unknown): JsonValue | undefined => (isJson(value) ? value : undefined);

/** Starts a run of a generation that is on the list. */
export function startRun<TInput, TOutput, TItem>(
  context: ClientContext<TInput, TOutput, TItem>,
  origin: RunOrigin,
  stored: StoredGeneration,
  getInput?: (() => TInput) | undefined,
): Step<TInput, TOutput, TItem> {
  const { id } = stored.token;
  const runId = toRunId(context.runCount);
  const entry = {
    phase: 'waiting',
    runId,
    idempotencyKey: stored.token.idempotencyKey,
    stored: undefined,
    isStored: origin === 'found',
    isForeign: false,
    hasCrashed: false,
    isEndUnstored: false,
    getInput,
  } as const;
  const view = origin === 'requested' ? {} : storedView<TOutput>(stored, true);
  return {
    context: updateGeneration(withLastTurn({ ...context, runCount: context.runCount + 1 }, id), id, entry, view),
    spawns: [{ id, runId, origin, stored, getInput, history: getOwn(context.histories, toHistoryKey(stored)) }],
  };
}

/** What follows from the commands on a generation. */
export function generationSteps<TInput, TOutput, TItem extends { readonly id: string }>({
  describe,
  canRepeat,
  isReplayable,
  now,
  getOwner,
  toDurationLabel,
}: GenerationStepOptions<TInput>) {
  type Context = ClientContext<TInput, TOutput, TItem>;
  type Of<TType extends ClientEvent<TInput, TOutput, TItem>['type']> = ClientEventOf<TInput, TOutput, TItem, TType>;
  type Next = Step<TInput, TOutput, TItem>;

  const toRun = (context: Context, id: string, message: RunMessage): Next => {
    const to = context.entries[id]?.runId;
    return { context, messages: to ? [{ to, message }] : [] };
  };

  /** Without a description the page shows less, and the generation runs all the same. */
  const toDescription = (id: string, getInput: () => TInput): JsonObject | undefined => {
    if (!describe) return undefined;
    let why = 'it must return a JSON object';
    try {
      const described: unknown = describe(getInput());
      ignoreRejection(described);
      if (described === undefined) return undefined;
      if (isObject(described) && isJson(described)) return copyOf(described) as JsonObject;
    } catch (error) {
      why = textOfThrown(error);
    }
    warn(`describe failed for generation ${id}, which has no description now: ${why}. Correct describe.`);
    return undefined;
  };

  const toLabel = (getInput: () => TInput): string | undefined => {
    const label = toDurationLabel && attempt(() => toDurationLabel(getInput()));
    ignoreRejection(label);
    return typeof label === 'string' ? label.slice(0, maxLabelLength) : undefined;
  };

  const begin = (
    context: Context,
    id: string,
    getInput: () => TInput,
    { description, wish, unanswered }: Beginning = {},
  ): Next => {
    const stored = newStored(id, now(), {
      ...getOwner(),
      description: description ?? toDescription(id, getInput),
      input: canRepeat ? attempt(() => toJson(getInput())) : undefined,
      durationLabel: toLabel(getInput),
      unanswered,
    });
    return startRun(
      addGeneration(context, stored, { phase: 'waiting', wish, unanswered }),
      'requested',
      stored,
      getInput,
    );
  };

  return {
    generate: (context: Context, { id = newId(), isIdNew, input, key, count = 1, others }: Of<'GENERATE'>): Next => {
      const ids = [id, ...(others ?? Array.from({ length: count - 1 }, newId))];
      // Each one gets a copy, so that what changes it changes no other.
      const getInput = () => copyInput(input);
      const unanswered = isIdNew ? findUnanswered(context, { input, key, count }, isReplayable) : undefined;
      return ids.reduce<Next>(
        ({ context: before, spawns = [] }, own) => {
          const next = begin(before, own, getInput, { wish: { key, ids }, unanswered });
          return { context: next.context, spawns: [...spawns, ...(next.spawns ?? [])] };
        },
        { context: unanswered ? withKeyInUse(context, unanswered, id) : context },
      );
    },
    retry: (context: Context, { id, as = newId() }: Of<'RETRY'>): Next => {
      const { getInput, unanswered } = context.entries[id] ?? {};
      if (!getInput) return { context };
      const sameKey = unanswered && isReplayable(unanswered.sentAt) ? unanswered : undefined;
      const retried = updateGeneration(context, id, { retriedAs: as });
      return begin(sameKey ? withKeyInUse(retried, sameKey, as) : retried, as, getInput, {
        description: findGeneration(context, id)?.description,
        unanswered: sameKey,
      });
    },
    cancel: (context: Context, { id }: Of<'CANCEL'>): Next => toRun(context, id, { type: 'CANCEL' }),
    check: (context: Context, { id }: Of<'CHECK'>): Next => toRun(context, id, { type: 'CHECK' }),
    resume: (context: Context, { id }: Of<'RESUME' | 'CHECK'>): Next => {
      const { stored, getInput } = context.entries[id] ?? {};
      return stored ? startRun(context, 'resumed', renewed(stored, now()), getInput) : { context };
    },
    dismiss: (context: Context, { id }: Of<'DISMISS'>): Next => {
      const { stored, isStored, storageError, runId, hasCrashed } = context.entries[id] ?? {};
      return {
        context: { ...dropGeneration(context, id), dismissed: { ...context.dismissed, [id]: true } },
        messages:
          stored || isStored || storageError || hasCrashed
            ? [toStoreWriter(toEndGeneration(id, findGeneration(context, id) ?? {}, now(), { isDismissed: true }))]
            : [],
        // The run waits for room for its items, and the user has dismissed them.
        stops: storageError && runId ? [runId] : [],
      };
    },
  };
}
