import type { Failure } from '../generation/generation.port.js';
import { toDelayMs } from '../reads/delays.js';
import type { ClientContext, ClientEventOf, ClientMessage, QueueHold, Step } from './client.context.js';
import { updateGeneration } from './client.list.js';
import type { ClientGeneration } from './client.types.js';
import type { RunPhase } from './run.types.js';

/** Puts a generation behind all that wait. */
export const withLastTurn = <TContext extends { readonly turns: readonly string[] }>(
  context: TContext,
  id: string,
): TContext => ({ ...context, turns: [...context.turns.filter(other => other !== id), id] });

/**
 * Gives the free slots to queued generations, and numbers the rest. A generation with a job goes first, because it may
 * have been charged; otherwise the one that has waited longest since its request or its last refusal goes first.
 */
export function grantSlots<TInput, TOutput, TItem>(
  context: ClientContext<TInput, TOutput, TItem>,
  concurrency: number,
): { readonly context: ClientContext<TInput, TOutput, TItem>; readonly messages: readonly ClientMessage[] } {
  const isWaiting = (id: string) => {
    const phase = context.entries[id]?.phase;
    return phase === 'queued' || phase === 'active' || phase === 'waiting';
  };
  const turns = context.turns.filter(isWaiting);
  const turnOf = ({ id }: { readonly id: string }) => turns.indexOf(id);
  const phaseOf = ({ id }: { readonly id: string }) => context.entries[id]?.phase;
  const activeCount = context.generations.filter(shown => phaseOf(shown) === 'active').length;
  const queue = context.generations
    .filter(shown => phaseOf(shown) === 'queued')
    .sort((a, b) => turnOf(a) - turnOf(b))
    .sort((a, b) => Number(b.job !== undefined) - Number(a.job !== undefined));
  const freeCount = Math.max(0, concurrency - activeCount);
  // To follow a job is no submit.
  const granted = queue.filter(({ job }) => !context.hold || job).slice(0, freeCount);

  const left = queue.filter(shown => !granted.includes(shown));
  const places = new Map<string, Place>(
    left.map(({ id, job }, queuePosition) => [id, { queuePosition, retryAt: job ? undefined : context.hold?.until }]),
  );
  const isMoved = (shown: ClientGeneration<TOutput, TItem>) => moveTo(shown, places.get(shown.id)) !== shown;
  const isAnyMoved = context.generations.some(isMoved);

  let next = turns.length === context.turns.length ? context : { ...context, turns };
  for (const { id } of granted) next = updateGeneration(next, id, { phase: 'active' });
  return {
    // All at once: a long queue moves up as a whole.
    context: isAnyMoved
      ? { ...next, generations: next.generations.map(shown => moveTo(shown, places.get(shown.id))) }
      : next,
    messages: granted.flatMap(({ id }) => {
      const to = next.entries[id]?.runId;
      return to ? [{ to, message: { type: 'slot.granted' } as const }] : [];
    }),
  };
}

type Place = { readonly queuePosition: number | undefined; readonly retryAt: number | undefined };

/** A generation that is not in the queue has a `retryAt` of its own. */
const moveTo = <TShown extends Place>(shown: TShown, place: Place | undefined): TShown => {
  const { queuePosition, retryAt } = place ?? { queuePosition: undefined, retryAt: shown.retryAt };
  const isSame = shown.queuePosition === queuePosition && shown.retryAt === retryAt;
  return isSame ? shown : { ...shown, queuePosition, retryAt };
};

/** Waits of a queue whose backend names none, by consecutive refusals, in ms. The last repeats. */
const waitsMs = [2_000, 5_000, 15_000, 30_000, 60_000] as const;

/** The longest wait that is believed, in ms. */
const longestWaitMs = 86_400_000;

/** What follows for the queue from a submit that the backend has refused for now. One clock holds for all generations. */
export function queueSteps<TInput, TOutput, TItem>(now: () => number) {
  type Context = ClientContext<TInput, TOutput, TItem>;
  type Next = Step<TInput, TOutput, TItem>;

  const toHold = ({ hold, refusalCount }: Context, { retryAfterMs = 0 }: Failure): QueueHold => {
    // Submits that were sent together are refused together: without a wait of their own, they do not lengthen it.
    const ownMs = hold ? 0 : toDelayMs(waitsMs, refusalCount + 1);
    const waitMs = retryAfterMs > 0 ? Math.min(retryAfterMs, longestWaitMs) : ownMs;
    const until = Math.max(now() + waitMs, hold?.until ?? 0);
    return { until, waitMs: until - now() };
  };

  return {
    holdQueue: (context: Context, { id, failure }: ClientEventOf<TInput, TOutput, TItem, 'run.refused'>): Next => {
      const hold = toHold(context, failure);
      const refusalCount = context.hold ? context.refusalCount : Math.min(context.refusalCount + 1, waitsMs.length);
      return {
        context: updateGeneration(
          { ...withLastTurn(context, id), hold, refusalCount },
          id,
          { wasRefused: true },
          { refusal: failure },
        ),
        messages: [{ to: 'backendHold', message: { type: 'hold.set', until: hold.until } }],
      };
    },
    /** Another client of this page was refused by the same backend. */
    holdAlong: (context: Context, event: ClientEventOf<TInput, TOutput, TItem, 'queue.held'>): Next => {
      const until = Math.max(event.until, context.hold?.until ?? 0);
      return { context: { ...context, hold: { until, waitMs: Math.max(0, until - now()) } } };
    },
    releaseQueue: (context: Context): Next => ({ context: { ...context, hold: undefined } }),
  };
}

/** The backend takes submits again: the next refusal is the first. */
export const withAccepted = <TInput, TOutput, TItem>(
  context: ClientContext<TInput, TOutput, TItem>,
  before: object | undefined,
  answer: object | undefined,
): ClientContext<TInput, TOutput, TItem> =>
  answer && !before && context.refusalCount > 0 ? { ...context, refusalCount: 0 } : context;

/** What a run shows. Once it is submitted again, the refusal is over. */
export const forPhase = <TView extends object>(
  phase: RunPhase,
  view: TView,
): TView & { readonly refusal?: undefined } => (phase === 'queued' ? view : { ...view, refusal: undefined });
