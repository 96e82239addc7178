import type { GenerationServerOptions, ServerUser } from '../server.types.js';
import type { MoneyHooks } from './money.types.js';

type Options = Pick<
  GenerationServerOptions<ServerUser, { readonly [name: string]: unknown }>,
  'onReserve' | 'onSettle' | 'onCorrect' | 'settleMaybeAfterMs'
>;

/** @throws TypeError for a hook that is none, or that another one has to follow */
export function toMoneyHooks(
  { onReserve, onSettle, onCorrect, settleMaybeAfterMs }: Options,
  refuse: (message: string) => never,
): MoneyHooks {
  for (const [name, hook] of Object.entries({ onReserve, onSettle, onCorrect })) {
    if (hook !== undefined && typeof hook !== 'function') refuse(`${name} is ${String(hook)}. Pass a function.`);
  }
  const needs = (name: string, why: string) =>
    refuse(`${name} needs onSettle, ${why}. Pass onSettle: (tx, settlement) => …, or leave ${name} out.`);
  if (!onSettle) {
    if (onReserve) needs('onReserve', 'because a reservation that nobody settles is never given back');
    if (onCorrect) needs('onCorrect', 'because it corrects what that was told');
    if (settleMaybeAfterMs !== undefined) needs('settleMaybeAfterMs', 'which it puts off');
  }
  return { onReserve, onSettle, onCorrect };
}
