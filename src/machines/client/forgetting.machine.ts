import { assign, type EventObject, fromCallback, setup } from 'xstate';
import type { GenerationAdapter } from '../generation/generation.port.js';
import type { StoredGeneration } from './client.port.js';
import type { ForgottenGeneration } from './client.types.js';
import type { LeftRuns } from './client-session.js';
import { type Running, toForgotten, withLeftRuns, withStored } from './forgetting.context.js';

type ForgettingOptions = {
  /** Asked to stop what runs; `undefined` if nothing is to be cancelled. */
  readonly adapter: Pick<GenerationAdapter<never, unknown>, 'cancel' | 'cancelByKey'> | undefined;
  readonly requestTimeoutMs: number;
  readonly read: () => Promise<readonly StoredGeneration[]>;
  readonly isForeign: (stored: StoredGeneration) => boolean;
  readonly erase: (stored: readonly StoredGeneration[]) => Promise<void>;
  /** Resolves once the backend has answered the submits that were under way. */
  readonly left: Promise<LeftRuns>;
};

type ForgettingContext = {
  readonly running: readonly Running[];
  readonly stored: readonly StoredGeneration[];
  /** Why the store was not erased. */
  readonly error?: unknown;
};

type ForgettingEvent =
  | { readonly type: 'stored.read'; readonly stored: readonly StoredGeneration[] }
  | { readonly type: 'cancel.answered'; readonly id: string }
  | { readonly type: 'cancels.ended' }
  | { readonly type: 'store.erased' }
  | { readonly type: 'store.failed'; readonly error?: unknown }
  | { readonly type: 'runs.left'; readonly left: LeftRuns };

/** What a store, a run or a backend answers, as events. */
type Report = (event: ForgettingEvent) => void;

const child = <TChildInput>(ask: (input: TChildInput, report: Report, signal: AbortSignal) => Promise<void>) =>
  fromCallback<EventObject, TChildInput>(({ input, sendBack }) => {
    const controller = new AbortController();
    void ask(input, sendBack, controller.signal);
    return () => controller.abort();
  });

/** Whether the backend has answered. */
async function requestCancel(
  { adapter }: ForgettingOptions,
  { job, idempotencyKey }: Running,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    if (job && adapter?.cancel) await adapter.cancel(job, { signal });
    else if (!job && adapter?.cancelByKey) await adapter.cancelByKey(idempotencyKey, { signal });
    else return false;
    return true;
  } catch {
    return false;
  }
}

/**
 * Erases a store, and finds out what still runs at the backend:
 *
 * - `reading`: waits for the store, for 2 s at most.
 * - `cancelling`: if asked, waits until the backend has answered to stop the jobs that are known.
 * - `erasing`: waits until the store is erased.
 * - `awaiting`: waits for the answers to submits, each of which may be charged. Their own charts limit this time.
 * - `cancellingRest`: as `cancelling`, for what they have brought, and for submits without an answer.
 * - `done`, `failed`: final.
 */
export function createForgettingMachine(options: ForgettingOptions) {
  const { requestTimeoutMs, read, isForeign, erase, left } = options;
  const cancelAll = { guard: 'isCancelling', target: 'cancelling' } as const;

  return setup({
    types: {} as {
      context: ForgettingContext;
      events: ForgettingEvent;
      input: readonly Running[];
      output: readonly ForgottenGeneration[];
    },
    actors: {
      read: child(async (_: undefined, report) => {
        await read().then(
          stored => report({ type: 'stored.read', stored }),
          () => report({ type: 'store.failed' }),
        );
      }),
      cancel: child(async (running: readonly Running[], report, signal) => {
        const ask = async (one: Running) => {
          if (await requestCancel(options, one, signal)) report({ type: 'cancel.answered', id: one.id });
        };
        await Promise.all(running.map(ask));
        report({ type: 'cancels.ended' });
      }),
      erase: child(async (stored: readonly StoredGeneration[], report) => {
        await erase(stored).then(
          () => report({ type: 'store.erased' }),
          error => report({ type: 'store.failed', error }),
        );
      }),
      left: child(async (_: undefined, report) => report({ type: 'runs.left', left: await left })),
    },
    actions: {
      setStored: assign(({ context }, stored: readonly StoredGeneration[]) => ({
        stored,
        running: withStored(context.running, stored, isForeign),
      })),
      setCancelRequested: assign(({ context }, id: string) => ({
        running: context.running.map(one => (one.id === id ? { ...one, isCancelRequested: true } : one)),
      })),
      setLeft: assign(({ context }, runs: LeftRuns) => ({ running: withLeftRuns(context.running, runs) })),
      // The chart uses this action on `store.failed` only.
      setError: assign(({ event }) => ({ error: Reflect.get(event, 'error') })),
    },
    guards: { isCancelling: () => options.adapter !== undefined },
    delays: { timeout: 2_000, requestTimeout: requestTimeoutMs },
  }).createMachine({
    id: 'forgetting',
    context: ({ input }) => ({ running: input, stored: [] }),
    output: ({ context }) => toForgotten(context.running),
    on: {
      'cancel.answered': { actions: { type: 'setCancelRequested', params: ({ event }) => event.id } },
    },
    initial: 'reading',
    states: {
      reading: {
        invoke: { src: 'read', input: undefined },
        after: { timeout: [cancelAll, { target: 'erasing' }] },
        on: {
          'stored.read': [
            { ...cancelAll, actions: { type: 'setStored', params: ({ event }) => event.stored } },
            { target: 'erasing', actions: { type: 'setStored', params: ({ event }) => event.stored } },
          ],
          'store.failed': [cancelAll, { target: 'erasing' }],
        },
      },
      cancelling: {
        invoke: {
          src: 'cancel',
          input: ({ context }) => context.running.filter(one => one.job && isCancellable(one)),
        },
        after: { requestTimeout: 'erasing' },
        on: { 'cancels.ended': 'erasing' },
      },
      erasing: {
        invoke: { src: 'erase', input: ({ context }) => context.stored },
        on: {
          'store.erased': 'awaiting',
          'store.failed': { target: 'failed', actions: 'setError' },
        },
      },
      awaiting: {
        tags: 'erased',
        invoke: { src: 'left', input: undefined },
        on: {
          'runs.left': [
            {
              guard: 'isCancelling',
              target: 'cancellingRest',
              actions: { type: 'setLeft', params: ({ event }) => event.left },
            },
            { target: 'done', actions: { type: 'setLeft', params: ({ event }) => event.left } },
          ],
        },
      },
      cancellingRest: {
        tags: 'erased',
        invoke: { src: 'cancel', input: ({ context }) => context.running.filter(isCancellable) },
        after: { requestTimeout: 'done' },
        on: { 'cancels.ended': 'done' },
      },
      done: { type: 'final', tags: 'erased' },
      failed: { type: 'final' },
    },
  });
}

const isCancellable = ({ isCancelRequested, isForeign, isOver }: Running): boolean =>
  !isCancelRequested && !isForeign && !isOver;
