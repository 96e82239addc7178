import type { Failure } from '../generation/generation.port.js';
import { getOwn } from '../json.js';
import type { ClientContext, ClientEventOf, ClientMessage, Step } from './client.context.js';
import { replaceItems } from './client.gallery.js';
import type { GalleryItem } from './client.types.js';
import { isOfOrigin, type Owner } from './ownership.js';
import type { RenewalReport } from './renewal.machine.js';
import { renewalFailure } from './renewal.reading.js';

/** After a renewal, the client waits so long before it renews the same items by itself again. */
const renewalGapMs = 60_000;

/** How many renewals the client begins by itself at the same time. */
const maxRenewals = 3;

/** A renewal fails so for good: the client does not try it again by itself. */
const isFinal = ({ code }: Failure) => code === 'expired' || code === 'job-failed' || code === 'bad-input';

type AnyItem = GalleryItem<object>;

/** An item of other code, or of a `toItems` in JavaScript, may have any value: renewed by it, it would be renewed all the time. */
const isTime = (expiresAt: unknown): expiresAt is number => Number.isFinite(expiresAt);

/** When the items of a generation are renewed by the client itself; `undefined` for never. */
const dueAtOf = (
  { renewals }: Pick<ClientContext<unknown, unknown, AnyItem>, 'renewals'>,
  { generationId, expiresAt, renewFrom }: AnyItem,
  renewBeforeMs: number,
): number | undefined => {
  if (!isTime(expiresAt) || !renewFrom || generationId === undefined) return undefined;
  const { runId, notBefore = 0, isOver } = getOwn(renewals, generationId) ?? {};
  return runId !== undefined || isOver ? undefined : Math.max(expiresAt - renewBeforeMs, notBefore);
};

/** What a renewal would have reported that has stopped with an error; `undefined` for another actor. */
export function toCrashReport(
  { renewals }: Pick<ClientContext<unknown, unknown, unknown>, 'renewals'>,
  runId: string,
): RenewalReport<never> | undefined {
  const generationId = Object.entries(renewals).find(([, renewal]) => renewal.runId === runId)?.[0];
  if (generationId === undefined) return undefined;
  const message = `The renewal of the items of generation ${generationId} stopped with an error. Nothing was charged. Renew them again.`;
  const failure = renewalFailure('interrupted', message);
  return { type: 'renewal.ended', runId, generationId, items: [], failure, storageError: undefined };
}

