import { assign, sendParent, setup } from 'xstate';

/** Set by the client: when the next items are to be renewed, in ms since the epoch; `undefined` if there are none. */
export type ExpiryMessage = { readonly type: 'expiry.set'; readonly dueAt: number | undefined };

/** What it reports: the time has come, or it has waited for an hour. */
export type ExpiryReport = { readonly type: 'renewal.due' };

/** A longer timer overflows, and a clock may be set meanwhile. */
const longestWaitMs = 3_600_000;

/** Waits until items are about to expire. */
export function createExpiryMachine(now: () => number) {
  type Context = { readonly dueAt: number | undefined };
  return setup({
    types: {} as { context: Context; events: ExpiryMessage },
    actions: {
      setDueAt: assign((_, dueAt: number | undefined) => ({ dueAt })),
      report: sendParent<Context, ExpiryMessage, undefined, ExpiryReport, ExpiryMessage>({ type: 'renewal.due' }),
    },
    guards: { isSomethingDue: ({ context }) => context.dueAt !== undefined },
    delays: { untilDue: ({ context: { dueAt = 0 } }) => Math.min(Math.max(0, dueAt - now()), longestWaitMs) },
  }).createMachine({
    id: 'expiry',
    context: { dueAt: undefined },
    initial: 'deciding',
    on: {
      'expiry.set': { target: '.deciding', actions: { type: 'setDueAt', params: ({ event }) => event.dueAt } },
    },
    states: {
      deciding: { always: [{ guard: 'isSomethingDue', target: 'waiting' }, { target: 'idle' }] },
      idle: {},
      waiting: { after: { untilDue: { target: 'idle', actions: 'report' } } },
    },
  });
}