/** What follows from `RENEW`, and from the time. */
export function renewalSteps<TInput, TOutput, TItem extends AnyItem>({
  renewBeforeMs,
  now,
  getOwner,
}: {
  readonly renewBeforeMs: number | undefined;
  readonly now: () => number;
  readonly getOwner: () => Owner;
}) {
  type Context = ClientContext<TInput, TOutput, TItem>;
  type Next = Step<TInput, TOutput, TItem>;

  const begin = (
    context: Context,
    generationId: string,
    source: NonNullable<TItem['renewFrom']>,
    ids: readonly string[],
  ): Next => {
    const known = getOwn(context.renewals, generationId);
    if (known?.runId !== undefined) {
      const renewal = { ...known, ids: [...new Set([...known.ids, ...ids])] };
      return {
        context: { ...context, renewals: { ...context.renewals, [generationId]: renewal } },
        messages: [{ to: known.runId, message: { type: 'RENEW' } }],
      };
    }
    const runId = `renewal/${context.runCount}`;
    const items = context.items.filter(item => item.generationId === generationId);
    const own = items.map(({ id }) => id);
    // The user waits for what he asked for, and does not wait for another tab.
    const sharedUntil =
      ids.length > 0 ? undefined : Math.min(...items.map(({ expiresAt }) => expiresAt).filter(isTime));
    return {
      context: {
        ...context,
        runCount: context.runCount + 1,
        renewals: { ...context.renewals, [generationId]: { runId, ids } },
      },
      renewals: [{ runId, generationId, source, ids: own, sharedUntil }],
    };
  };

  /** Why an item cannot be renewed here. */
  const obstacle = (id: string, item: TItem | undefined): Failure | undefined => {
    if (!item) return renewalFailure('not-found', `The gallery shows no item ${id}, so it cannot be renewed.`);
    const { renewFrom } = item;
    if (!renewFrom || item.generationId === undefined) {
      return renewalFailure(
        'bad-input',
        `Item ${id} cannot be renewed: it was stored without the job that made it. Generate it again.`,
      );
    }
    const own = getOwner();
    if (isOfOrigin(renewFrom, own)) return undefined;
    const message = `Item ${id} cannot be renewed here: job ${renewFrom.job.id} belongs to ${renewFrom.origin}, and this page uses ${own.origin}. Open the page with ${renewFrom.origin}.`;
    return renewalFailure('bad-input', message, renewFrom.job);
  };

  return {
    renew: (context: Context, { id }: ClientEventOf<TInput, TOutput, TItem, 'RENEW'>): Next => {
      const item = context.items.find(one => one.id === id);
      const failure = obstacle(id, item);
      if (failure || !item?.renewFrom || item.generationId === undefined)
        return failure ? { context, emitted: [{ type: 'item.renewFailed', id, failure }] } : { context };
      return begin(context, item.generationId, item.renewFrom, [id]);
    },

    renewDue: (context: Context): Next => {
      let next: Next = { context: { ...context, renewalDueAt: undefined } };
      for (const item of context.items) {
        const { generationId, renewFrom } = item;
        const dueAt = dueAtOf(next.context, item, renewBeforeMs ?? 0);
        const running = Object.values(next.context.renewals).filter(({ runId }) => runId !== undefined);
        if (dueAt === undefined || dueAt > now() || running.length >= maxRenewals || !renewFrom || !generationId)
          continue;
        if (!isOfOrigin(renewFrom, getOwner())) continue;
        const { context: after, renewals = [] } = begin(next.context, generationId, renewFrom, []);
        next = { context: after, renewals: [...(next.renewals ?? []), ...renewals] };
      }
      return next;
    },

    endRenewal: (context: Context, event: ClientEventOf<TInput, TOutput, TItem, 'renewal.ended'>): Next => {
      const { runId, generationId, items, storageError, failure } = event;
      const { ids = [] } = getOwn(context.renewals, generationId) ?? {};
      const renewed = items.filter(({ id }) => !getOwn(context.removed, id));
      const missing = ids.filter(id => !renewed.some(item => item.id === id));
      const ended = { ids: [], notBefore: now() + renewalGapMs, isOver: failure !== undefined && isFinal(failure) };
      const gone = (id: string) =>
        failure ??
        renewalFailure('expired', `Item ${id} was not renewed: it was removed, or its job does not have it any more.`);
      return {
        context: {
          ...replaceItems(context, renewed),
          renewals: { ...context.renewals, [generationId]: ended },
          storageErrors: failure ? context.storageErrors : { ...context.storageErrors, writing: storageError },
        },
        stops: [runId],
        emitted: [
          ...renewed.map(item => ({ type: 'item.renewed', item, id: generationId }) as const),
          ...missing.map(id => ({ type: 'item.renewFailed', id, failure: gone(id) }) as const),
        ],
      };
    },

    /** Sets the timer anew, if the next renewal is at another time than before. */
    setTimer: (context: Context): { readonly context: Context; readonly messages: readonly ClientMessage[] } => {
      if (renewBeforeMs === undefined) return { context, messages: [] };
      const running = Object.values(context.renewals).filter(({ runId }) => runId !== undefined).length;
      const all =
        running >= maxRenewals
          ? []
          : context.items.filter(({ renewFrom }) => renewFrom && isOfOrigin(renewFrom, getOwner()));
      const times = all.flatMap(item => dueAtOf(context, item, renewBeforeMs) ?? []);
      const dueAt = times.length > 0 ? Math.min(...times) : undefined;
      if (dueAt === context.renewalDueAt) return { context, messages: [] };
      return {
        context: { ...context, renewalDueAt: dueAt },
        messages: [{ to: 'expiry', message: { type: 'expiry.set', dueAt } }],
      };
    },
  };
}
